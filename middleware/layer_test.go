package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// sees answers with what a handler finds: the parsed body's length, or the
// stream's.
func sees(c *gin.Context) {
	if text, ok := bodyparser.Body(c).(string); ok {
		c.String(http.StatusOK, "parsed %d", len(text))
		return
	}
	stream, err := io.ReadAll(c.Request.Body)
	c.String(http.StatusOK, "stream %d %v", len(stream), err)
}

// TestNearestWins sends bodies of several sizes through chains that have a
// layer, or none, at each level.
func TestNearestWins(t *testing.T) {
	type levels struct{ engine, group, route gin.HandlerFunc }
	limit := func(text string) gin.HandlerFunc { return middleware.With(middleware.SizeLimit(text)) }
	global := func(text string) gin.HandlerFunc {
		return middleware.Must(middleware.Config{SizeLimit: text})
	}
	off := middleware.With(middleware.NoBodyParser())
	tests := map[string]struct {
		levels
		size int
		want string
	}{
		"engine alone, at the limit":         {levels{engine: global("10b")}, 10, "parsed 10"},
		"engine alone, over the limit":       {levels{engine: global("10b")}, 11, "Body exceeded 10b limit"},
		"group alone":                        {levels{group: limit("10b")}, 11, "Body exceeded 10b limit"},
		"route alone":                        {levels{route: limit("10b")}, 11, "Body exceeded 10b limit"},
		"default":                            {levels{engine: global("")}, 1<<20 + 1, "Body exceeded 1mb limit"},
		"raised by the route":                {levels{engine: global("10b"), route: limit("20b")}, 20, "parsed 20"},
		"raised, and over that":              {levels{engine: global("10b"), route: limit("20b")}, 21, "Body exceeded 20b limit"},
		"lowered by the route":               {levels{engine: global("20b"), route: limit("10b")}, 11, "Body exceeded 10b limit"},
		"raised by the group":                {levels{engine: global("10b"), group: limit("20b")}, 20, "parsed 20"},
		"raised, then lowered":               {levels{engine: global("10b"), group: limit("30b"), route: limit("20b")}, 25, "Body exceeded 20b limit"},
		"lowered, then raised":               {levels{engine: global("20b"), group: limit("5b"), route: limit("30b")}, 30, "parsed 30"},
		"off at the route":                   {levels{engine: global("10b"), route: off}, 100, "stream 100 <nil>"},
		"off at the group":                   {levels{engine: global("10b"), group: off}, 100, "stream 100 <nil>"},
		"off at the engine, on at the route": {levels{engine: off, route: limit("10b")}, 11, "Body exceeded 10b limit"},
		"off at the group, on at the route":  {levels{engine: global("5b"), group: off, route: limit("10b")}, 10, "parsed 10"},
		"other options keep the limit": {
			levels{engine: global("10b"), route: middleware.With(middleware.NoResponseLimit())}, 11, "Body exceeded 10b limit",
		},
		"no layer": {levels{}, 100, "stream 100 <nil>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := gin.New()
			use(&r.RouterGroup, test.engine)
			g := r.Group("/api")
			use(g, test.group)
			if test.route != nil {
				g.POST("/:id", test.route, sees)
			} else {
				g.POST("/:id", sees)
			}
			for range 3 { // the first request learns, the others remember
				got := call(t, r, http.MethodPost, "/api/x", "text/plain", strings.Repeat("x", test.size)).Body.String()
				if got != test.want {
					t.Fatalf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}

func use(g *gin.RouterGroup, h gin.HandlerFunc) {
	if h != nil {
		g.Use(h)
	}
}

// TestOneLayerOnManyRoutes shares layers between routes with different chains.
func TestOneLayerOnManyRoutes(t *testing.T) {
	shared := middleware.With(middleware.SizeLimit("20b"))
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "10b"}))
	r.POST("/plain", sees)
	r.POST("/shared", shared, sees)
	r.PUT("/shared", sees)
	r.Group("/g", shared).POST("/lower", middleware.With(middleware.SizeLimit("5b")), sees)
	r.Group("/g", shared).POST("/same", shared, sees)
	tests := []struct {
		method, path string
		limit        int
	}{
		{http.MethodPost, "/plain", 10},
		{http.MethodPost, "/shared", 20},
		{http.MethodPut, "/shared", 10},
		{http.MethodPost, "/g/lower", 5},
		{http.MethodPost, "/g/same", 20},
	}
	for range 2 {
		for _, test := range tests {
			for size, want := range map[int]string{
				test.limit:     fmt.Sprintf("parsed %d", test.limit),
				test.limit + 1: fmt.Sprintf("Body exceeded %db limit", test.limit),
			} {
				got := call(t, r, test.method, test.path, "text/plain", strings.Repeat("x", size)).Body.String()
				if got != want {
					t.Errorf("%s %s with %d bytes: got %q, want %q", test.method, test.path, size, got, want)
				}
			}
		}
	}
}

// TestMiddlewareBetweenLayers has what lies between two layers replace the
// body, the request and the writer.
func TestMiddlewareBetweenLayers(t *testing.T) {
	between := func(c *gin.Context) {
		body, _ := io.ReadAll(c.Request.Body)
		c.Request.Body = io.NopCloser(strings.NewReader(string(body)))
		c.Request = c.Request.WithContext(c.Request.Context())
		c.Next()
	}
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "10b"}), between)
	r.POST("/x", middleware.With(middleware.SizeLimit("20b")), between, sees)
	for size, want := range map[int]string{15: "parsed 15", 21: "Body exceeded 20b limit"} {
		got := call(t, r, http.MethodPost, "/x", "text/plain", strings.Repeat("x", size)).Body.String()
		if got != want {
			t.Errorf("%d bytes: got %q, want %q", size, got, want)
		}
	}
}

// TestHandleContext sends a request on to another route, which has its own
// layers.
func TestHandleContext(t *testing.T) {
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "10b"}))
	r.POST("/from", middleware.With(middleware.SizeLimit("30b")), func(c *gin.Context) {
		c.Request.URL.Path = "/to"
		r.HandleContext(c)
	})
	r.POST("/to", middleware.With(middleware.SizeLimit("20b")), sees)
	for size, want := range map[int]string{15: "parsed 15", 25: "Body exceeded 20b limit", 31: "Body exceeded 30b limit"} {
		got := call(t, r, http.MethodPost, "/from", "text/plain", strings.Repeat("x", size)).Body.String()
		if got != want {
			t.Errorf("%d bytes: got %q, want %q", size, got, want)
		}
	}
}

// TestHandleContextOfTheSameRoute sends a request through its own route again.
func TestHandleContextOfTheSameRoute(t *testing.T) {
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "10b"}))
	r.POST("/:name", middleware.With(middleware.SizeLimit("20b")), func(c *gin.Context) {
		if c.Param("name") == "again" {
			c.Request.URL.Path = "/done"
			r.HandleContext(c)
			return
		}
		sees(c)
	})
	for size, want := range map[int]string{15: "parsed 15", 21: "Body exceeded 20b limit"} {
		got := call(t, r, http.MethodPost, "/again", "text/plain", strings.Repeat("x", size)).Body.String()
		if got != want {
			t.Errorf("%d bytes: got %q, want %q", size, got, want)
		}
	}
}

// TestHandleContextBetweenLayers has a middleware between two layers send a request through its own route again, as one does that
// normalizes paths: the nearest layer is in force, and the same layer may stand in the chain twice.
func TestHandleContextBetweenLayers(t *testing.T) {
	for name, outer := range map[string][]string{"one": {"10b"}, "two": {"5b", "10b"}, "several": {"5b", "20b", "10b"}} {
		for _, twice := range []bool{false, true} {
			r := newEngine(t)
			var layers []gin.HandlerFunc
			for _, limit := range outer {
				layers = append(layers, middleware.With(middleware.SizeLimit(limit)))
			}
			if twice {
				layers = append(layers, layers...)
			}
			r.Use(layers...)
			r.POST("/:name", func(c *gin.Context) {
				if c.Param("name") == "again" {
					c.Request.URL.Path = "/done"
					r.HandleContext(c)
					c.Abort()
				}
			}, middleware.With(middleware.NoResponseLimit()), middleware.With(middleware.SizeLimit("20b")), sees)
			for size, want := range map[int]string{15: "parsed 15", 21: "Body exceeded 20b limit"} {
				for _, path := range []string{"/again", "/done", "/again"} {
					got := call(t, r, http.MethodPost, path, "text/plain", strings.Repeat("x", size)).Body.String()
					if got != want {
						t.Errorf("%s, twice %t, %s with %d bytes: got %q, want %q", name, twice, path, size, got, want)
					}
				}
			}
		}
	}
}

// TestLayersOfSeveralEngines shares the outer layer, or the inner one, between
// engines that have the same routes.
func TestLayersOfSeveralEngines(t *testing.T) {
	outer := middleware.Must(middleware.Config{SizeLimit: "10b"})
	inner := middleware.With(middleware.NoResponseLimit())
	engines := map[int]*gin.Engine{10: newEngine(t, outer)}
	engines[10].POST("/x", inner, sees)
	for limit := 11; limit < 30; limit++ {
		text := fmt.Sprintf("%db", limit)
		if limit%2 == 0 {
			engines[limit] = newEngine(t, outer)
			engines[limit].POST("/x", middleware.With(middleware.SizeLimit(text)), sees)
		} else {
			engines[limit] = newEngine(t, middleware.Must(middleware.Config{SizeLimit: text}))
			engines[limit].POST("/x", inner, sees)
		}
	}
	for range 2 {
		for limit, r := range engines {
			for size, want := range map[int]string{
				limit:     fmt.Sprintf("parsed %d", limit),
				limit + 1: fmt.Sprintf("Body exceeded %db limit", limit),
			} {
				if got := call(t, r, http.MethodPost, "/x", "text/plain", strings.Repeat("x", size)).Body.String(); got != want {
					t.Errorf("%d bytes: got %q, want %q", size, got, want)
				}
			}
		}
	}
}

// TestOneRequestServedTwice has the first chain end between its layers, by an
// abort and by a panic.
func TestOneRequestServedTwice(t *testing.T) {
	ends := []gin.HandlerFunc{
		func(c *gin.Context) { c.AbortWithStatus(http.StatusUnauthorized) },
		func(*gin.Context) { panic("between") },
		func(*gin.Context) {},
		func(*gin.Context) {},
	}
	pass := 0
	r := newEngine(t, gin.RecoveryWithWriter(io.Discard), middleware.Must(middleware.Config{SizeLimit: "10b"}))
	r.POST("/x", func(c *gin.Context) { ends[pass](c) }, middleware.With(middleware.SizeLimit("20b")), sees)
	redirected := &http.Response{}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", nil)
	request.Header.Set("Content-Type", "text/plain")
	request.Response = redirected
	for i, want := range []string{"", "", "parsed 15", "parsed 15"} {
		pass = i
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader("fifteen letters")), 15
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		if w.Body.String() != want {
			t.Errorf("pass %d: got %q, want %q", i, w.Body, want)
		}
		if request.Response != redirected {
			t.Errorf("pass %d changed Request.Response", i)
		}
	}
}

// TestUnmatchedRequests pass the engine's layer, which leaves them alone.
func TestUnmatchedRequests(t *testing.T) {
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "10b"}))
	r.HandleMethodNotAllowed = true
	r.POST("/x", sees)
	tests := map[string]struct {
		method, path string
		status       int
	}{
		"no route":  {http.MethodPost, "/nowhere", http.StatusNotFound},
		"no method": {http.MethodPut, "/x", http.StatusMethodNotAllowed},
		"route":     {http.MethodPost, "/x", http.StatusRequestEntityTooLarge},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := call(t, r, test.method, test.path, "text/plain", strings.Repeat("x", 11)).Code; got != test.status {
				t.Errorf("got %d, want %d", got, test.status)
			}
		})
	}
	r.NoRoute(middleware.With(middleware.SizeLimit("5b")), sees)
	if got := call(t, r, http.MethodPost, "/nowhere", "text/plain", "123456").Code; got != http.StatusRequestEntityTooLarge {
		t.Errorf("NoRoute with a layer of its own: got %d, want 413", got)
	}
	r.NoMethod(middleware.With(middleware.SizeLimit("20b")), middleware.With(middleware.NoResponseLimit()), sees)
	for range 2 { // NoRoute and NoMethod in turn
		if got := call(t, r, http.MethodPut, "/x", "text/plain", "fifteen letters").Body.String(); got != "parsed 15" {
			t.Errorf("NoMethod with layers of its own: got %q", got)
		}
		if got := call(t, r, http.MethodPost, "/nowhere", "text/plain", "123456").Code; got != http.StatusRequestEntityTooLarge {
			t.Errorf("NoRoute after NoMethod: got %d, want 413", got)
		}
	}
}

// TestHandlerNeverRunsOnABadBody covers rule 1: the answer comes before the
// handler, whether or not it looks at its body, for every method.
func TestHandlerNeverRunsOnABadBody(t *testing.T) {
	ran := 0
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "10b"}))
	r.Any("/x", func(c *gin.Context) { ran++; c.Status(http.StatusNoContent) })
	bad := map[string]struct {
		contentType, body string
		status            int
	}{
		"too large": {"text/plain", "12345678901", http.StatusRequestEntityTooLarge},
		"malformed": {"application/json", "{", http.StatusBadRequest},
	}
	for name, test := range bad {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if got := call(t, r, method, "/x", test.contentType, test.body).Code; got != test.status {
				t.Errorf("%s %s: got %d, want %d", method, name, got, test.status)
			}
		}
	}
	if ran != 0 {
		t.Errorf("the handler ran %d times", ran)
	}
	if got := call(t, r, http.MethodPost, "/x", "application/json", `{"a":1}`).Code; got != http.StatusNoContent || ran != 1 {
		t.Errorf("a good body: got %d and %d runs, want 204 and 1", got, ran)
	}
}

// TestManyRoutes lets one layer learn more routes than it may copy each time,
// from several goroutines.
func TestManyRoutes(t *testing.T) {
	const routes = 5000
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "10b"}))
	for i := range routes {
		chain := []gin.HandlerFunc{sees}
		if i%2 == 0 {
			chain = []gin.HandlerFunc{middleware.With(middleware.SizeLimit("20b")), sees}
		}
		r.POST(fmt.Sprintf("/r/%d", i), chain...)
	}
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for step := range 2 * routes {
				i := (step*7 + worker) % routes
				want := "Body exceeded 10b limit"
				if i%2 == 0 {
					want = "parsed 15"
				}
				if got := call(t, r, http.MethodPost, fmt.Sprintf("/r/%d", i), "text/plain", "fifteen letters").Body.String(); got != want {
					t.Errorf("route %d: got %q, want %q", i, got, want)
					return
				}
			}
		})
	}
	all.Wait()
}
