package floor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	ginjson "github.com/gin-gonic/gin/codec/json"
	"github.com/go-playground/validator/v10"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// BenchmarkTyped takes S2 and S3 typed apart: what Gin does with a body, and what is left when it is read into a buffer of its
// size and decoded at once. encoding/json checks the whole text before it decodes either way, and can't be told not to, so that a
// glance is enough beside it; apiroutes-scanned is what it takes with a codec that is not known to do so.
func BenchmarkTyped(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	b.Run("1KB", func(b *testing.B) { typed(b, 1<<10, 200*time.Microsecond) })
	b.Run("100KB", func(b *testing.B) { typed(b, 100<<10, 10*time.Millisecond) })
}

func typed(b *testing.B, size int, window time.Duration) {
	b.Helper()
	body, _ := job.OrderBody(size)
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	exact := func() []byte {
		text := make([]byte, len(body))
		_, err := io.ReadFull(bytes.NewReader(body), text)
		check(err)
		return text
	}
	var whole job.Order
	check(json.Unmarshal(body, &whole))
	required := validator.New(validator.WithRequiredStructEnabled())
	required.SetTagName("binding")
	turns(b, window,
		step{"decoder", func() {
			var order job.Order
			check(json.NewDecoder(bytes.NewReader(body)).Decode(&order))
		}},
		step{"exact", func() {
			var order job.Order
			check(json.Unmarshal(exact(), &order))
		}},
		step{"exact-scanned", func() {
			var order job.Order
			text := exact()
			check(jsonscan.Check(text, jsonscan.Options{}))
			check(json.Unmarshal(text, &order))
		}},
		step{"scan", func() { check(jsonscan.Check(body, jsonscan.Options{})) }},
		step{"glance", func() {
			if !jsonscan.PassesIfValid(body, jsonscan.Options{}) {
				b.Fatal("needs a scan")
			}
		}},
		step{"valid", func() {
			if !json.Valid(body) {
				b.Fatal("not valid")
			}
		}},
		step{"rules", func() { check(binding.Validator.ValidateStruct(&whole)) }},
		step{"rules-required", func() { check(required.StructCtx(b.Context(), &whole)) }},
		posted("gin", body, func(c *gin.Context) {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, job.Limit)
			var order job.Order
			check(c.ShouldBindJSON(&order))
		}),
		declared("apiroutes", body, check),
		scanned(declared("apiroutes-scanned", body, check)),
	)
}

// declared is the route of the toolkit.
func declared(name string, body []byte, check func(error)) step {
	return posted(name, body, middleware.Must(middleware.Config{}), middleware.With(middleware.ParseType[job.Order]()), func(c *gin.Context) {
		_, err := bodyparser.Bind[job.Order](c)
		check(err)
	})
}

// scanned takes a step with the codec of Gin in another guise, which could be any, so that bodies are scanned.
func scanned(s step) step {
	type ownCodec struct{ ginjson.Core }
	return step{s.name, func() {
		standard := ginjson.API
		ginjson.API = ownCodec{standard}
		s.do()
		ginjson.API = standard
	}}
}

// posted is a step: POST /typed of a body.
func posted(name string, body []byte, handlers ...gin.HandlerFunc) step {
	r := gin.New()
	r.POST("/typed", handlers...)
	request := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/typed", http.NoBody)
	request.Header.Set("Content-Type", "application/json")
	request.ContentLength = int64(len(body))
	w := &discard{header: http.Header{}}
	text := new(bytes.Reader)
	wire := io.NopCloser(text)
	return step{name, func() {
		clear(w.header)
		text.Reset(body)
		request.Body = wire
		r.ServeHTTP(w, request)
	}}
}
