package bodyparser_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// Each job is done by bare Gin and by a parser, in turn, in one process. Ratios are what counts:
//
//	go test -run='^$' -bench=JSON -count=10 ./bodyparser | benchstat -col /by -

type benchOrder struct {
	Customer string      `json:"customer" binding:"required"`
	Items    []benchItem `json:"items" binding:"required,min=1,dive"`
	Total    float64     `json:"total" binding:"gte=0"`
	Note     *string     `json:"note"`
}

type benchItem struct {
	ID       string   `json:"id" binding:"required"`
	Title    string   `json:"title" binding:"required,max=200"`
	Price    float64  `json:"price" binding:"gte=0"`
	Quantity int      `json:"quantity" binding:"gte=1"`
	Active   bool     `json:"active"`
	Tags     []string `json:"tags"`
}

// benchBody is an order of about size bytes.
func benchBody(tb testing.TB, size int) []byte {
	tb.Helper()
	order := benchOrder{Customer: "Ada Lovelace", Total: 1234.5}
	for i := 0; ; i++ {
		order.Items = append(order.Items, benchItem{
			ID: fmt.Sprintf("5f3c9a2e-%04d", i), Title: "Kettle, brushed steel, no. " + strconv.Itoa(i), Price: float64(i) + 0.99,
			Quantity: i%9 + 1, Active: i%2 == 0, Tags: []string{"kitchen", "steel"},
		})
		body, err := json.Marshal(order)
		if err != nil {
			tb.Fatal(err)
		}
		if len(body) >= size {
			return body
		}
	}
}

// wire is a request body as net/http has it: read in pieces of what a connection delivers.
type wire struct{ bytes.Reader }

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err == nil && w.Len() == 0 {
		err = io.EOF
	}
	return n, err
}
func (w *wire) Close() error { return nil }

// discard is a response that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

func benchPost(b *testing.B, body []byte, handlers ...gin.HandlerFunc) {
	b.Helper()
	r := gin.New()
	r.POST("/", handlers...)
	in := &wire{}
	req := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/", in)
	req.Header.Set("Content-Type", "application/json")
	req.ContentLength = int64(len(body))
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		in.Reset(body)
		req.Body = in
		r.ServeHTTP(w, req)
	}
}

func BenchmarkJSON(b *testing.B) {
	parse := bodyparser.Must(bodyparser.Config{})
	typed := bodyparser.Must(bodyparser.Config{Type: bodyparser.TypeOf[benchOrder]()})
	jobs := []struct {
		job, by  string
		handlers []gin.HandlerFunc
	}{
		{"map", "gin", []gin.HandlerFunc{func(c *gin.Context) {
			var body map[string]any
			if err := c.ShouldBindJSON(&body); err != nil || len(body) == 0 {
				b.Error(err)
			}
		}}},
		{"map", "parser", []gin.HandlerFunc{parse, func(c *gin.Context) {
			if body, ok := bodyparser.Body(c).(map[string]any); !ok || len(body) == 0 {
				b.Error("no body")
			}
		}}},
		{"struct", "gin", []gin.HandlerFunc{func(c *gin.Context) {
			var body benchOrder
			if err := c.ShouldBindJSON(&body); err != nil || body.Customer == "" {
				b.Error(err)
			}
		}}},
		{"struct", "parser", []gin.HandlerFunc{parse, func(c *gin.Context) {
			if body, err := bodyparser.Bind[benchOrder](c); err != nil || body.Customer == "" {
				b.Error(err)
			}
		}}},
		{"declared", "gin", []gin.HandlerFunc{func(c *gin.Context) {
			var body benchOrder
			if err := c.ShouldBindJSON(&body); err != nil || body.Customer == "" {
				b.Error(err)
			}
		}}},
		{"declared", "parser", []gin.HandlerFunc{typed, func(c *gin.Context) {
			if body, err := bodyparser.Bind[benchOrder](c); err != nil || body.Customer == "" {
				b.Error(err)
			}
		}}},
		{"unused", "parser", []gin.HandlerFunc{parse, func(*gin.Context) {}}},
	}
	for _, size := range []int{1 << 10, 100 << 10} {
		body := benchBody(b, size)
		for _, j := range jobs {
			b.Run(fmt.Sprintf("%dKB/%s/by=%s", size>>10, j.job, j.by), func(b *testing.B) { benchPost(b, body, j.handlers...) })
		}
	}
}

func BenchmarkNoBody(b *testing.B) {
	handler := func(*gin.Context) {}
	for _, by := range []struct {
		name     string
		handlers []gin.HandlerFunc
	}{
		{"gin", []gin.HandlerFunc{handler}},
		{"parser", []gin.HandlerFunc{bodyparser.Must(bodyparser.Config{}), handler}},
	} {
		b.Run("by="+by.name, func(b *testing.B) {
			r := gin.New()
			r.GET("/", by.handlers...)
			req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", http.NoBody)
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				r.ServeHTTP(w, req)
			}
		})
	}
}

// BenchmarkTooLarge sends 2 MB over loopback against a limit of 1 MB.
func BenchmarkTooLarge(b *testing.B) {
	body := []byte(`{"x":"` + strings.Repeat("x", 2<<20) + `"}`)
	bare := func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<20)
		var v map[string]any
		if err := c.ShouldBindJSON(&v); err != nil {
			c.String(http.StatusRequestEntityTooLarge, "too large")
		}
	}
	for _, length := range []string{"declared", "chunked"} {
		for _, by := range []struct {
			name     string
			handlers []gin.HandlerFunc
		}{
			{"gin", []gin.HandlerFunc{bare}},
			{"parser", []gin.HandlerFunc{bodyparser.Must(bodyparser.Config{}), bare}},
		} {
			b.Run(length+"/by="+by.name, func(b *testing.B) {
				s := server(b, by.handlers...)
				b.ReportAllocs()
				for b.Loop() {
					var r io.Reader = bytes.NewReader(body)
					if length == "chunked" {
						r = struct{ io.Reader }{r}
					}
					a := send(b, http.MethodPost, s.URL, r, "Content-Type", "application/json")
					if a.status != http.StatusRequestEntityTooLarge {
						b.Fatal(a.status)
					}
				}
			})
		}
	}
}
