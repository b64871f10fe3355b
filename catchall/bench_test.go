package catchall_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// discard is a ResponseWriter that allocates nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header               { return d.header }
func (d *discard) Write(b []byte) (int, error)       { return len(b), nil }
func (d *discard) WriteString(s string) (int, error) { return len(s), nil }
func (d *discard) WriteHeader(int)                   {}

// rival is one task, done with Gin's own routes and with a set.
type rival struct {
	name, path string
	bare       func(*gin.Engine)
	set        func(*catchall.Routes)
}

// ok writes a fixed body, what the cheapest handler does.
func ok(c *gin.Context) { _, _ = c.Writer.WriteString("ok") }

var lengthOfSegments int

func rivals() []rival {
	bareSlug := func(c *gin.Context) {
		lengthOfSegments = len(strings.Split(strings.TrimPrefix(c.Param("slug"), "/"), "/"))
		ok(c)
	}
	slug := func(c *gin.Context) {
		lengthOfSegments = len(catchall.Slice(c, "slug"))
		ok(c)
	}
	id := func(c *gin.Context) {
		lengthOfSegments = len(c.Param("id"))
		ok(c)
	}
	return []rival{
		{
			"static", "/api/post/create",
			func(e *gin.Engine) { e.GET("/api/post/create", ok); e.GET("/api/post/:id", id) },
			func(r *catchall.Routes) { r.GET("/post/create", ok); r.GET("/post/[id]", id) },
		},
		{
			"id", "/api/post/12345",
			func(e *gin.Engine) { e.GET("/api/post/create", ok); e.GET("/api/post/:id", id) },
			func(r *catchall.Routes) { r.GET("/post/create", ok); r.GET("/post/[id]", id) },
		},
		{
			"catch-all", "/api/post/2024/june/hello-world",
			func(e *gin.Engine) { e.GET("/api/post/*slug", bareSlug) },
			func(r *catchall.Routes) { r.GET("/post/[...slug]", slug) },
		},
		{
			"catch-all-json", "/api/post/2024/june/hello-world",
			func(e *gin.Engine) {
				e.GET("/api/post/*slug", func(c *gin.Context) {
					c.JSON(http.StatusOK, gin.H{"slug": strings.Split(strings.TrimPrefix(c.Param("slug"), "/"), "/")})
				})
			},
			func(r *catchall.Routes) {
				r.GET("/post/[...slug]", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"slug": catchall.Slice(c, "slug")}) })
			},
		},
		{
			"optional", "/api/docs/2024/june/hello-world",
			func(e *gin.Engine) { e.GET("/api/docs/*slug", bareSlug) },
			func(r *catchall.Routes) { r.GET("/docs/[[...slug]]", slug) },
		},
		{
			"mixed200", "/api/r17/12345/comments",
			func(e *gin.Engine) {
				for i := range 50 {
					n := strconv.Itoa(i)
					e.GET("/api/r"+n, ok)
					e.GET("/api/r"+n+"/:id", id)
					e.GET("/api/r"+n+"/:id/comments", id)
					e.GET("/api/f"+n+"/*slug", bareSlug)
				}
			},
			func(r *catchall.Routes) { mixed(r, 200, ok, id, slug) },
		},
	}
}

// mixed registers n patterns, of each four a literal, two with a parameter and a catch-all.
func mixed(r *catchall.Routes, n int, static, id, slug gin.HandlerFunc) {
	for i := range n / 4 {
		number := strconv.Itoa(i)
		r.GET("/r"+number, static)
		r.GET("/r"+number+"/[id]", id)
		r.GET("/r"+number+"/[id]/comments", id)
		r.GET("/f"+number+"/[...slug]", slug)
	}
}

// engines returns the two engines of a task.
func (r rival) engines(tb testing.TB) map[string]*gin.Engine {
	tb.Helper()
	bare, set := gin.New(), gin.New()
	r.bare(bare)
	routes := catchall.New()
	r.set(routes)
	if err := routes.Mount(set.Group("/api")); err != nil {
		tb.Fatal(err)
	}
	return map[string]*gin.Engine{"gin": bare, "set": set}
}

func BenchmarkRoute(b *testing.B) {
	for _, r := range rivals() {
		engines := r.engines(b)
		for _, who := range []string{"gin", "set"} {
			b.Run(r.name+"/"+who, func(b *testing.B) {
				request := newRequest(b, http.MethodGet, r.path)
				w := &discard{http.Header{}}
				b.ReportAllocs()
				for b.Loop() {
					engines[who].ServeHTTP(w, request)
				}
			})
		}
	}
}

// BenchmarkMount reports the time and the memory of compiling sets of growing size, all methods.
func BenchmarkMount(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				routes := catchall.New()
				mixed(routes, n, ok, ok, ok)
				if err := routes.Mount(gin.New()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSize is a request to a catch-all in sets of growing size.
func BenchmarkSize(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10_000} {
		routes := catchall.New()
		mixed(routes, n, ok, ok, ok)
		engine := gin.New()
		if err := routes.Mount(engine); err != nil {
			b.Fatal(err)
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			request := newRequest(b, http.MethodGet, fmt.Sprintf("/f%d/a/b/c", n/8))
			w := &discard{http.Header{}}
			engine.ServeHTTP(w, request) // Gin looks through the whole tree once, at the first request
			b.ReportAllocs()
			for b.Loop() {
				engine.ServeHTTP(w, request)
			}
		})
	}
}
