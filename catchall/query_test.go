package catchall_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/querystring"
)

// TestPlainRoutes reads the parameters of plain routes of Gin under each way it has of matching them.
func TestPlainRoutes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		route, path string
		name        string
		slice       []string
		param       string // with UseRawPath; "" where c.Param is what Gin makes of it
	}{
		{"/files/*path", "/files/a/b", "path", []string{"a", "b"}, "a/b"},
		{"/files/*path", "/files/a", "path", []string{"a"}, "a"},
		{"/files/*path", "/files/", "path", nil, ""},
		{"/files/*path", "/files/a/", "path", []string{"a", ""}, "a/"},
		{"/files/*path", "/files//a", "path", []string{"", "a"}, "/a"},
		{"/files/*path", "/files/a+b/c", "path", []string{"a+b", "c"}, ""},
		{"/files/*path", "/files/a%2Fb/c", "path", []string{"a/b", "c"}, "a/b/c"},
		{"/files/*path", "/files/%2561", "path", []string{"%61"}, "%61"},
		{"/files/*path", "/files/a/b", "other", nil, ""},
		{"/x/:id", "/x/a+b", "id", []string{"a+b"}, ""},
		{"/x/:id/*path", "/x/a%20b/c/d", "id", []string{"a b"}, "a b"},
		{"/x/:id/*path", "/x/a%20b/c/d", "path", []string{"c", "d"}, "c/d"},
		{"/static", "/static", "id", nil, ""},
		{"/x/user_:name/y", "/x/user_a%20b/y", "name", []string{"a b"}, "a b"},
	}
	for flags := range 4 {
		for _, test := range tests {
			engine := gin.New()
			engine.UseRawPath, engine.UseEscapedPath = flags&1 != 0, flags&2 != 0
			ran := false
			engine.GET(test.route, func(c *gin.Context) {
				ran = true
				if have := catchall.Slice(c, test.name); !reflect.DeepEqual(have, test.slice) {
					t.Errorf("flags %02b: %s on %s: Slice %q, want %q", flags, test.path, test.route, have, test.slice)
				}
				if have := catchall.Param(c, test.name); test.param != "" && have != test.param {
					t.Errorf("flags %02b: %s on %s: Param %q, want %q", flags, test.path, test.route, have, test.param)
				}
				if have := catchall.Pattern(c); have != test.route {
					t.Errorf("%s: Pattern %q", test.route, have)
				}
			})
			if send(t, engine, http.MethodGet, test.path); !ran {
				t.Errorf("flags %02b: %s did not reach %s", flags, test.path, test.route)
			}
		}
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, path string
		query, params catchall.Query
		url           querystring.Values
	}{
		{"/[id]", "/1", catchall.Query{"id": "1"}, catchall.Query{"id": "1"}, querystring.Values{}},
		{
			"/[id]", "/1?id=2&id=3&a=4&a=5&b",
			catchall.Query{"id": "1", "a": []string{"4", "5"}, "b": ""},
			catchall.Query{"id": "1"},
			querystring.Values{"id": {"2", "3"}, "a": {"4", "5"}, "b": {""}},
		},
		{"/[...s]", "/x?s=y", catchall.Query{"s": []string{"x"}}, catchall.Query{"s": []string{"x"}}, querystring.Values{"s": {"y"}}},
		{"/[[...s]]", "/?s=y", nil, nil, nil},
		{"/[[...s]]", "?s=y", catchall.Query{"s": "y"}, catchall.Query{}, querystring.Values{"s": {"y"}}},
		{"/[[...s]]", "/a%2Fb/c", catchall.Query{"s": []string{"a/b", "c"}}, catchall.Query{"s": []string{"a/b", "c"}}, querystring.Values{}},
		{"/[s]/[...ss]", "/1/2", catchall.Query{"s": "1", "ss": []string{"2"}}, catchall.Query{"s": "1", "ss": []string{"2"}}, querystring.Values{}},
		{"/x", "/x?a=b", catchall.Query{"a": "b"}, catchall.Query{}, querystring.Values{"a": {"b"}}},
		{"/x", "/x?__proto__=b", catchall.Query{"__proto__": "b"}, catchall.Query{}, querystring.Values{"__proto__": {"b"}}},
	}
	for _, test := range tests {
		engine := rawEngine()
		routes := catchall.New()
		ran := false
		routes.Any(test.pattern, func(c *gin.Context) {
			ran = true
			if have := catchall.QueryOf(c); !reflect.DeepEqual(have, test.query) {
				t.Errorf("%s: QueryOf %q, want %q", test.path, have, test.query)
			}
			if have := catchall.Params(c); !reflect.DeepEqual(have, test.params) {
				t.Errorf("%s: Params %q, want %q", test.path, have, test.params)
			}
			if have := catchall.URLQuery(c); len(have)+len(test.url) > 0 && !reflect.DeepEqual(have, test.url) {
				t.Errorf("%s: URLQuery %q, want %q", test.path, have, test.url)
			}
		})
		if err := routes.Mount(engine.Group("/api")); err != nil {
			t.Fatal(err)
		}
		if send(t, engine, http.MethodGet, "/api"+test.path); ran != (test.query != nil) {
			t.Errorf("%s: handler ran: %t", test.path, ran)
		}
	}
}

func TestQueryMethods(t *testing.T) {
	t.Parallel()
	q := catchall.Query{"one": "1", "many": []string{"1", "2"}, "none": []string{}, "odd": 5}
	for name, want := range map[string]struct {
		get   string
		slice []string
	}{
		"one": {"1", []string{"1"}}, "many": {"1", []string{"1", "2"}}, "none": {"", []string{}}, "odd": {"", nil}, "absent": {"", nil},
	} {
		if get, slice := q.Get(name), q.Slice(name); get != want.get || !reflect.DeepEqual(slice, want.slice) {
			t.Errorf("%s: %q, %q", name, get, slice)
		}
	}
}

// Too many parameters are refused before the handlers of a pattern, and left out whole on a plain route.
func TestTooManyParameters(t *testing.T) {
	t.Parallel()
	var got answer
	engine := gin.New()
	mount(t, engine, &got, "/[id]")
	ran := 0
	engine.GET("/plain/:id", func(c *gin.Context) {
		ran++
		over := strings.Count(c.Request.URL.RawQuery, "a") > 1000
		if q := catchall.QueryOf(c); over && !reflect.DeepEqual(q, catchall.Query{"id": "1"}) || !over && len(q.Slice("a")) != 1000 {
			t.Errorf("QueryOf: %d keys", len(q))
		}
		if v := catchall.URLQuery(c); over && len(v) > 0 || !over && len(v["a"]) != 1000 {
			t.Errorf("URLQuery: %d keys", len(v))
		}
		if over != (len(c.Errors) == 2) {
			t.Errorf("errors %v", c.Errors)
		}
		if _, err := catchall.ParseQuery(c, 0); over != (err != nil) {
			t.Errorf("ParseQuery: %v", err)
		}
		if q, err := catchall.ParseQuery(c, 2000); err != nil || len(q.Slice("a")) < 1000 || q.Get("id") != "1" {
			t.Errorf("ParseQuery with a cap: %v", err)
		}
	})
	for _, n := range []int{1000, 1001} {
		query := "?" + strings.Repeat("a&", n)
		got = answer{}
		recorder := send(t, engine, http.MethodGet, "/api/1"+query)
		if (recorder.Code == http.StatusOK) != (n == 1000) || (got.Handler == "") != (n > 1000) {
			t.Errorf("%d parameters: %d", n, recorder.Code)
		}
		if n == 1000 && len(got.Query.Slice("a")) != 1000 {
			t.Errorf("%d values", len(got.Query.Slice("a")))
		}
		send(t, engine, http.MethodGet, "/plain/1"+query)
	}
	if send(t, engine, http.MethodGet, "/api/1?"+strings.Repeat("&", 5000)+"a=b"); got.Query.Get("a") != "b" {
		t.Error("separators without parameters were counted")
	}
	if ran != 2 {
		t.Errorf("the plain route ran %d times", ran)
	}
}

// c.Params has the names of the pattern, whatever Gin calls the route, and survives Copy.
func TestParamsAreThePatterns(t *testing.T) {
	t.Parallel()
	var params gin.Params
	var full, copied string
	routes := catchall.New()
	handler := func(c *gin.Context) {
		params, full = slices.Clone(c.Params), c.FullPath()
		copied = fmt.Sprint(catchall.Pattern(c.Copy()), catchall.Slice(c.Copy(), "rest"), catchall.Param(c.Copy(), "rest"))
	}
	routes.Any("/shop/[category]/items/[...rest]", handler)
	routes.Any("/shop/sale/[item]", handler)
	engine := rawEngine()
	if err := routes.Mount(engine); err != nil {
		t.Fatal(err)
	}
	send(t, engine, http.MethodGet, "/shop/sale/items/a%2Fb/c")
	if want := (gin.Params{{Key: "category", Value: "sale"}, {Key: "rest", Value: "a/b/c"}}); !reflect.DeepEqual(params, want) || full != "/shop/sale/items/*rest" {
		t.Errorf("%v on %s, want %v", params, full, want)
	}
	if want := "/shop/[category]/items/[...rest][a/b c]a/b/c"; copied != want {
		t.Errorf("copy: %s, want %s", copied, want)
	}
}

// An escaped slash at the beginning of a value is a part of it; only the one that Gin adds is dropped.
func TestParamKeepsItsSlash(t *testing.T) {
	t.Parallel()
	for pattern, path := range map[string]string{"/[p]": "/%2Fx", "/[...p]": "/%2Fx", "/[[...p]]": "/%2Fx"} {
		engine := rawEngine()
		routes := catchall.New()
		routes.Any(pattern, func(c *gin.Context) {
			if param, slice := catchall.Param(c, "p"), catchall.Slice(c, "p"); param != "/x" || !slices.Equal(slice, []string{"/x"}) {
				t.Errorf("%s: Param %q, Slice %q", pattern, param, slice)
			}
		})
		if err := routes.Mount(engine.Group("/api")); err != nil {
			t.Fatal(err)
		}
		send(t, engine, http.MethodGet, "/api"+path)
	}
}

// A request that a pattern passes on to a plain route is read as one of that route.
func TestHandleContext(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	routes := catchall.New()
	routes.Any("/[...path]", func(c *gin.Context) {
		c.Request.URL.Path = "/files/x/y"
		engine.HandleContext(c)
	})
	if err := routes.Mount(engine.Group("/api")); err != nil {
		t.Fatal(err)
	}
	var pattern string
	var slice []string
	engine.GET("/files/*path", func(c *gin.Context) { pattern, slice = catchall.Pattern(c), catchall.Slice(c, "path") })
	engine.GET("/api", func(c *gin.Context) { pattern, slice = catchall.Pattern(c), catchall.Slice(c, "path") })
	send(t, engine, http.MethodGet, "/api/a/b/c")
	if pattern != "/files/*path" || !slices.Equal(slice, []string{"x", "y"}) {
		t.Errorf("%s %q", pattern, slice)
	}
}

// TestPatternIsTheRoutes tries what Request.Pattern may hold when it is not the set's.
func TestPatternIsTheRoutes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ route, path, foreign, want string }{
		{"/x/:id", "/x/1", "", "/x/:id"},
		{"/x/:id", "/x/1", "GET /x/{id}", "/x/:id"},
		{"/x/:id", "/x/1", "/", "/x/:id"},
		{"/x/:id", "/x/1", "/y/[id]", "/x/:id"},
		{"/x/:id", "/x/1", "/x/[id]/[no]", "/x/:id"},
		{"/x/:id/y", "/x/1/y", "/x/[id]", "/x/:id/y"},
		{"/x/:id", "/x/1", "/x/[no]", "/x/[no]"}, // cannot be told from the set's own; the name decides what is found
		{"/x", "/x", "/x/[[...s]]", "/x/[[...s]]"},
	} {
		engine := gin.New()
		engine.GET(test.route, func(c *gin.Context) {
			if have := catchall.Pattern(c); have != test.want {
				t.Errorf("%s with %q outside: %q, want %q", test.route, test.foreign, have, test.want)
			}
		})
		request := newRequest(t, http.MethodGet, test.path)
		request.Pattern = test.foreign
		serve(engine, request)
	}
}
