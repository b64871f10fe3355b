package compat_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// TestReverseProxy passes parsed bodies of every size around those of the
// buffers on the way on to another server.
func TestReverseProxy(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Read before the answer begins: net/http closes the body then.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = w.Write(body)
	}))
	defer backend.Close()
	target, err := url.Parse(backend.URL)
	if err != nil {
		t.Fatal(err)
	}
	r := gin.New()
	r.Use(middleware.Must(middleware.Config{}))
	r.POST("/x", middleware.External(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target) }}))
	s := httptest.NewServer(r)
	defer s.Close()
	body := bytes.Repeat([]byte("x"), 70_000)
	for _, around := range []int{0, 512, 4096, 8192, 32768, 65536} {
		for size := max(around-600, 0); size < around+300; size++ {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/x", bytes.NewReader(body[:size]))
			if err != nil {
				t.Fatal(err)
			}
			res, err := s.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK || len(got) != size {
				t.Fatalf("%d bytes: got %d, %d bytes, %v", size, res.StatusCode, len(got), err)
			}
		}
	}
}
