package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// ask prints what a browser learns from the preflight for PUT.
func (c client) ask(origin, path string) {
	r, err := http.NewRequest(http.MethodOptions, path, nil) //nolint:noctx // an example without a server
	if err != nil {
		panic(err)
	}
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", http.MethodPut)
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	fmt.Printf("PUT %s from %s: %d %q\n", path, origin, w.Code, w.Header().Get("Access-Control-Allow-Origin"))
}

type client struct{ http.Handler }

// A policy for all routes, and another for one of them.
func ExampleRoutes() {
	engine := gin.New()
	r := middleware.Routes(engine)
	r.Use(middleware.Must(middleware.Config{CORS: &middleware.Policy{
		Origins:     []string{"https://app.example.com"},
		Credentials: true,
		MaxAge:      10 * time.Minute,
	}}))
	r.PUT("/api/post/:id", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	r.PUT("/api/public", middleware.With(middleware.CORS(middleware.Policy{Origins: []string{"*"}})), func(c *gin.Context) {
		c.Status(http.StatusNoContent)
	})

	browser := client{engine}
	browser.ask("https://app.example.com", "/api/post/1")
	browser.ask("https://other.example", "/api/post/1")
	browser.ask("https://other.example", "/api/public")
	// Output:
	// PUT /api/post/1 from https://app.example.com: 204 "https://app.example.com"
	// PUT /api/post/1 from https://other.example: 403 ""
	// PUT /api/public from https://other.example: 204 "*"
}

// The usual mistake: the policy is on a route of the engine itself. Its preflight is an OPTIONS request, for which Gin
// has no route, so nothing sees the policy.
func ExampleRoutes_mistake() {
	policy := middleware.Policy{Origins: []string{"https://app.example.com"}}
	update := func(c *gin.Context) { c.Status(http.StatusNoContent) }

	engine := gin.New()
	engine.PUT("/api/post/:id", middleware.With(middleware.CORS(policy)), update)
	client{engine}.ask("https://app.example.com", "/api/post/1")

	engine = gin.New()
	middleware.Routes(engine).PUT("/api/post/:id", middleware.With(middleware.CORS(policy)), update)
	client{engine}.ask("https://app.example.com", "/api/post/1")
	// Output:
	// PUT /api/post/1 from https://app.example.com: 404 ""
	// PUT /api/post/1 from https://app.example.com: 204 "https://app.example.com"
}

// allowCors(handler) of the Next.js examples.
func ExampleWithCORS() {
	policy := middleware.Policy{Origins: []string{"https://*.example.com"}, Methods: []string{http.MethodPut}}
	engine := gin.New()
	engine.Any("/api/cors", middleware.WithCORS(policy, func(c *gin.Context) { c.String(http.StatusOK, "hello") }))

	client{engine}.ask("https://app.example.com", "/api/cors")
	client{engine}.ask("https://example.com", "/api/cors")
	// Output:
	// PUT /api/cors from https://app.example.com: 204 "https://app.example.com"
	// PUT /api/cors from https://example.com: 403 ""
}

// What browsers would refuse, or what admits more than it seems to, is refused at the start, all at once.
func ExamplePolicy_mistakes() {
	_, err := middleware.NewWith(middleware.CORS(middleware.Policy{
		Origins:     []string{"https://app.example.com/", "https://*.com", "http://shop.example"},
		Methods:     []string{"put"},
		Credentials: true,
	}))
	fmt.Println(err)
	// Output:
	// middleware: CORS: Origins[0] "https://app.example.com/": an origin has no path and no slash at its end; write https://app.example.com
	// middleware: CORS: Origins[1] "https://*.com": everyone can register a name below "com", a public suffix; write https://*.your-name.com
	// middleware: CORS: Origins[2] "http://shop.example": with Credentials an origin must be https, or anyone on the way acts in the user's name; write https:// (localhost may be http)
	// middleware: CORS: Methods[0] "put": methods are case-sensitive; write PUT
}
