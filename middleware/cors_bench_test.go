package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// BenchmarkCORS compares a policy on the engine, one on the route and gin-contrib/cors alone, on the engine, where it
// has to be.
func BenchmarkCORS(b *testing.B) {
	handler := func(c *gin.Context) { c.Status(http.StatusOK) }
	config := cors.Config{
		AllowOrigins: []string{app, "https://admin.example.com"}, AllowMethods: []string{"GET", "PUT"}, AllowHeaders: []string{"Content-Type"},
		AllowCredentials: true, ExposeHeaders: []string{"X-Total"}, MaxAge: time.Hour,
	}
	policy, err := middleware.PolicyFrom(config)
	if err != nil {
		b.Fatal(err)
	}
	bare, contrib, ours, route := gin.New(), gin.New(), gin.New(), gin.New()
	bare.PUT("/api/post/:id", handler)
	contrib.Use(cors.New(config))
	contrib.PUT("/api/post/:id", handler)
	ours.Use(middleware.With(middleware.NoBodyParser(), middleware.NoResponseLimit(), middleware.CORS(policy)))
	ours.PUT("/api/post/:id", handler)
	middleware.Routes(route).PUT("/api/post/:id", middleware.WithCORS(policy, handler))

	for _, request := range []struct {
		name, method string
		header       http.Header
	}{
		{"no-origin", http.MethodPut, http.Header{}},
		{"actual", http.MethodPut, http.Header{"Origin": {app}}},
		{"refused", http.MethodPut, http.Header{"Origin": {evil}}},
		{"preflight", http.MethodOptions, http.Header{"Origin": {app}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"content-type"}}},
	} {
		for _, c := range []struct {
			name string
			http.Handler
		}{{"bare", bare}, {"gin-contrib", contrib}, {"engine", ours}, {"route", route}} {
			b.Run(request.name+"/"+c.name, func(b *testing.B) {
				r := httptest.NewRequestWithContext(b.Context(), request.method, "/api/post/1", nil)
				r.Header = request.header
				w := &discard{header: make(http.Header, 16)}
				b.ReportAllocs()
				for b.Loop() {
					clear(w.header)
					c.ServeHTTP(w, r)
				}
			})
		}
	}
}
