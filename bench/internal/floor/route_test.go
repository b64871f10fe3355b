package floor_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// BenchmarkRoutes takes S5 apart, with 4 patterns and with 200, which are asked for in turn, and with a catch-all alone that is answered as in the scenario. "one-more" is Gin with a handler
// before each that does nothing, "compiled" has the paths that a set of patterns needs as well, and "pattern" says in the request
// which one it is. What "set" takes beyond that is the comparison of the path that was sent with the pattern and the parameters.
func BenchmarkRoutes(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	for _, n := range []int{1, 4, 200} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			turns(b, 400*time.Microsecond,
				routed(b, "gin", n, bare()),
				routed(b, "one-more", n, bare(func(*gin.Context) {})),
				routed(b, "compiled", n, compiled(func(*gin.Context) {})),
				routed(b, "pattern", n, compiled(func(c *gin.Context) { c.Request.Pattern = c.FullPath() })),
				routed(b, "set", n, set),
			)
		})
	}
}

// patterns are those of S5: of each four a literal, two with a parameter and a catch-all, which is also the one if n is 1.
func patterns(n int, add func(pattern, path string)) {
	if n == 1 {
		add("/api/docs/[...slug]", "/api/docs/2026/june/hello")
	}
	for i := range n / 4 {
		number := strconv.Itoa(i)
		add("/api/r"+number, "/api/r"+number)
		add("/api/r"+number+"/[id]", "/api/r"+number+"/12345")
		add("/api/r"+number+"/[id]/comments", "/api/r"+number+"/12345/comments")
		add("/api/f"+number+"/[...slug]", "/api/f"+number+"/a/b/c")
	}
}

// answerTo is the handler of each of n patterns.
func answerTo(n int) gin.HandlerFunc {
	if n > 1 {
		return func(c *gin.Context) { _, _ = c.Writer.WriteString("ok") } // so that nothing hides what routing costs
	}
	segments := []string{"2026", "june", "hello"}
	return func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"slug": segments}) }
}

// mounting registers n patterns on an engine.
type mounting func(b *testing.B, r *gin.Engine, n int)

func set(b *testing.B, r *gin.Engine, n int) {
	b.Helper()
	routes := catchall.New()
	patterns(n, func(pattern, _ string) { routes.GET(pattern, answerTo(n)) })
	if err := routes.Mount(r); err != nil {
		b.Fatal(err)
	}
}

// bare registers what Gin users would.
func bare(before ...gin.HandlerFunc) mounting {
	native := strings.NewReplacer("[...slug]", "*slug", "[id]", ":id")
	return func(_ *testing.B, r *gin.Engine, n int) {
		patterns(n, func(pattern, _ string) { r.GET(native.Replace(pattern), append(before, answerTo(n))...) })
	}
}

// compiled registers the paths of a set without its handlers.
func compiled(before gin.HandlerFunc) mounting {
	return func(b *testing.B, r *gin.Engine, n int) {
		b.Helper()
		other := gin.New()
		set(b, other, n)
		for _, route := range other.Routes() {
			if route.Method == http.MethodGet {
				r.GET(route.Path, before, answerTo(n))
			}
		}
	}
}

// routed is a step: a request to the next of n patterns.
func routed(b *testing.B, name string, n int, mount mounting) step {
	b.Helper()
	r := gin.New()
	mount(b, r, n)
	var requests []*http.Request
	patterns(n, func(_, path string) {
		requests = append(requests, httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, http.NoBody))
	})
	const stride = 77 // no neighbours; all have their turn
	w, i := &discard{header: http.Header{}}, 0
	return step{name, func() {
		clear(w.header)
		i = (i + stride) % n
		r.ServeHTTP(w, requests[i])
	}}
}
