package middleware_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

const (
	outer  = "https://outer.example"
	middle = "https://middle.example"
	inner  = "https://inner.example"
	off    = "" // no policy answers
)

// allow is a layer whose policy admits one origin.
func allow(origin string) gin.HandlerFunc {
	return middleware.With(middleware.CORS(policyFor(origin)))
}

// global is the engine's layer, with a policy that admits outer.
func global() gin.HandlerFunc {
	policy := policyFor(outer)
	return middleware.Must(middleware.Config{CORS: &policy})
}

// login refuses whoever sends no Authorization, as preflights never do.
func login(c *gin.Context) {
	if c.GetHeader("Authorization") == "" {
		c.AbortWithStatus(http.StatusUnauthorized)
	}
}

// ask is "METHOD /path" and the origin whose policy must answer the preflight for it.
type ask map[string]string

// check sends preflights from every origin and says which were answered wrongly.
func (a ask) check(t *testing.T, h http.Handler) {
	t.Helper()
	for what, want := range a {
		method, target, _ := strings.Cut(what, " ")
		for _, origin := range []string{outer, middle, inner} {
			w := preflight(t, h, origin, method, target)
			expect, status := "", http.StatusForbidden
			if origin == want {
				expect, status = origin, http.StatusNoContent
			}
			if allowedOrigin(w) != expect {
				t.Errorf("preflight for %s from %s: allowed %q, want %q", what, origin, allowedOrigin(w), expect)
			}
			if want != off && w.Code != status {
				t.Errorf("preflight for %s from %s: status %d, want %d", what, origin, w.Code, status)
			}
			if want == off && strings.Contains(corsHeaders(w.Header()), "Allow") {
				t.Errorf("preflight for %s from %s: %s", what, origin, corsHeaders(w.Header()))
			}
		}
	}
}

// TestRoutesNearest has policies on all levels, with and without an engine that answers 405.
func TestRoutesNearest(t *testing.T) {
	t.Parallel()
	for _, method405 := range []bool{false, true} {
		engine := gin.New()
		engine.HandleMethodNotAllowed = method405
		r := middleware.Routes(engine)
		r.Use(global())
		r.PUT("/plain", ok)
		r.PUT("/inner", allow(inner), ok)
		r.PUT("/other", middleware.With(middleware.SizeLimit("2mb")), ok)
		r.PUT("/two", allow(middle), allow(inner), ok)
		r.PUT("/off", middleware.With(middleware.NoCORS()), ok)
		r.PUT("/wrapped", middleware.WithCORS(policyFor(inner), ok))
		r.GET("/mixed", ok)
		r.PUT("/mixed", allow(inner), ok)
		r.DELETE("/mixed", middleware.With(middleware.NoCORS()), ok)
		group := r.Group("/group", allow(middle))
		group.PATCH("/plain", ok)
		group.PATCH("/inner", allow(inner), ok)
		group.PATCH("/off", middleware.With(middleware.NoCORS()), ok)
		deep := group.Group("/deep", middleware.With(middleware.NoCORS()))
		deep.PUT("/:id", ok)
		deep.PUT("/:id/on", allow(inner), ok)
		group.Use(allow(inner))
		group.PATCH("/later", ok)

		ask{
			"PUT /plain": outer, "PUT /inner": inner, "PUT /other": outer, "PUT /two": inner, "PUT /off": off, "PUT /wrapped": inner,
			"GET /mixed": outer, "PUT /mixed": inner, "DELETE /mixed": off, "POST /mixed": outer,
			"PATCH /group/plain": middle, "PATCH /group/inner": inner, "PATCH /group/off": off, "PATCH /group/later": inner,
			"PUT /group/deep/1": off, "PUT /group/deep/1/on": inner,
			"PUT /nowhere": outer, "PUT /group/nowhere": outer, "GET /plain": outer, "put /inner": outer, "PUT /inner/": outer, "PUT /group/deep/1/on/2": outer,
			"PUT /inner?a=b": inner,
		}.check(t, engine)

		wrong := http.StatusNotFound
		if method405 {
			wrong = http.StatusMethodNotAllowed
		}
		if w := preflight(t, engine, inner, "PUT", "/off"); w.Code != wrong {
			t.Errorf("a preflight for a route without CORS: %d, want %d", w.Code, wrong)
		}
		for path, want := range map[string]string{"/plain": outer, "/inner": inner, "/off": off, "/wrapped": inner, "/mixed": inner} {
			if w := send(t, engine, http.MethodPut, path, "Origin: "+want); allowedOrigin(w) != want || w.Body.String() != "PUT "+path {
				t.Errorf("PUT %s: allowed %q, want %q; %q", path, allowedOrigin(w), want, w.Body)
			}
		}
	}
}

// TestRoutesWithoutGlobalPolicy leaves preflights alone where no policy is.
func TestRoutesWithoutGlobalPolicy(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	r := middleware.Routes(engine)
	r.PUT("/inner", allow(inner), ok)
	r.PUT("/none", ok)
	ask{"PUT /inner": inner, "PUT /none": off, "PUT /nowhere": off}.check(t, engine)
	for _, path := range []string{"/none", "/nowhere"} {
		if w := preflight(t, engine, inner, "PUT", path); w.Code != http.StatusNotFound || w.Header().Get("Vary") != "" {
			t.Errorf("%s: %d %s", path, w.Code, corsHeaders(w.Header()))
		}
	}
}

// TestRoutesBehindLogin has policies behind middleware that refuses every preflight, on all levels.
func TestRoutesBehindLogin(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	var logged int
	engine.Use(func(*gin.Context) { logged++ })
	r := middleware.Routes(engine)
	r.Use(login, global())
	r.PUT("/plain", ok)
	r.PUT("/route", login, allow(inner), ok)
	group := r.Group("/group", login, allow(middle))
	group.PUT("/plain", ok)
	group.PUT("/route", login, allow(inner), ok)
	ask{"PUT /plain": outer, "PUT /route": inner, "PUT /group/plain": middle, "PUT /group/route": inner}.check(t, engine)
	if logged != 12 {
		t.Errorf("middleware before Routes saw %d preflights, want 12", logged)
	}
	if w := send(t, engine, http.MethodPut, "/group/route", "Origin: "+inner); w.Code != http.StatusUnauthorized {
		t.Errorf("the request itself passes the login: %d", w.Code)
	}
	if w := preflight(t, engine, inner, "PUT", "/nowhere"); w.Code != http.StatusUnauthorized {
		t.Errorf("a preflight for no route: %d, want it to meet the login", w.Code)
	}
}

// TestRoutesOrder calls Routes after the engine has its layers, twice, and for groups.
func TestRoutesOrder(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	var order []string
	note := func(name string) gin.HandlerFunc { return func(*gin.Context) { order = append(order, name) } }
	engine.Use(note("logger"), global(), note("behind"))
	engine.PUT("/before", allow(inner), ok)
	first := middleware.Routes(engine)
	second := middleware.Routes(engine)
	handlers := len(engine.Handlers)
	first.PUT("/first", allow(inner), ok)
	second.PUT("/second", allow(inner), ok)
	group := middleware.Routes(engine.Group("/group/", allow(middle)))
	group.PUT("plain", ok)
	middleware.Routes(group.IRouter()).PUT("inner", allow(inner), ok)
	middleware.Routes(group.IRouter().Group("/deep", allow(inner))).PUT("/plain", ok)
	if handlers != 4 {
		t.Errorf("the engine has %d handlers after two calls, want 4", handlers)
	}
	ask{
		"PUT /before": outer, "PUT /first": inner, "PUT /second": inner,
		"PUT /group/plain": middle, "PUT /group/inner": inner, "PUT /group/deep/plain": inner,
	}.check(t, engine)
	order = nil
	preflight(t, engine, inner, "PUT", "/first")
	send(t, engine, http.MethodPut, "/first")
	if got := strings.Join(order, " "); got != "logger logger behind" {
		t.Errorf("what ran is %q", got)
	}
	if group.BasePath() != "/group/" || second.BasePath() != "/" {
		t.Errorf("base paths are %q and %q", group.BasePath(), second.BasePath())
	}
}

// foreignRouter is a gin.IRouter that Routes cannot look into.
type foreignRouter struct{ gin.IRouter }

func TestRoutesPanics(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	early := engine.Group("/early")
	middleware.Routes(engine)
	for name, r := range map[string]gin.IRouter{
		"the group was made before": early,
		"takes a *gin.Engine":       foreignRouter{engine},
		"it takes a *gin":           nil,
	} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, name) {
					t.Errorf("Routes panics with %q, want it to say %q", text, name)
				}
			}()
			middleware.Routes(r)
		}()
	}
}

// TestRoutesMethodsApart has patterns that Gin would refuse in one tree, and static paths beside parameters.
func TestRoutesMethodsApart(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	r := middleware.Routes(engine)
	r.Use(global())
	r.GET("/a/:id", ok)
	r.PUT("/a/:name", allow(inner), ok)
	r.DELETE("/a/*rest", allow(middle), ok)
	r.PUT("/a/special", ok)
	engine.PUT("/a/raw", ok) // hides /a/:name from those that ask for it
	engine.PUT("/a/raw/:x", allow(inner), ok)
	r.PATCH(`/v1/some\:action`, allow(inner), ok)
	r.PATCH("/v1/:x", allow(middle), ok)
	engine.PATCH(`/v2/raw\:action`, ok)
	r.PATCH("/v2/:x", allow(middle), ok)
	r.PATCH("/v3/raw:id", allow(inner), ok)
	engine.PATCH(`/v3/raw\:action`, ok) // Gin lists it so that it does not fit beside the one before
	ask{
		"GET /a/1": outer, "PUT /a/1": inner, "DELETE /a/1": middle, "DELETE /a/1/2/3": middle, "PUT /a/special": outer, "PUT /a/raw": outer, "PUT /a/raw/1": outer,
		"PUT /a/specials": inner, "PUT /a/": outer, "PATCH /v1/some:action": inner, "PATCH /v1/something": middle, "PATCH /v2/raw:action": outer, "PATCH /v2/x": middle, "PATCH /v3/raw1": inner,
	}.check(t, engine)
}

// TestRoutesReadPathsLikeTheEngine has the settings that change how Gin reads a path.
func TestRoutesReadPathsLikeTheEngine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set func(*gin.Engine)
		ask ask
	}{
		"default": {func(*gin.Engine) {}, ask{"PUT /a/x%2Fy": outer, "PUT /a%2Fx": inner, "PUT //a//x": outer, "PUT /A/x": outer}},
		"raw":     {func(e *gin.Engine) { e.UseRawPath = true }, ask{"PUT /a/x%2Fy": inner, "PUT /a%2Fx": outer}},
		"escaped": {func(e *gin.Engine) { e.UseEscapedPath, e.UnescapePathValues = true, false }, ask{"PUT /a/x%2Fy": inner, "PUT /a%2Fx": outer, "PUT /a/b%20c": inner}},
		"slashes": {func(e *gin.Engine) { e.RemoveExtraSlash = true }, ask{"PUT //a//x": inner}},
		"fixed":   {func(e *gin.Engine) { e.RedirectFixedPath = true }, ask{"PUT /A/x": outer, "PUT /a/x/": outer}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := gin.New()
			engine.Use(func(ctx *gin.Context) {
				before := *ctx.Request.URL
				ctx.Next()
				if after := *ctx.Request.URL; after != before {
					t.Errorf("looking up the route has changed the URL from %v to %v", &before, &after)
				}
			})
			r := middleware.Routes(engine)
			c.set(engine) // after Routes, as programs do
			r.Use(global())
			r.PUT("/a/:x", allow(inner), ok)
			c.ask.check(t, engine)
		})
	}
}

// TestRoutesRealOPTIONS has routes for OPTIONS. They get what is no preflight.
func TestRoutesRealOPTIONS(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	r := middleware.Routes(engine)
	r.Use(global())
	r.OPTIONS("/x", allow(middle), ok)
	r.PUT("/x", allow(inner), ok)
	r.DELETE("/x", middleware.With(middleware.NoCORS()), ok)
	r.Any("/any", allow(inner), ok)
	ask{"PUT /x": inner, "OPTIONS /x": middle, "DELETE /x": off, "PUT /any": inner, "OPTIONS /any": inner}.check(t, engine)
	if w := preflight(t, engine, inner, "DELETE", "/x"); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("a preflight for a route without CORS, where OPTIONS has a route: %d %q", w.Code, w.Body)
	}
	for path, origin := range map[string]string{"/x": middle, "/any": inner} {
		for _, headers := range [][]string{{}, {"Origin: " + origin}, {"Access-Control-Request-Method: PUT"}, {"Origin: " + origin, "Access-Control-Request-Method: "}} {
			w := send(t, engine, http.MethodOptions, path, headers...)
			if w.Code != http.StatusOK || w.Body.String() != "OPTIONS "+path {
				t.Errorf("OPTIONS %s with %q: %d %q; want the handler's answer", path, headers, w.Code, w.Body)
			}
			if len(headers) > 0 && strings.HasPrefix(headers[0], "Origin") && allowedOrigin(w) != origin {
				t.Errorf("OPTIONS %s with %q: allowed %q, want %q", path, headers, allowedOrigin(w), origin)
			}
		}
	}
}

// TestRouterRegistersEverything uses each method of gin.IRouter, directly and as one.
func TestRouterRegistersEverything(t *testing.T) {
	t.Parallel()
	files := http.FS(fstest.MapFS{"a.txt": {Data: []byte("text")}})
	name := t.TempDir() + "/a.txt"
	if err := os.WriteFile(name, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	register := func(r gin.IRoutes) {
		r.GET("/get", ok).POST("/post", ok).PUT("/put", ok).PATCH("/patch", ok).DELETE("/delete", ok).HEAD("/head", ok).OPTIONS("/options", ok).
			Handle("PURGE", "/handle", ok).Match([]string{"PUT", "LOCK"}, "/match", ok).Any("/any", ok).
			StaticFile("/file", name).StaticFileFS("/filefs", "a.txt", files).Static("/dir", t.TempDir()).StaticFS("/fs", files).
			Use(allow(inner)).PUT("", ok)
	}
	want := ask{"PUT /nowhere": outer, "POST /match": outer, "PUT /file": outer, "PUT /fs/a.txt": outer, "PUT /": outer}
	for _, what := range []string{
		"GET /get", "POST /post", "PUT /put", "PATCH /patch", "DELETE /delete", "HEAD /head", "OPTIONS /options", "PURGE /handle", "PUT /match", "LOCK /match",
		"GET /any", "POST /any", "PUT /any", "PATCH /any", "HEAD /any", "OPTIONS /any", "DELETE /any", "CONNECT /any", "TRACE /any",
		"GET /file", "HEAD /file", "GET /filefs", "HEAD /filefs", "GET /dir/x/y", "HEAD /dir/x", "GET /fs/a.txt", "HEAD /fs/a.txt",
	} {
		method, target, _ := strings.Cut(what, " ")
		want[method+" /g"+target] = middle
	}
	want["PUT /g"] = inner
	for _, as := range []func(*middleware.Router) gin.IRoutes{
		func(r *middleware.Router) gin.IRoutes { return r },
		func(r *middleware.Router) gin.IRoutes { return r.IRouter() },
	} {
		engine, plain := gin.New(), gin.New()
		r := middleware.Routes(engine)
		r.Use(global())
		register(as(r.Group("/g", allow(middle))))
		want.check(t, engine)
		plain.Use(global())
		register(plain.Group("/g", allow(middle)))
		if got, expect := len(engine.Routes()), len(plain.Routes()); got != expect {
			t.Errorf("%d routes are registered, Gin itself has %d", got, expect)
		}
		for target, body := range map[string]string{"/g/get": "GET /g/get", "/g/file": "text", "/g/filefs": "text", "/g/fs/a.txt": "text"} {
			if w := send(t, engine, http.MethodGet, target); w.Body.String() != body {
				t.Errorf("GET %s: %d %q", target, w.Code, w.Body)
			}
		}
	}
}

// TestRoutesCatchall mounts patterns of Next.js into what Routes returns.
func TestRoutesCatchall(t *testing.T) {
	t.Parallel()
	routes := catchall.New()
	routes.Any("/post/create", allow(inner), ok)
	routes.Any("/post/[pid]", ok)
	routes.PUT("/post/[...slug]", allow(inner), ok)
	engine := gin.New()
	r := middleware.Routes(engine)
	r.Use(global())
	if err := routes.Mount(r.Group("/api", allow(middle))); err != nil {
		t.Fatal(err)
	}
	ask{
		"PUT /api/post/create": inner, "PUT /api/post/1": middle, "PUT /api/post/1/2": inner, "DELETE /api/post/1/2": middle, "PUT /api/other": outer,
	}.check(t, engine)
}

// TestRoutesAreQuiet looks at what Gin prints in debug mode: each route once.
func TestRoutesAreQuiet(t *testing.T) { //nolint:paralleltest // it changes Gin's mode and writer
	var printed bytes.Buffer
	writer, mode := gin.DefaultWriter, gin.Mode()
	gin.DefaultWriter = &printed
	gin.SetMode(gin.DebugMode)
	defer func() {
		gin.DefaultWriter = writer
		gin.SetMode(mode)
	}()
	engine := gin.New()
	r := middleware.Routes(engine)
	r.PUT("/x", allow(inner), ok)
	engine.PUT("/raw", ok)
	preflight(t, engine, inner, "PUT", "/x")
	if gin.Mode() != gin.DebugMode {
		t.Errorf("the mode is %q afterwards", gin.Mode())
	}
	for text, want := range map[string]int{"/x ": 1, "/raw ": 1, "Running in": 1} {
		if got := strings.Count(printed.String(), text); got != want {
			t.Errorf("%q is printed %d times, want %d:\n%s", text, got, want, &printed)
		}
	}
}

// TestRoutesConcurrently sends first preflights at the same time.
func TestRoutesConcurrently(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	r := middleware.Routes(engine)
	r.PUT("/inner/:id", allow(inner), ok)
	r.PUT("/middle/*rest", allow(middle), ok)
	engine.PUT("/raw", ok)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if w := preflight(t, engine, inner, "PUT", "/inner/1"); allowedOrigin(w) != inner {
					t.Errorf("inner is refused: %d", w.Code)
				}
				if w := preflight(t, engine, inner, "PUT", "/middle/1/2"); allowedOrigin(w) != "" {
					t.Error("inner is allowed for middle")
				}
			}
		})
	}
	group.Wait()
}

// TestRoutesAllocations holds the lookup of a route to nothing, and the preflight to the array of its values.
func TestRoutesAllocations(t *testing.T) {
	engine, bare := gin.New(), gin.New()
	r := middleware.Routes(engine)
	r.PUT("/a/:id/b/:name", login, allow(inner), ok)
	ask := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, "/a/1/b/2", nil)
	ask.Header = http.Header{"Origin": {inner}, "Access-Control-Request-Method": {"PUT"}}
	w := &discard{header: make(http.Header, 16)}
	if got := leastAllocs(w, engine, ask) - leastAllocs(w, bare, ask); got > 1 {
		t.Errorf("a preflight allocates %v times more than a 404, want 1", got)
	}
	ask.Header.Set("Access-Control-Request-Method", "GET")
	if got := leastAllocs(w, engine, ask) - leastAllocs(w, bare, ask); got > 0 {
		t.Errorf("a preflight for no route allocates %v times more than a 404, want 0", got)
	}
}
