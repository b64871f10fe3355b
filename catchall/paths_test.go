package catchall_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/internal/cputime"
)

// pages are the patterns of most tables below; a Next.js 16.4.6 with the same files gave the answers.
var pages = []string{
	"/", "/post/[...slug]", "/post/[pid]", "/post/create", "/docs/[[...slug]]", "/shop/[category]/items/[...rest]", "/shop/sale/[item]",
	"/enc/[x]", "/mix/[[...r]]", "/mix/a/b/c", "/only/[...s]", "/one/[id]", "/one/[id]/deep/leaf", "/two/[a]/[b]", "/two/x/[...r]", "/pl+us",
}

// nextPathCases say what Next.js answers to a path below /api: "pattern {query}", or the status and, behind it, the
// Location.
var nextPathCases = []struct{ path, want string }{
	{"/api", `/ {}`},
	{"/api/", "308 /api"},
	{"/api//", "308 /api/"},
	{"//api", "308 /api"},
	{"//api/post/create", "308 /api/post/create"},
	{"/api/post/create", `/post/create {}`},
	{"/api/post/create/", "308 /api/post/create"},
	{"/api/post/create/?a=1&b=2", "308 /api/post/create?a=1&b=2"},
	{"/api/post//create?x=1", "308 /api/post/create?x=1"},
	{"/api/post/abc", `/post/[pid] {"pid":"abc"}`},
	{"/api/post/c/", "308 /api/post/c"},
	{"/api/post", "404"},
	{"/api/post/a/b/c", `/post/[...slug] {"slug":["a","b","c"]}`},
	{"/api/post/create/x", `/post/[...slug] {"slug":["create","x"]}`},
	{"/api/post/a%2Fb", `/post/[pid] {"pid":"a/b"}`},
	{"/api/post/a%2Fb/c", `/post/[...slug] {"slug":["a/b","c"]}`},
	{"/api/post%2Fcreate", "404"},
	{"/api%2Fpost/create", "404"},
	{"/api/post/%63reate", `/post/[pid] {"pid":"create"}`},
	{"/api/post/%2563reate", `/post/[pid] {"pid":"%63reate"}`},
	{"/api/post/Create", `/post/[pid] {"pid":"Create"}`},
	{"/api/Post/create", "404"},
	{"/api/post/a+b", `/post/[pid] {"pid":"a+b"}`},
	{"/api/post/a%2Bb", `/post/[pid] {"pid":"a+b"}`},
	{"/api/post/a%2fb+c", `/post/[pid] {"pid":"a/b+c"}`},
	{"/api/post/%2561", `/post/[pid] {"pid":"%61"}`},
	{"/api/post/a%252Fb", `/post/[pid] {"pid":"a%2Fb"}`},
	{"/api/post/%zz", "400"},
	{"/api/post/%", "400"},
	{"/api/post/%ff", "400"},
	{"/api/post/%c3%28", "400"},
	{"/api/post/%ED%A0%80", "400"},
	{"/api/post/a/%ff", "400"},
	{"/api/post/a%2F%ff", "400"},
	{"/api/docs", `/docs/[[...slug]] {}`},
	{"/api/docs/", "308 /api/docs"},
	{"/api/docs?slug=q", `/docs/[[...slug]] {"slug":"q"}`},
	{"/api/docs/x?slug=q", `/docs/[[...slug]] {"slug":["x"]}`},
	{"/api/docs/x/y", `/docs/[[...slug]] {"slug":["x","y"]}`},
	{"/api/enc/caf%C3%A9", `/enc/[x] {"x":"café"}`},
	{"/api/enc/caf%c3%a9", `/enc/[x] {"x":"café"}`},
	{"/api/pl+us", `/pl+us {}`},
	{"/api/pl%2Bus", "404"},
	{"/api/pl%20us", "404"},
	{"/api/shop/sale/items/1", `/shop/[category]/items/[...rest] {"category":"sale","rest":["1"]}`},
	{"/api/shop/sale/5", `/shop/sale/[item] {"item":"5"}`},
	{"/api/shop/sale/items", `/shop/sale/[item] {"item":"items"}`},
	{"/api/shop/x/items", "404"},
	{"/api/two/x/y", `/two/x/[...r] {"r":["y"]}`},
	{"/api/two/x", "404"},
	{"/api/two/x/y/z", `/two/x/[...r] {"r":["y","z"]}`},
	{"/api/two/q/y", `/two/[a]/[b] {"a":"q","b":"y"}`},
	{"/api/two/q/y/z", "404"},
	{"/api/mix", `/mix/[[...r]] {}`},
	{"/api/mix/a/b", `/mix/[[...r]] {"r":["a","b"]}`},
	{"/api/mix/a/b/c", `/mix/a/b/c {}`},
	{"/api/mix/a/b/c/d", `/mix/[[...r]] {"r":["a","b","c","d"]}`},
	{"/api/mix/a%2Fb/c", `/mix/[[...r]] {"r":["a/b","c"]}`},
	{"/api/mix/a%2Fb%2Fc", `/mix/[[...r]] {"r":["a/b/c"]}`},
	{"/api/one/5", `/one/[id] {"id":"5"}`},
	{"/api/one/5/deep", "404"},
	{"/api/one/5/deep/leaf", `/one/[id]/deep/leaf {"id":"5"}`},
	{"/api/one/5?id=9&id=8&x=1&x=2", `/one/[id] {"id":"5","x":["1","2"]}`},
	{"/api/only", "404"},
	{"/api/only/", "308 /api/only"},
	{"/api/only/%2F", `/only/[...s] {"s":["/"]}`},
	{"/api/only/a%2F", `/only/[...s] {"s":["a/"]}`},
	{"/api/only/%20", `/only/[...s] {"s":[" "]}`},
	{"/api/only/a//b", "308 /api/only/a/b"},
	{"/api/only/a///b//?q=//", "308 /api/only/a/b/?q=//"},
	{"/api//only/../post/abc", "308 /api/post/abc"},
	{"/api/only/a/../b", `/only/[...s] {"s":["b"]}`},
	{"/api/only/a/./b", `/only/[...s] {"s":["a","b"]}`},
	{"/api/only/x/../../post/create", `/post/create {}`},
	{"/../../api/post/abc", `/post/[pid] {"pid":"abc"}`},
	{"/api/only/a/..", "308 /api/only"},
	{"/api/only/a/.", "308 /api/only/a"},
	{"/api/only/..", "308 /api"},
	{"/api/only/a/%2e%2E/b", `/only/[...s] {"s":["b"]}`},
	{"/api/only/a/.%2E/b", `/only/[...s] {"s":["b"]}`},
	{"/api/only/a/%2E/b%2Fc", `/only/[...s] {"s":["a","b/c"]}`},
	{"/api/only/...", `/only/[...s] {"s":["..."]}`},
	{"/api/only/..%2Fpost", `/only/[...s] {"s":["../post"]}`},
	{"/api/only/a/..;/b", `/only/[...s] {"s":["a","..;","b"]}`},
	{`/api/only/a\b`, "308 /api/only/a/b"},
	{`/api\only\b`, "308 /api/only/b"},
	{"/api/only/a%5Cb", `/only/[...s] {"s":["a\\b"]}`},
	{"//evil.com/", "308 /evil.com/"},
	{"//evil.com/..", "308 /"},
	{`/\evil.com/`, "308 /evil.com/"},
	{"///evil.com//", "308 /evil.com/"},
	{"/%2Fevil.com/", "308 /%2Fevil.com"},
	{"/%5Cevil.com/", "308 /%5Cevil.com"},
	{"/api/only/a%0d%0ab/", "308 /api/only/a%0d%0ab"},
	{"/api/only/a;b=1", `/only/[...s] {"s":["a;b=1"]}`},
	{"/api/only/%00", `/only/[...s] {"s":["\u0000"]}`},
	{"/api/post/[pid]", `/post/[pid] {"pid":"[pid]"}`},
	{"/api/post/%5Bpid%5D", `/post/[pid] {"pid":"[pid]"}`},
	{"/api/post/:pid", `/post/[pid] {"pid":":pid"}`},
	{"/api/post/*", `/post/[pid] {"pid":"*"}`},
	{"/api/nowhere/", "308 /api/nowhere"},
	{"/api/nowhere", "404"},
	{"/elsewhere", "404"},
}

// short words an answer as the table does.
func short(recorder *httptest.ResponseRecorder, got answer) string {
	if recorder.Code == http.StatusOK {
		var query strings.Builder
		encoder := json.NewEncoder(&query)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(got.Query); err != nil {
			return err.Error()
		}
		return got.Handler + " " + strings.TrimSpace(query.String())
	}
	return strings.TrimSpace(fmt.Sprint(recorder.Code, " ", recorder.Header().Get("Location")))
}

func TestNextPathsAnswersAsNextJS(t *testing.T) {
	t.Parallel()
	var got answer
	engine := gin.New(catchall.NextPaths)
	mount(t, engine, &got, pages...)
	for _, test := range nextPathCases {
		recorder := send(t, engine, http.MethodGet, test.path)
		if have := short(recorder, got); have != test.want {
			t.Errorf("GET %s: %s, want %s", test.path, have, test.want)
		}
	}
}

// TestEveryFlag holds every combination of Gin's flags against the same table: a path is answered as in Next.js or
// refused or redirected, never answered by another pattern or with other parameters.
func TestEveryFlag(t *testing.T) {
	t.Parallel()
	for flags := range 1 << 7 {
		var got answer
		engine := gin.New()
		on := func(bit int) bool { return flags&(1<<bit) != 0 }
		engine.UseRawPath, engine.UseEscapedPath, engine.UnescapePathValues = on(0), on(1), on(2)
		engine.RemoveExtraSlash, engine.RedirectTrailingSlash = on(3), on(4)
		engine.RedirectFixedPath, engine.HandleMethodNotAllowed = on(5), on(6)
		mount(t, engine, &got, pages...)
		for _, test := range nextPathCases {
			recorder := send(t, engine, http.MethodGet, test.path)
			have := short(recorder, got)
			switch {
			case have == test.want:
			case recorder.Code == http.StatusNotFound, recorder.Code == http.StatusPermanentRedirect:
				if plain(test.path) {
					t.Errorf("flags %07b: GET %s: %s, want %s", flags, test.path, have, test.want)
				}
			case recorder.Code == http.StatusMovedPermanently && (engine.RedirectTrailingSlash || engine.RedirectFixedPath):
				// by Gin, before any handler runs
				if !strings.HasSuffix(test.path, "/") && !engine.RedirectFixedPath {
					t.Errorf("flags %07b: GET %s: %s, want %s", flags, test.path, have, test.want)
				}
			default:
				t.Errorf("flags %07b: GET %s: %s, want %s", flags, test.path, have, test.want)
			}
		}
	}
}

// plain tells that a path needs no option to be answered as in Next.js.
func plain(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	return !strings.ContainsAny(path, `%\`) && !strings.Contains(path, "//") && !strings.Contains(path, "/.") && !strings.HasSuffix(path, "/")
}

// With UseRawPath alone, no path that Gin routes is refused: what differs from Next.js is redirected or has no route.
func TestUseRawPathNeedsNoMore(t *testing.T) {
	t.Parallel()
	var got answer
	engine := rawEngine()
	mount(t, engine, &got, pages...)
	for _, test := range nextPathCases {
		if strings.Contains(test.path, "//") || strings.Contains(test.path, "/.") || strings.Contains(test.path, "/%2") ||
			strings.HasSuffix(test.path, "/") || strings.ContainsAny(test.path, `\`) {
			continue
		}
		if have := short(send(t, engine, http.MethodGet, test.path), got); have != test.want {
			t.Errorf("GET %s: %s, want %s", test.path, have, test.want)
		}
	}
}

// Without NextPaths the redirects of paths that Gin routes to a pattern are the set's own.
func TestRedirectsWithoutNextPaths(t *testing.T) {
	t.Parallel()
	tests := []struct{ method, path, location string }{
		{http.MethodGet, "/api/", "/api"},
		{http.MethodPost, "/api/post/create/", "/api/post/create"},
		{http.MethodHead, "/api/post/abc/?a=%2F&b=//", "/api/post/abc?a=%2F&b=//"},
		{http.MethodGet, "/api/docs/", "/api/docs"},
		{http.MethodGet, "/api/docs/a/b/", "/api/docs/a/b"},
		{http.MethodGet, "/api/docs/a/../b", "/api/docs/b"},
		{http.MethodGet, "/api/docs/a/%2e%2e/b", "/api/docs/b"},
		{http.MethodGet, "/api/docs/a/../../../..", "/"},
		{http.MethodGet, "/api/docs//evil.com/../../..//evil.com", "/evil.com"},
		{http.MethodGet, `/api/docs/a\..\..\..\\evil.com`, "/evil.com"},
		{http.MethodGet, "/api/post//create", "/api/post/create"},
		{http.MethodGet, "http://evil.com/api/post/create/", "/api/post/create"},
		{http.MethodGet, "/api/docs/a%0d%0aSet-Cookie:x=y/", "/api/docs/a%0d%0aSet-Cookie:x=y"},
		{http.MethodGet, "/api/docs/\xc3\xa9/?q=\xc3\xa9", "/api/docs/%C3%A9?q=%C3%A9"},
	}
	for _, engine := range []*gin.Engine{gin.New(), rawEngine()} {
		var got answer
		mount(t, engine, &got, pages...)
		for _, test := range tests {
			recorder := send(t, engine, test.method, test.path)
			if recorder.Code != http.StatusPermanentRedirect || recorder.Header().Get("Location") != test.location || recorder.Body.Len() > 0 {
				t.Errorf("%s %s: %d %q %q, want 308 %q and no body", test.method, test.path, recorder.Code,
					recorder.Header().Get("Location"), recorder.Body, test.location)
			}
		}
	}
}

// TestRedirectsStayOnThisHost feeds every path shape that a client could take for another host.
func TestRedirectsStayOnThisHost(t *testing.T) {
	t.Parallel()
	var got answer
	engine := gin.New(catchall.NextPaths)
	mount(t, engine, &got, "/", "/x/[[...all]]")
	root := gin.New(catchall.NextPaths)
	if err := tryMount(root, &got, "/[[...all]]"); err != nil {
		t.Fatal(err)
	}
	pieces := []string{"/", `\`, "//", "%2F", "%5C", "..", ".", "%2e%2e", "evil.com", "@", ":", "http:", "%09", "%00"}
	for _, handler := range []http.Handler{engine, root} {
		n := len(pieces)
		for i := range n * n * n {
			target := "/" + pieces[i%n] + pieces[i/n%n] + pieces[i/n/n] + "evil.com/"
			location := send(t, handler, http.MethodGet, target).Header().Get("Location")
			if location == "" {
				continue
			}
			if location[0] != '/' || len(location) > 1 && (location[1] == '/' || location[1] == '\\') || strings.ContainsAny(location, "\\\t\r\n") {
				t.Fatalf("GET %s: Location %q", target, location)
			}
		}
	}
}

func TestRedirectKeepsStrippedPrefix(t *testing.T) {
	t.Parallel()
	var got answer
	engine := gin.New()
	mount(t, engine, &got, pages...)
	mux := http.NewServeMux()
	mux.Handle("/app/", http.StripPrefix("/app", engine))
	recorder := send(t, mux, http.MethodGet, "/app/api/post/create/?x=1")
	if location := recorder.Header().Get("Location"); location != "/app/api/post/create?x=1" {
		t.Errorf("Location %q, want the prefix that the mux took off", location)
	}
	if send(t, mux, http.MethodGet, "/app/api/post/create"); got.Pattern != "/api/post/create" {
		t.Errorf("Pattern %q behind a mux, want that of the set", got.Pattern)
	}
}

// A path whose segments differ in the form that Gin matched is refused with the reason in c.Errors.
func TestMismatchIsRefused(t *testing.T) {
	t.Parallel()
	var got answer
	var failures []*gin.Error
	engine := gin.New()
	engine.Use(func(c *gin.Context) { c.Next(); failures = c.Errors })
	mount(t, engine, &got, pages...)
	for path, want := range map[string]string{
		"/api/post/a%2Fb": `catchall: path "/api/post/a%2Fb" belongs to /post/[pid] but Gin routed it to /api/post/:pid/*slug; ` +
			`set engine.UseRawPath = true or use gin.New(catchall.NextPaths)`,
		"/api%2Fpost/create": `catchall: path "/api%2Fpost/create" belongs to no pattern but Gin routed it to /api/post/create; ` +
			`set engine.UseRawPath = true or use gin.New(catchall.NextPaths)`,
		"/api/post/%63reate": `catchall: path "/api/post/%63reate" belongs to /post/[pid] but Gin routed it to /api/post/create; ` +
			`set engine.UseRawPath = true or use gin.New(catchall.NextPaths)`,
	} {
		got = answer{}
		recorder := send(t, engine, http.MethodGet, path)
		if recorder.Code != http.StatusNotFound || got.Handler != "" {
			t.Errorf("GET %s: %d by %q, want 404", path, recorder.Code, got.Handler)
		}
		if len(failures) != 1 || failures[0].Error() != want {
			t.Errorf("GET %s: errors %v, want %s", path, failures, want)
		}
	}
}

// Middleware that rewrites the path behind Gin's back changes nothing about which handlers may answer.
func TestRewrittenPath(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, to string
		status   int
	}{
		{"/api/docs/a", "/api/docs/b", http.StatusOK},
		{"/api/docs/a", "/api/docsx", http.StatusNotFound},
		{"/api/docs/a", "/api/post/create", http.StatusNotFound},
		{"/api/docs/a", "/api", http.StatusNotFound},
		{"/api/docs/a", "/", http.StatusNotFound},
		{"/api/docs/a", "evil.com/", http.StatusPermanentRedirect},
		{"/api/docs/a", "", http.StatusPermanentRedirect},
		{"/api/post/create", "/api/post/delete", http.StatusNotFound},
		{"/api/post/abc", "/api/post/a/b", http.StatusNotFound},
	}
	for _, test := range tests {
		var got answer
		engine := rawEngine()
		engine.Use(func(c *gin.Context) { c.Request.URL.Path = test.to })
		mount(t, engine, &got, pages...)
		recorder := send(t, engine, http.MethodGet, test.path)
		if recorder.Code != test.status || (got.Handler != "") != (test.status == http.StatusOK) {
			t.Errorf("%s rewritten to %q: %d by %q, want %d", test.path, test.to, recorder.Code, got.Handler, test.status)
		}
	}
}

// A request with dot segments runs one chain, that of the resolved path, as if it had been sent so.
func TestDotSegmentsRunOneChain(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/api/tail/a/../b?x=1", "/nowhere/../api/tail/b?x=1", "/api/other/%2e%2e/tail/b?x=1"} {
		ran, guarded := 0, ""
		engine := gin.New(catchall.NextPaths)
		engine.Use(func(c *gin.Context) { guarded += c.Request.URL.Path + " " })
		routes := catchall.New()
		routes.Any("/tail/[...s]", func(c *gin.Context) {
			ran++
			if u := c.Request.URL; u.RawPath != "" || u.String() != "/api/tail/b?x=1" {
				t.Errorf("%s: the handler sees %q, RawPath %q", path, u, u.RawPath)
			}
			_, _ = c.Writer.WriteString("x") // no status set: 200
		})
		routes.Any("/other/[p]", func(*gin.Context) { t.Error("the handler of the path as it was sent ran") })
		if err := routes.Mount(engine.Group("/api")); err != nil {
			t.Fatal(err)
		}
		recorder := send(t, engine, http.MethodGet, path)
		if ran != 1 || guarded != "/api/tail/b " || recorder.Code != http.StatusOK || recorder.Body.String() != "x" {
			t.Errorf("%s: %d runs, middleware saw %q; %d %q", path, ran, guarded, recorder.Code, recorder.Body)
		}
	}
}

// A RawPath that belongs to another Path, left behind by a rewrite, counts for nothing.
func TestStaleRawPath(t *testing.T) {
	t.Parallel()
	var got answer
	engine := rawEngine()
	engine.Use(func(c *gin.Context) { c.Request.URL.Path = "/api/post/x" })
	mount(t, engine, &got, pages...)
	if send(t, engine, http.MethodGet, "/api/post/a%2Fb"); got.Query.Get("pid") != "x" {
		t.Errorf("%+v, want the parameter of the path that was set", got)
	}
}

// The target of CONNECT is no path.
func TestConnect(t *testing.T) {
	t.Parallel()
	var got answer
	engine := gin.New(catchall.NextPaths)
	mount(t, engine, &got, pages...)
	if recorder := send(t, engine, http.MethodConnect, "example.com:443"); recorder.Code != http.StatusNotFound {
		t.Errorf("CONNECT: %d", recorder.Code)
	}
}

func TestUnreadablePath(t *testing.T) {
	t.Parallel()
	var got answer
	engine := rawEngine()
	mount(t, engine, &got, pages...)
	for _, path := range []string{"/api/post/a#b", "/api/docs/%ff", "/api/docs/a/%c3", "/api/docs/a%2F%ff"} {
		got = answer{}
		recorder := send(t, engine, http.MethodGet, path)
		if recorder.Code != http.StatusBadRequest || recorder.Body.String() != "Bad Request" || got.Handler != "" {
			t.Errorf("GET %s: %d %q, want 400", path, recorder.Code, recorder.Body)
		}
	}
}

// TestLongPaths: work grows with the length of the path, whatever it is made of. Not parallel: the work of other tests
// would count.
func TestLongPaths(t *testing.T) {
	var got answer
	engine := rawEngine()
	mount(t, engine, &got, "/tail/[...s]", "/a/[p]/a/[q]/a", "/a/[p]/[q]/[...r]")
	for _, piece := range []string{"/x", "/a", "/%2F", "/a%20b"} {
		if send(t, engine, http.MethodGet, "/api/tail"+strings.Repeat(piece, 1000)); len(got.Slices["s"]) != 1000 {
			t.Errorf("%d segments, want 1000", len(got.Slices["s"]))
		}
	}
	for _, target := range []string{
		"/api/tail" + strings.Repeat("/x", 100_000), "/api/a" + strings.Repeat("/a", 100_000), "/api/tail" + strings.Repeat("/%2e%2e", 100_000),
		"/api/tail" + strings.Repeat("/", 100_000), "/api//tail" + strings.Repeat("/x", 100_000), "/api/tail" + strings.Repeat("/a%2F", 100_000),
		"/api/tail" + strings.Repeat("/.a", 100_000), "/api/tail" + strings.Repeat("/..", 100_000), "/api/tail/é" + strings.Repeat("/..a", 100_000),
		"/api/tail/" + strings.Repeat(`\`, 100_000), "/api/tail" + strings.Repeat(`/x\`, 100_000), "/api/tail" + strings.Repeat("//x", 100_000),
	} {
		took, known := cputime.Of(func() { send(t, engine, http.MethodGet, target) })
		if !known {
			t.Skip("this system does not tell the processor time")
		}
		if took > 2*time.Second {
			t.Errorf("%.30s… took %v", target, took)
		}
	}
}
