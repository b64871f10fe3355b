package catchall_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/querystring"
)

func TestMethods(t *testing.T) {
	t.Parallel()
	var got string
	name := func(s string) gin.HandlerFunc { return func(*gin.Context) { got = s } }
	routes := catchall.NewWith(catchall.Config{Methods: []string{"PURGE"}})
	routes.Any("/any", name("any"))
	routes.GET("/get/[id]", name("get"))
	routes.POST("/get/[id]", name("post"))
	routes.GET("/head", name("get"))
	routes.HEAD("/head", name("head"))
	routes.PUT("/put", name("put"))
	routes.PATCH("/put", name("patch"))
	routes.DELETE("/put", name("delete"))
	routes.OPTIONS("/put", name("options"))
	routes.Handle("REPORT", "/[...s]", name("report"))
	tests := []struct {
		path    string
		answers map[string]string // by method
		allow   string            // of the 405 that other methods get; "" when there is none
	}{
		{"/any", map[string]string{
			"GET": "any", "POST": "any", "PUT": "any", "PATCH": "any", "HEAD": "any", "OPTIONS": "any", "DELETE": "any", "CONNECT": "any",
			"TRACE": "any", "REPORT": "any", "PURGE": "any",
		}, ""},
		{"/get/5", map[string]string{"GET": "get", "POST": "post", "HEAD": "get"}, "GET, HEAD, POST"},
		{"/head", map[string]string{"GET": "get", "HEAD": "head"}, "GET, HEAD"},
		{"/put", map[string]string{"PUT": "put", "PATCH": "patch", "DELETE": "delete", "OPTIONS": "options"}, "DELETE, OPTIONS, PATCH, PUT"},
		{"/other/x", map[string]string{"REPORT": "report"}, "REPORT"},
		{"/get/5/6", map[string]string{"REPORT": "report"}, "REPORT"},
	}
	for _, handle405 := range []bool{false, true} {
		engine := rawEngine()
		engine.HandleMethodNotAllowed = handle405
		if err := routes.Mount(engine); err != nil {
			t.Fatal(err)
		}
		for _, test := range tests {
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE", "CONNECT", "TRACE", "REPORT", "PURGE"} {
				got = ""
				recorder := send(t, engine, method, test.path)
				want, allow, status := test.answers[method], "", http.StatusOK
				if want == "" {
					allow, status = test.allow, http.StatusMethodNotAllowed
				}
				if got != want || recorder.Code != status || headersOf(recorder, "Allow") != allow {
					t.Errorf("%s %s: %d by %q, Allow %q; want %d by %q, Allow %q", method, test.path, recorder.Code, got, headersOf(recorder, "Allow"),
						status, want, allow)
				}
			}
		}
		if !handle405 {
			if recorder := send(t, engine, "MKCOL", "/put"); recorder.Code != http.StatusNotFound || got != "" {
				t.Errorf("a method that nobody named: %d by %q", recorder.Code, got)
			}
		}
	}
}

// A method that the more specific pattern lacks is not looked for in a less specific one: the path alone chooses the
// pattern, as in Next.js.
func TestMethodDoesNotChooseThePattern(t *testing.T) {
	t.Parallel()
	routes := catchall.New()
	routes.GET("/post/create", func(*gin.Context) {})
	routes.POST("/post/[pid]", func(*gin.Context) { t.Error("the pattern of another path answered") })
	engine := gin.New()
	if err := routes.Mount(engine); err != nil {
		t.Fatal(err)
	}
	recorder := send(t, engine, http.MethodPost, "/post/create")
	if recorder.Code != http.StatusMethodNotAllowed || recorder.Body.String() != "405 method not allowed" || headersOf(recorder, "Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %q %q", recorder.Code, recorder.Body, recorder.Header())
	}
}

// Refusals and redirects pass the middleware of engine and group, which may answer preflights or add headers, but not
// that of the pattern.
func TestRefusalsPassOuterMiddleware(t *testing.T) {
	t.Parallel()
	header := func(name string) gin.HandlerFunc { return func(c *gin.Context) { c.Header(name, "on") } }
	preflight := func(c *gin.Context) {
		if c.Request.Method == http.MethodOptions && c.GetHeader("Access-Control-Request-Method") != "" {
			c.AbortWithStatus(http.StatusNoContent)
		}
	}
	routes := catchall.New()
	routes.GET("/x/[id]", header("Pattern"), func(*gin.Context) {})
	engine := gin.New()
	engine.Use(header("Engine"), preflight)
	if err := routes.Mount(engine.Group("/api", header("Group"))); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, path string
		status       int
	}{
		{http.MethodPost, "/api/x/1", http.StatusMethodNotAllowed},
		{http.MethodOptions, "/api/x/1", http.StatusMethodNotAllowed},
		{http.MethodGet, "/api/x/1/", http.StatusPermanentRedirect},
		{http.MethodPost, "/api/x/1/", http.StatusPermanentRedirect},
		{http.MethodGet, "/api/x/%ff", http.StatusBadRequest},
		{http.MethodPost, "/api/x/%ff", http.StatusBadRequest},
	} {
		recorder := send(t, engine, test.method, test.path)
		if recorder.Code != test.status || headersOf(recorder, "Engine") != "on" || headersOf(recorder, "Group") != "on" || headersOf(recorder, "Pattern") != "" {
			t.Errorf("%s %s: %d %v", test.method, test.path, recorder.Code, recorder.Header())
		}
	}
	request := newRequest(t, http.MethodOptions, "/api/x/1")
	request.Header.Set("Access-Control-Request-Method", http.MethodGet)
	if recorder := serve(engine, request); recorder.Code != http.StatusNoContent {
		t.Errorf("preflight: %d, want the answer of the engine's middleware", recorder.Code)
	}
}

// The handlers of a pattern are handlers of Gin's chain: named, with Next and Abort, one chain for each method and
// FullPath.
func TestChain(t *testing.T) {
	t.Parallel()
	var trace []string
	var names []string
	around := func(c *gin.Context) { trace = append(trace, "before"); c.Next(); trace = append(trace, "after") }
	stop := func(c *gin.Context) {
		if c.Query("stop") != "" {
			c.AbortWithStatus(http.StatusTeapot)
		}
	}
	handler := func(c *gin.Context) { trace = append(trace, c.Param("id")); names = c.HandlerNames() }
	routes := catchall.New()
	routes.GET("/x/[id]", around, stop, handler)
	routes.GET("/x/[id]/y", stop, handler)
	routes.GET("/x/[...s]", handler)
	engine := gin.New()
	if err := routes.Mount(engine.Group("/api")); err != nil {
		t.Fatal(err)
	}
	send(t, engine, http.MethodGet, "/api/x/1")
	if !slices.Equal(trace, []string{"before", "1", "after"}) || len(names) != 4 || !strings.Contains(names[0], "catchall.(*entry).enter") {
		t.Errorf("trace %q, names %q", trace, names)
	}
	trace = nil
	if recorder := send(t, engine, http.MethodGet, "/api/x/1?stop=1"); recorder.Code != http.StatusTeapot || !slices.Equal(trace, []string{"before", "after"}) {
		t.Errorf("%d, trace %q", recorder.Code, trace)
	}
	for path, want := range map[string]int{"/api/x/1": 4, "/api/x/2": 4, "/api/x/1/y": 3, "/api/x/1/z": 2, "/api/x/1/z/w": 2, "/api/x/1/y/z": 2} {
		if send(t, engine, http.MethodGet, path); len(names) != want {
			t.Errorf("%s: %d handlers, want %d", path, len(names), want)
		}
	}
}

func TestErrorHandler(t *testing.T) {
	t.Parallel()
	var seen error
	routes := catchall.NewWith(catchall.Config{ErrorHandler: func(c *gin.Context, err error) {
		seen = err
		c.JSON(catchall.StatusCode(err), gin.H{"error": err.Error()})
	}})
	routes.GET("/x/[id]", func(*gin.Context) { seen = nil })
	engine := gin.New()
	if err := routes.Mount(engine.Group("/api")); err != nil {
		t.Fatal(err)
	}
	var method *catchall.MethodError
	var path *catchall.PathError
	var mismatch *catchall.MismatchError
	var many *querystring.TooManyError
	for _, test := range []struct {
		method, path string
		target       any
		status       int
		text         string
	}{
		{"PUT", "/api/x/1", &method, 405, `catchall: "PUT" is not allowed on /api/x/[id]; send one of GET, HEAD`},
		{"GET", "/api/x/%ff", &path, 400, `catchall: path "/api/x/%ff": is not UTF-8`},
		{"GET", "/api/x/a#b", &path, 400, `catchall: path "/api/x/a#b": has a raw "#": a client keeps the fragment to itself, or sends %23`},
		{"GET", "/api%2Fx/1", &mismatch, 404, `catchall: path "/api%2Fx/1" belongs to no pattern but Gin routed it to /api/x/:id; ` +
			`set engine.UseRawPath = true or use gin.New(catchall.NextPaths)`},
		{"GET", "/api/x/1?" + strings.Repeat("a&", 1001), &many, 400, "querystring: more than 1000 parameters; send fewer or raise the cap"},
	} {
		recorder := send(t, engine, test.method, test.path)
		if recorder.Code != test.status || !errors.As(seen, test.target) || seen.Error() != test.text || !strings.HasPrefix(recorder.Body.String(), `{"error":`) {
			t.Errorf("%s %.20s: %d %v", test.method, test.path, recorder.Code, seen)
		}
	}
	method.Allow[0] = "CHANGED"
	if recorder := send(t, engine, "PUT", "/api/x/1"); headersOf(recorder, "Allow") != "GET, HEAD" {
		t.Errorf("the hook changed the set: Allow %q", headersOf(recorder, "Allow"))
	}
	if status := catchall.StatusCode(errors.New("another")); status != http.StatusInternalServerError {
		t.Errorf("StatusCode of a foreign error: %d", status)
	}
}
