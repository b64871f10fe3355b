package middleware_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// stacks are what GET /api/hello is measured through, side by side.
var stacks = []struct {
	name     string
	engine   []gin.HandlerFunc
	handlers []gin.HandlerFunc
}{
	{"bare", nil, nil},
	{"engine", []gin.HandlerFunc{middleware.Must(middleware.Config{})}, nil},
	{"engine+route", []gin.HandlerFunc{middleware.Must(middleware.Config{})}, []gin.HandlerFunc{middleware.With(middleware.SizeLimit("500kb"))}},
	{"engine+cors", []gin.HandlerFunc{middleware.Must(middleware.Config{CORS: &middleware.Policy{Origins: []string{"https://app.example"}}})}, nil},
	{"deadline", []gin.HandlerFunc{middleware.Must(middleware.Config{MaxDuration: time.Minute})}, nil},
}

func hello(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"message": "Hello from Next.js!"}) }

func helloThrough(engine, handlers []gin.HandlerFunc) *gin.Engine {
	r := gin.New()
	r.Use(engine...)
	r.GET("/api/hello", append(append([]gin.HandlerFunc(nil), handlers...), hello)...)
	return r
}

func BenchmarkHello(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	defer gin.SetMode(gin.TestMode)
	for _, stack := range stacks {
		b.Run(stack.name, func(b *testing.B) {
			r := helloThrough(stack.engine, stack.handlers)
			req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/api/hello", http.NoBody)
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header) // as net/http, which makes a new one
				r.ServeHTTP(w, req)
			}
		})
	}
}

// TestHelloAllocations keeps the budget: layers allocate nothing, however many
// there are; a policy adds Vary, and a deadline the request that carries its
// context.
func TestHelloAllocations(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	defer gin.SetMode(gin.TestMode)
	budget := map[string]float64{"bare": 0, "engine": 0, "engine+route": 0, "engine+cors": 1, "deadline": 1}
	var bare float64
	for _, stack := range stacks {
		limit, ok := budget[stack.name]
		if !ok {
			continue
		}
		r := helloThrough(stack.engine, stack.handlers)
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/hello", http.NoBody)
		w := &discard{header: http.Header{}}
		got := math.Inf(1) // the race detector makes pools forget now and then
		for range 200 {
			got = min(got, testing.AllocsPerRun(1, func() { clear(w.header); r.ServeHTTP(w, req) }))
		}
		if stack.name == "bare" {
			bare = got
		}
		if got-bare > limit {
			t.Errorf("%s: %v allocations more than bare Gin, want at most %v", stack.name, got-bare, limit)
		}
	}
}
