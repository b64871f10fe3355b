package revalidate_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// zipped compresses answers for those who accept it, as such middleware does.
func zipped(c *gin.Context) {
	c.Writer.Header().Add("Vary", "Accept-Encoding")
	if !strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		return
	}
	w := &zipWriter{ResponseWriter: c.Writer, zip: gzip.NewWriter(c.Writer)}
	c.Writer = w
	c.Next()
	if w.used {
		_ = w.zip.Close()
	}
	c.Writer = w.ResponseWriter
}

type zipWriter struct {
	gin.ResponseWriter
	zip  *gzip.Writer
	used bool
}

func (w *zipWriter) Write(b []byte) (int, error) {
	if !w.used {
		w.used = true
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Del("Content-Length")
	}
	return w.zip.Write(b)
}

func (w *zipWriter) WriteString(s string) (int, error) {
	b := []byte(s)
	return w.Write(b)
}

// TestCompressionAround has it on the outer side of a page, and on the inner.
func TestCompressionAround(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	write := func(c *gin.Context) { c.String(http.StatusOK, "%s %d", strings.Repeat("x", 100), s.runs.Add(1)) }
	s.GET("/outer", zipped, s.pages.Page(time.Minute), write)
	s.GET("/inner", s.pages.Page(time.Minute), zipped, write)
	for _, test := range []struct{ path, encoding, state string }{
		{"/outer", "gzip", "MISS"},
		{"/outer", "", "HIT"},
		{"/outer", "gzip", "HIT"},
		{"/outer", "br", "HIT"},
		{"/inner", "gzip", "MISS"},
		{"/inner", "", "MISS"},
		{"/inner", "gzip", "HIT"},
		{"/inner", "", "HIT"},
	} {
		w := s.do(t.Context(), http.MethodGet, test.path, "Accept-Encoding", test.encoding)
		body := io.Reader(w.Body)
		if got := w.Header().Get("Content-Encoding"); (got == "gzip") != (test.encoding == "gzip") {
			t.Errorf("%+v: Content-Encoding %q", test, got)
		} else if got == "gzip" {
			var err error
			if body, err = gzip.NewReader(w.Body); err != nil {
				t.Fatal(err)
			}
		}
		text, err := io.ReadAll(body)
		if err != nil || !strings.HasPrefix(string(text), strings.Repeat("x", 100)+" ") || w.Header().Get("X-Nextjs-Cache") != test.state {
			t.Errorf("%+v: got %.20q %q %v", test, text, w.Header().Get("X-Nextjs-Cache"), err)
		}
		if got := strings.Join(w.Header().Values("Vary"), ", "); got != "Accept-Encoding" {
			t.Errorf("%+v: Vary %q", test, got)
		}
	}
}

// TestCORSAround answers each origin for itself from one page, with the layer
// on the outer side, and from a page each on the inner.
func TestCORSAround(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	policy := middleware.CORS(middleware.Policy{Origins: []string{"https://a.example", "https://b.example"}})
	s.GET("/outer", middleware.With(policy), s.pages.Page(time.Minute), s.count)
	s.GET("/inner", s.pages.Page(time.Minute), middleware.With(policy), s.count)
	for _, path := range []string{"/outer", "/inner"} {
		first := ""
		for round := range 2 {
			for _, origin := range []string{"https://a.example", "https://b.example", "https://evil.example", ""} {
				header := []string{"Origin", origin}
				if origin == "" {
					header = nil
				}
				w := s.do(t.Context(), http.MethodGet, path, header...)
				want := origin
				if origin == "https://evil.example" {
					want = ""
				}
				if got := w.Header().Get("Access-Control-Allow-Origin"); got != want {
					t.Errorf("%s from %q: allows %q", path, origin, got)
				}
				if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Origin") {
					t.Errorf("%s from %q: Vary is %q", path, origin, w.Header().Values("Vary"))
				}
				if first == "" {
					first = w.Body.String()
				}
				if w.Code == http.StatusOK && path == "/outer" && w.Body.String() != first || round == 1 && w.Code == http.StatusOK && w.Header().Get("X-Nextjs-Cache") != "HIT" {
					t.Errorf("%s from %q: got %q %q", path, origin, w.Header().Get("X-Nextjs-Cache"), w.Body)
				}
			}
		}
	}
}

// TestRendersAreAnswers shows the middleware around a page that its renders are answered, and with what.
func TestRendersAreAnswers(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	var seen []string
	s.Use(func(c *gin.Context) {
		c.Next()
		if revalidate.IsRender(c) {
			seen = append(seen, fmt.Sprint(c.Writer.Status(), " ", c.Writer.Written()))
		}
	})
	var lines strings.Builder
	s.Use(middleware.With(middleware.Logger(slog.New(slog.NewTextHandler(&lines, nil)))))
	s.GET("/page", s.pages.Page(time.Minute), s.count)
	s.GET("/missing", s.pages.Page(time.Minute), revalidate.NotFound)
	s.GET("/silent", s.pages.Page(time.Minute), func(*gin.Context) {})
	gin.SetMode(gin.DebugMode) // in which the layer warns of requests without an answer
	defer gin.SetMode(gin.TestMode)
	for _, path := range []string{"/page", "/missing", "/silent"} {
		s.do(t.Context(), http.MethodGet, path)
	}
	if want := []string{"200 true", "404 true", "200 false"}; !slices.Equal(seen, want) {
		t.Errorf("the renders were %q, want %q", seen, want)
	}
	if text := lines.String(); strings.Contains(text, "for /page") || !strings.Contains(text, "for /silent") {
		t.Errorf("warned: %s", text)
	}
}
