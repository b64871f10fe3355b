package catchall_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// get prints what a path is answered.
func get(handler http.Handler, path string) {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	fmt.Println(path, "→", recorder.Code, strings.TrimSpace(recorder.Header().Get("Location")+" "+recorder.Body.String()))
}

func Example() {
	gin.SetMode(gin.ReleaseMode)
	routes := catchall.New()
	routes.Any("/post/[...slug]", func(c *gin.Context) {
		c.String(http.StatusOK, "Post: %s", strings.Join(catchall.Slice(c, "slug"), ", "))
	})
	routes.Any("/post/create", func(c *gin.Context) { c.String(http.StatusOK, "Post: new") })
	routes.Any("/post/[pid]", func(c *gin.Context) { c.String(http.StatusOK, "Post: %s", catchall.Param(c, "pid")) })
	routes.Any("/docs/[[...slug]]", func(c *gin.Context) { c.JSON(http.StatusOK, catchall.QueryOf(c)) })

	r := gin.New(catchall.NextPaths)
	if err := routes.Mount(r.Group("/api")); err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{
		"/api/post/create", "/api/post/abc", "/api/post/a/b/c", "/api/post/a%2Fb", "/api/post/abc/?x=1", "/api/docs", "/api/docs/a/b?lang=en",
	} {
		get(r, path)
	}
	// Output:
	// /api/post/create → 200 Post: new
	// /api/post/abc → 200 Post: abc
	// /api/post/a/b/c → 200 Post: a, b, c
	// /api/post/a%2Fb → 200 Post: a/b
	// /api/post/abc/?x=1 → 308 /api/post/abc?x=1
	// /api/docs → 200 {}
	// /api/docs/a/b?lang=en → 200 {"lang":"en","slug":["a","b"]}
}

// Mount reports every fault of a set at once.
func ExampleRoutes_Mount() {
	h := func(*gin.Context) {}
	routes := catchall.New()
	routes.Any("/post/[id]", h)
	routes.Any("/post/[slug]/edit", h)
	routes.Any("/docs/[...path]/raw", h)
	err := routes.Mount(gin.New())
	fmt.Println(withoutPlaces(err.Error()))
	// Output:
	// catchall: pattern "/docs/[...path]/raw": the catch-all "[...path]" must be the last segment: drop what follows it (AT)
	// catchall: "/post/[slug]/edit" (AT) and "/post/[id]" (AT) use two names, [slug] and [id], for one level: give it one name
}

// The common mistake: an engine that matches decoded paths. Nothing wrong is served, but "/" inside a segment cannot be sent.
func ExampleNextPaths() {
	gin.SetMode(gin.ReleaseMode)
	for _, r := range []*gin.Engine{gin.New(), gin.New(catchall.NextPaths)} {
		routes := catchall.New()
		routes.Any("/[id]", func(c *gin.Context) { c.String(http.StatusOK, "%q", c.Param("id")) })
		routes.Any("/[id]/edit", func(*gin.Context) {})
		if err := routes.Mount(r.Group("/api")); err != nil {
			fmt.Println(err)
		}
		get(r, "/api/a%2Fedit")
		get(r, "/api//a")
	}
	// Output:
	// /api/a%2Fedit → 404 404 page not found
	// /api//a → 404 404 page not found
	// /api/a%2Fedit → 200 "a/edit"
	// /api//a → 308 /api/a
}

// Slice also reads catch-alls of Gin's own, which begin with a slash there.
func ExampleSlice() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/files/*path", func(c *gin.Context) {
		c.String(http.StatusOK, "%q, not %q", catchall.Slice(c, "path"), c.Param("path"))
	})
	get(r, "/files/a/b+c")
	// Output:
	// /files/a/b+c → 200 ["a" "b+c"], not "/a/b+c"
}

// Pattern is one name for each pattern, whatever Gin calls the route.
func ExamplePattern() {
	gin.SetMode(gin.ReleaseMode)
	show := func(c *gin.Context) { c.String(http.StatusOK, "%s (%s)", catchall.Pattern(c), c.FullPath()) }
	routes := catchall.New()
	routes.GET("/[[...all]]", show)
	routes.GET("/a/b", show)
	r := gin.New()
	if err := routes.Mount(r.Group("/api")); err != nil {
		fmt.Println(err)
	}
	for _, path := range []string{"/api", "/api/x", "/api/a", "/api/a/b", "/api/a/b/c"} {
		get(r, path)
	}
	// Output:
	// /api → 200 /api/[[...all]] (/api)
	// /api/x → 200 /api/[[...all]] (/api/:all)
	// /api/a → 200 /api/[[...all]] (/api/a)
	// /api/a/b → 200 /api/a/b (/api/a/b)
	// /api/a/b/c → 200 /api/[[...all]] (/api/a/b/*all)
}
