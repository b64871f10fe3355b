package compat_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	gingzip "github.com/gin-contrib/gzip"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// application registers the routes of an app that knows nothing of the
// toolkit.
func application(r *gin.Engine, file string) {
	r.POST("/json", bindJSON)
	r.POST("/form", func(c *gin.Context) { c.String(http.StatusOK, "%s %v", c.PostForm("a"), c.PostFormArray("b")) })
	r.POST("/file", formFile)
	r.POST("/raw", func(c *gin.Context) {
		raw, err := c.GetRawData()
		c.String(http.StatusOK, "%d %v", len(raw), err)
	})
	r.POST("/copy", func(c *gin.Context) {
		var b bytes.Buffer
		n, err := io.Copy(&b, c.Request.Body)
		c.String(http.StatusOK, "%d %v %s", n, err, b.String())
	})
	r.GET("/events", func(c *gin.Context) {
		for i := range 3 {
			c.SSEvent("tick", i)
			c.Writer.Flush()
		}
	})
	r.GET("/socket", socket)
	r.POST("/deadline", func(c *gin.Context) {
		conn := http.NewResponseController(c.Writer)
		err := errors.Join(conn.SetReadDeadline(time.Now().Add(time.Minute)), conn.SetWriteDeadline(time.Now().Add(time.Minute)))
		c.String(http.StatusOK, "%v", err)
	})
	r.GET("/zipped", gingzip.Gzip(gingzip.DefaultCompression), func(c *gin.Context) {
		c.String(http.StatusOK, strings.Repeat("text ", 1000))
	})
	r.POST("/unzipped", gingzip.Gzip(gingzip.DefaultCompression, gingzip.WithDecompressFn(gingzip.DefaultDecompressHandle)), bindJSON)
	r.GET("/download", func(c *gin.Context) { c.File(file) })
	r.Static("/static", filepath.Dir(file))
	r.GET("/stream", func(c *gin.Context) {
		n := 0
		c.Stream(func(w io.Writer) bool { n++; fmt.Fprint(w, n); return n < 5 })
	})
	r.GET("/panic", func(*gin.Context) { panic("broken") })
	r.GET("/redirect", func(c *gin.Context) { c.Redirect(http.StatusFound, "/form") })
}

func bindJSON(c *gin.Context) {
	var in struct {
		Name string `binding:"required" json:"name"`
	}
	if err := c.ShouldBindJSON(&in); err != nil {
		c.String(http.StatusBadRequest, "%v", err)
		return
	}
	c.String(http.StatusOK, in.Name)
}

func formFile(c *gin.Context) {
	head, err := c.FormFile("upload")
	if err != nil {
		c.String(http.StatusBadRequest, "%v", err)
		return
	}
	f, err := head.Open()
	if err != nil {
		c.String(http.StatusBadRequest, "%v", err)
		return
	}
	text, err := io.ReadAll(f)
	c.String(http.StatusOK, "%s %d %v %s", head.Filename, len(text), errors.Join(err, f.Close()), c.PostForm("title"))
}

func socket(c *gin.Context) {
	conn, err := websocket.Accept(c.Writer, c.Request, nil)
	if err != nil {
		return
	}
	ctx := context.WithoutCancel(c.Request.Context())
	kind, message, err := conn.Read(ctx)
	if err == nil {
		err = conn.Write(ctx, kind, bytes.ToUpper(message))
	}
	_ = errors.Join(err, conn.Close(websocket.StatusNormalClosure, ""))
}

// request is one of the calls that are made to both applications.
type request struct {
	name, method, path, contentType string
	header                          map[string]string
	body                            []byte
}

func requests(t *testing.T) []request {
	t.Helper()
	upload, uploadType := multipartBody(t)
	return []request{
		{name: "JSON", method: "POST", path: "/json", contentType: "application/json", body: []byte(`{"name":"Ada"}`)},
		{name: "JSON that does not validate", method: "POST", path: "/json", contentType: "application/json", body: []byte(`{}`)},
		{name: "form", method: "POST", path: "/form", contentType: "application/x-www-form-urlencoded", body: []byte("a=1&b=2&b=3")},
		{name: "file", method: "POST", path: "/file", contentType: uploadType, body: upload},
		{name: "raw data", method: "POST", path: "/raw", body: bytes.Repeat([]byte{0xff, 0}, 1000)},
		{name: "copied body", method: "POST", path: "/copy", contentType: "text/plain", body: bytes.Repeat([]byte("copy"), 1000)},
		{name: "empty body", method: "POST", path: "/raw"},
		{name: "events", method: "GET", path: "/events"},
		{name: "deadlines", method: "POST", path: "/deadline"},
		{name: "gzip", method: "GET", path: "/zipped", header: map[string]string{"Accept-Encoding": "gzip"}},
		{name: "no gzip", method: "GET", path: "/zipped", header: map[string]string{"Accept-Encoding": "identity"}},
		{name: "file served", method: "GET", path: "/download"},
		{name: "part of a file", method: "GET", path: "/download", header: map[string]string{"Range": "bytes=10-19"}},
		{name: "static", method: "GET", path: "/static/served.txt"},
		{name: "HEAD of static", method: "HEAD", path: "/static/served.txt"},
		{name: "stream", method: "GET", path: "/stream"},
		{name: "panic", method: "GET", path: "/panic"},
		{name: "redirect", method: "GET", path: "/redirect"},
		{name: "not found", method: "GET", path: "/nowhere"},
		{name: "method not allowed", method: "DELETE", path: "/json"},
		{name: "trailing slash", method: "POST", path: "/json/", contentType: "application/json", body: []byte(`{"name":"Ada"}`)},
	}
}

func multipartBody(t *testing.T) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, err := w.CreateFormFile("upload", "a.bin")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(bytes.Repeat([]byte{1, 2, 3}, 50_000))
	if err = errors.Join(err, w.WriteField("title", "Title"), w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// variants are the ways the toolkit is added.
var variants = map[string]middleware.Config{
	"zero config":   {},
	"with deadline": {MaxDuration: time.Minute},
	"with CORS":     {CORS: &middleware.Policy{Origins: []string{"https://app.example"}}},
	"parser off":    {BodyParser: middleware.Off},
}

// TestExistingApplication makes the same calls to the application with and
// without the toolkit, over a network, and compares the answers.
func TestExistingApplication(t *testing.T) {
	file := filepath.Join(t.TempDir(), "served.txt")
	if err := os.WriteFile(file, bytes.Repeat([]byte("0123456789"), 10_000), 0o600); err != nil {
		t.Fatal(err)
	}
	start := func(use ...gin.HandlerFunc) *httptest.Server {
		r := gin.New()
		r.HandleMethodNotAllowed = true
		r.Use(gin.RecoveryWithWriter(io.Discard))
		r.Use(use...)
		application(r, file)
		s := httptest.NewServer(r)
		t.Cleanup(s.Close)
		return s
	}
	plain := start()
	for name, config := range variants {
		t.Run(name, func(t *testing.T) {
			with := start(middleware.Must(config))
			for _, r := range requests(t) {
				t.Run(r.name, func(t *testing.T) {
					if want, got := send(t, plain, r), send(t, with, r); got != want {
						t.Errorf("with the toolkit, %d bytes:\n%.300s\nwithout, %d bytes:\n%.300s", len(got), got, len(want), want)
					}
				})
			}
			t.Run("web socket", func(t *testing.T) { echo(t, with) })
			t.Run("unzipped body", func(t *testing.T) { unzipped(t, plain, with, config.BodyParser == middleware.Off) })
		})
	}
}

// send returns what a client sees of an answer, as text.
func send(t *testing.T, s *httptest.Server, r request) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.method, s.URL+r.path, bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	res, err := s.Client().Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s %d bytes", res.Status, res.ContentLength)
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Range", "Location", "Allow", "Transfer-Encoding"} {
		fmt.Fprintf(&text, "\n%s: %v", name, res.Header.Values(name))
	}
	return text.String() + "\n" + string(body)
}

func echo(t *testing.T, s *httptest.Server) {
	t.Helper()
	conn, res, err := websocket.Dial(t.Context(), s.URL+"/socket", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.Body != nil {
		defer func() { _ = res.Body.Close() }()
	}
	if err := conn.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, message, err := conn.Read(t.Context()); string(message) != "HELLO" {
		t.Errorf("got %q, %v", message, err)
	}
	_ = conn.CloseNow()
}

// unzipped posts a gzipped body to a route that inflates it itself: the route's
// handler must see what it saw before. As a JSON route it needs its parser off,
// since a body that is still compressed is not JSON.
func unzipped(t *testing.T, plain, with *httptest.Server, off bool) {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(`{"name":"Ada"}`))
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	r := request{method: "POST", path: "/unzipped", contentType: "application/json", header: map[string]string{"Content-Encoding": "gzip"}, body: b.Bytes()}
	want, got := send(t, plain, r), send(t, with, r)
	if off && got != want {
		t.Errorf("with the toolkit:\n%s\nwithout:\n%s", got, want)
	}
	if !off && !strings.HasPrefix(got, "400") {
		t.Errorf("with a parser in front the body is no JSON, and yet: %s", got)
	}
}
