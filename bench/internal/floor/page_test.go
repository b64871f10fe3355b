package floor_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// BenchmarkPage takes S6 apart. An answer from the cache has five header fields where c.Data has one; "fields" has the same
// ones prepared and looks nothing up, "one-field" is c.Data with its only field prepared.
func BenchmarkPage(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	page := []byte(job.HTML())
	names := []string{"Content-Type", "Cache-Control", "Etag", "Content-Length", "X-Nextjs-Cache"}
	values := []string{"text/html; charset=utf-8"}
	prepared := func(names ...string) gin.HandlerFunc {
		return func(c *gin.Context) {
			header := c.Writer.Header()
			for _, name := range names {
				header[name] = values
			}
			_, _ = c.Writer.Write(page)
		}
	}
	data := func(c *gin.Context) { c.Data(http.StatusOK, values[0], page) }
	get := func(name string, mount func(*gin.Engine)) step {
		r := gin.New()
		mount(r)
		request := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/page", http.NoBody)
		w := &discard{header: http.Header{}}
		return step{name, func() {
			clear(w.header)
			r.ServeHTTP(w, request)
		}}
	}
	turns(b, 100*time.Microsecond,
		get("data", func(r *gin.Engine) { r.GET("/page", data) }),
		get("nothing", func(r *gin.Engine) { r.GET("/page", func(*gin.Context) {}) }),
		get("one-field", func(r *gin.Engine) { r.GET("/page", prepared(names[0])) }),
		get("fields", func(r *gin.Engine) { r.GET("/page", prepared(names...)) }),
		get("hit", func(r *gin.Engine) { r.GET("/page", revalidate.Must(r, revalidate.Config{}).Page(time.Hour), data) }),
		get("hit-never", func(r *gin.Engine) {
			r.GET("/page", revalidate.Must(r, revalidate.Config{}).Page(revalidate.Never), data)
		}),
	)
}
