package revalidate_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// sink is a response writer that drops what it gets.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}

// hitSetup has a page and, beside it, a handler that writes the same bytes.
func hitSetup(tb testing.TB, body string) (engine *gin.Engine, request func(path string, header ...string) func()) {
	tb.Helper()
	gin.SetMode(gin.TestMode)
	engine = gin.New()
	pages := revalidate.Must(engine, revalidate.Config{})
	data := []byte(body)
	engine.GET("/bare", func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", data) })
	engine.GET("/page", pages.Page(time.Hour), func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", data) })
	engine.GET("/vary", pages.Page(time.Hour, revalidate.Vary("Accept-Language")), func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", data) })
	return engine, func(path string, header ...string) func() {
		r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, path, http.NoBody)
		if err != nil {
			tb.Fatal(err)
		}
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := &sink{}
		serve := func() {
			w.header = make(http.Header) // as a server does
			engine.ServeHTTP(w, r)
		}
		serve()
		return serve
	}
}

// BenchmarkHit compares a HIT with a bare handler that writes the same bytes.
// The two take turns, so that a noisy machine is noisy to both; the ratio is
// what counts.
func BenchmarkHit(b *testing.B) {
	_, request := hitSetup(b, strings.Repeat("x", 4096))
	tag := func() string {
		w := &sink{header: make(http.Header)}
		engine, _ := hitSetup(b, strings.Repeat("x", 4096))
		r, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, "/page", http.NoBody)
		engine.ServeHTTP(w, r)
		return w.header.Get("Etag")
	}()
	for name, serve := range map[string]func(){
		"page":         request("/page"),
		"variant":      request("/vary", "Accept-Language", "de-DE,de;q=0.9,en;q=0.8"),
		"not modified": request("/page", "If-None-Match", tag),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			bare := request("/bare")
			var bareTime, hitTime time.Duration
			const turn = 64
			for b.Loop() {
				start := time.Now()
				for range turn {
					bare()
				}
				middle := time.Now()
				for range turn {
					serve()
				}
				bareTime += middle.Sub(start)
				hitTime += time.Since(middle)
			}
			b.ReportMetric(float64(hitTime)/float64(b.N*turn), "ns/hit")
			b.ReportMetric(float64(bareTime)/float64(b.N*turn), "ns/bare")
			b.ReportMetric(float64(hitTime)/float64(bareTime), "ratio")
		})
	}
}

// TestHitAllocates one slice, for the values of the header; variants have a key
// to build. That is less than a bare handler needs for the same answer.
func TestHitAllocates(t *testing.T) {
	engine, request := hitSetup(t, strings.Repeat("x", 4096))
	shared := []string{"x"}
	engine.GET("/header", func(c *gin.Context) { c.Writer.Header()["X"] = shared })
	header := testing.AllocsPerRun(200, request("/header"))
	for _, test := range []struct {
		name string
		most float64
		run  func()
	}{
		{"page", 1, request("/page")},
		{"not modified", 1, request("/page", "If-None-Match", "*")},
		{"variant", 2, request("/vary", "Accept-Language", "de-DE,de;q=0.9,en;q=0.8")},
	} {
		if got := testing.AllocsPerRun(200, test.run) - header; got > test.most {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.most)
		}
	}
}
