package revalidate_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
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
	engine.GET("/alike", func(c *gin.Context) {
		c.Header("X-Nextjs-Cache", "HIT")
		c.Header("Cache-Control", "s-maxage=3600, stale-while-revalidate=31532400")
		c.Header("ETag", `"1p3gz236i0"`)
		c.Header("Content-Length", strconv.Itoa(len(data)))
		c.Data(http.StatusOK, "text/html; charset=utf-8", data)
	})
	engine.GET("/page", pages.Page(time.Hour), func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", data) })
	engine.GET("/forever", pages.Page(revalidate.Never), func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", data) })
	around := []string{"nosniff"}
	engine.GET("/around", func(c *gin.Context) { c.Writer.Header()["X-Content-Type-Options"] = around }, pages.Page(time.Hour), func(c *gin.Context) {
		c.Data(http.StatusOK, "text/html; charset=utf-8", data)
	})
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

// BenchmarkHit compares a HIT with bare handlers: one that writes the same body
// with c.Data, and one that sets the same header as well. They take turns, so
// that a noisy machine is noisy to all; the ratios of the medians are what counts.
//
// The median leaves out the garbage collector, which the bare handlers give more
// work to. A HIT sets five fields, where c.Data alone sets one.
func BenchmarkHit(b *testing.B) {
	_, request := hitSetup(b, strings.Repeat("x", 4096))
	serves := []func(){request("/bare"), request("/alike"), request("/page"), request("/vary", "Accept-Language", "de-DE,de;q=0.9,en;q=0.8"), request("/page", "If-None-Match", "*")}
	names := []string{"bare", "alike", "hit", "variant", "304"}
	took := make([][]time.Duration, len(serves))
	const turn = 64
	for b.Loop() {
		for i, serve := range serves {
			start := time.Now()
			for range turn {
				serve()
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	for i, name := range names {
		b.ReportMetric(median(took[i])/turn, "ns/"+name)
	}
	b.ReportMetric(median(took[2])/median(took[0]), "hit/bare")
	b.ReportMetric(median(took[2])/median(took[1]), "hit/alike")
}

// BenchmarkHitAlone is a HIT and nothing else, for a profile.
func BenchmarkHitAlone(b *testing.B) {
	_, request := hitSetup(b, strings.Repeat("x", 4096))
	serve := request("/page")
	b.ReportAllocs()
	for b.Loop() {
		serve()
	}
}

// median leaves out what other programs and the garbage collector add to some
// turns.
func median(turns []time.Duration) float64 {
	slices.Sort(turns)
	return float64(turns[len(turns)/2])
}

// BenchmarkHitServer is BenchmarkHit through a server and a connection each.
func BenchmarkHitServer(b *testing.B) {
	engine, _ := hitSetup(b, strings.Repeat("x", 4096))
	server := httptest.NewServer(engine)
	defer server.Close()
	took := make([][]time.Duration, 2)
	for b.Loop() {
		for i, path := range []string{"/bare", "/page"} {
			start := time.Now()
			for range 8 {
				r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, server.URL+path, http.NoBody)
				if err != nil {
					b.Fatal(err)
				}
				response, err := server.Client().Do(r)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	b.ReportMetric(median(took[1])/median(took[0]), "hit/bare")
}
