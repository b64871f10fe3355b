package apiroutes_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// discard is a writer that costs nothing, so that the helpers are measured.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header               { return d.header }
func (d *discard) Write(p []byte) (int, error)       { return len(p), nil }
func (d *discard) WriteString(s string) (int, error) { return len(s), nil }
func (d *discard) WriteHeader(int)                   {}

// serve runs one request with a header map of its own, as a server does.
func serve(engine *gin.Engine, w *discard, r *http.Request) {
	w.header = make(http.Header)
	engine.ServeHTTP(w, r)
}

// BenchmarkHello compares GET /api/hello with the same in bare Gin, which sends
// neither length nor tag.
func BenchmarkHello(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	for _, c := range []struct {
		name    string
		handler gin.HandlerFunc
	}{
		{"gin", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"message": "Hello from Next.js!"}) }},
		{"Handler", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.Status(http.StatusOK).JSON(gin.H{"message": "Hello from Next.js!"})
		})},
		{"Typed", apiroutes.Typed(func(*apiroutes.Request, struct{}) (map[string]any, error) {
			return map[string]any{"message": "Hello from Next.js!"}, nil
		})},
		{"JSON", func(c *gin.Context) { apiroutes.JSON(c, gin.H{"message": "Hello from Next.js!"}) }},
		{"End", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.End("Post: abc") })},
	} {
		b.Run(c.name, func(b *testing.B) {
			engine := gin.New()
			engine.GET("/api/hello", c.handler)
			w, r := &discard{}, httptest.NewRequest(http.MethodGet, "/api/hello", http.NoBody)
			b.ReportAllocs()
			for b.Loop() {
				serve(engine, w, r)
			}
		})
	}
}
