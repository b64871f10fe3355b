package catchall_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// faultCases are patterns that Mount refuses, with what the fault must say; places of registration are left out.
var faultCases = []struct {
	patterns []string
	want     string
}{
	{[]string{""}, `pattern "" must begin with a slash: write "/"`},
	{[]string{"post"}, `pattern "post" must begin with a slash: write "/post"`},
	{[]string{"/post/"}, `pattern "/post/" ends in a slash, and paths with one are redirected: write "/post"`},
	{[]string{"//"}, `pattern "//" ends in a slash, and paths with one are redirected: write "/"`},
	{[]string{"/a//b"}, `pattern "/a//b" has an empty segment: write one slash between two segments`},
	{[]string{"/a/../b"}, `pattern "/a/../b": segment ".." is resolved by every client before it is sent: drop it`},
	{[]string{"/."}, `pattern "/.": segment "." is resolved by every client before it is sent: drop it`},
	{[]string{"/:id"}, `pattern "/:id": segment ":id" has :, which Gin's routes reserve: a parameter is written [name], a catch-all [...name]`},
	{[]string{"/a/*all"}, `pattern "/a/*all": segment "*all" has *, which Gin's routes reserve: a parameter is written [name], a catch-all [...name]`},
	{[]string{"/café"}, `segment "café" has a character that clients escape, so that it would never match: use a [name] and compare its value`},
	{[]string{"/a b"}, `segment "a b" has a character that clients escape`},
	{[]string{"/a%20b"}, `segment "a%20b" has a character that clients escape`},
	{[]string{"/a?b"}, `segment "a?b" has a character that clients escape`},
	{[]string{`/a\b`}, `segment "a\\b" has a character that clients escape`},
	{[]string{"/[]"}, `pattern "/[]": segment "[]" has no name: write one, as in [id]`},
	{[]string{"/[...]"}, `segment "[...]" has no name`},
	{[]string{"/[[...]]"}, `segment "[[...]]" has no name`},
	{[]string{"/[id"}, `segment "[id" mixes text and brackets: a parameter is a whole segment, as in [id]`},
	{[]string{"/id]"}, `segment "id]" mixes text and brackets`},
	{[]string{"/post-[id]"}, `segment "post-[id]" mixes text and brackets`},
	{[]string{"/[id]-[no]"}, `segment "[id]-[no]" has brackets in its name: write [name], [...name] or [[...name]]`},
	{[]string{"/[[id]"}, `segment "[[id]" has brackets in its name`},
	{[]string{"/[[...id]"}, `segment "[[...id]" has brackets in its name`},
	{[]string{"/[[id]]"}, `segment "[[id]]" is an optional parameter, which Next.js does not have: write [name] or [[...name]]`},
	{[]string{"/[..id]"}, `segment "[..id]" has a name that begins with a dot`},
	{[]string{"/[....id]"}, `segment "[....id]" has a name that begins with a dot`},
	{[]string{"/[…id]"}, `segment "[…id]" has the one character … where three dots belong: write [...name]`},
	{[]string{"/[a:b]"}, `segment "[a:b]" has one of : * \ in its name`},
	{[]string{"/[...a]/b"}, `pattern "/[...a]/b": the catch-all "[...a]" must be the last segment: drop what follows it`},
	{[]string{"/[[...a]]/[b]"}, `the catch-all "[[...a]]" must be the last segment`},
	{[]string{"/[a]/b/[a]"}, `pattern "/[a]/b/[a]" has two parameters named "a": give each its own name`},
	{[]string{"/[a]/[...a]"}, `pattern "/[a]/[...a]" has two parameters named "a"`},
	{[]string{"/x/[id]", "/x/[slug]/y"}, `"/x/[slug]/y" (AT) and "/x/[id]" (AT) use two names, [slug] and [id], for one level: give it one name`},
	{[]string{"/x/[...a]", "/x/[...b]"}, `"/x/[...b]" (AT) and "/x/[...a]" (AT) use two names, [...b] and [...a], for one level: give it one name`},
	{[]string{"/x/[[...a]]", "/x/[[...b]]"}, `use two names, [[...b]] and [[...a]], for one level`},
	{[]string{"/x/[...a]", "/x/[[...a]]"}, `"/x/[[...a]]" (AT) and "/x/[...a]" (AT) have a required and an optional catch-all on one level: keep one`},
	{[]string{"/x/[[...a]]", "/x/[...b]"}, `have a required and an optional catch-all on one level: keep one`},
	{[]string{"/x", "/x/[[...a]]"}, `"/x" (AT) and "/x/[[...a]]" (AT) have the same specificity, both match the bare path: drop one, or write [...a] with single brackets`},
	{[]string{"/x/[[...a]]", "/x"}, `"/x" (AT) and "/x/[[...a]]" (AT) have the same specificity`},
	{[]string{"/[[...a]]", "/"}, `"/" (AT) and "/[[...a]]" (AT) have the same specificity`},
	{[]string{"/[p]", "/[p]/[[...a]]"}, `"/[p]" (AT) and "/[p]/[[...a]]" (AT) have the same specificity`},
	{[]string{"/x", "/x"}, `AT: pattern "/x" answers every method already (AT): keep one of the two`},
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, test := range faultCases {
		engine := gin.New()
		err := tryMount(engine.Group("/api"), new(answer), test.patterns...)
		if err == nil {
			t.Errorf("Mount(%q) succeeded, want %s", test.patterns, test.want)
			continue
		}
		if text := withoutPlaces(err.Error()); !strings.HasPrefix(text, "catchall: ") || !strings.Contains(text, test.want) || strings.Contains(text, "\n") {
			t.Errorf("Mount(%q):\n%s\nwant\n%s", test.patterns, text, test.want)
		}
		if routes := engine.Routes(); len(routes) > 0 {
			t.Errorf("Mount(%q) failed and left %d routes", test.patterns, len(routes))
		}
	}
}

// withoutPlaces replaces file:line by AT.
func withoutPlaces(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ():\n", r) })
	for i, word := range words {
		if strings.HasSuffix(word, ".go") && i+1 < len(words) {
			text = strings.ReplaceAll(text, word+":"+words[i+1], "AT")
		}
	}
	return text
}

func TestFaultsAreReportedTogether(t *testing.T) {
	t.Parallel()
	h := func(*gin.Context) {}
	routes := catchall.NewWith(catchall.Config{MaxRoutes: -1, Methods: []string{"PROPFIND", "get"}})
	routes.GET("/x", h)
	routes.GET("/x", h)
	routes.Any("/x", h)
	routes.Any("/[a]", h)
	routes.Any("/[b]", h)
	routes.POST("/y")
	routes.POST("/z", nil)
	routes.Handle("get", "/x", h)
	routes.Any("/[...c]/d", h)
	err := routes.Mount(gin.New())
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("Mount: %v, want several errors", err)
	}
	want := []string{
		`catchall: AT: pattern "/x" answers GET already (AT): keep one of the two`,
		`catchall: AT: pattern "/x" answers GET already (AT): keep one of the two`,
		`catchall: AT: pattern "/y" has no handler, or one that is nil: pass a gin.HandlerFunc`,
		`catchall: AT: pattern "/z" has no handler, or one that is nil: pass a gin.HandlerFunc`,
		`catchall: AT: method "get": write it in capital letters, as in GET`,
		`catchall: pattern "/[...c]/d": the catch-all "[...c]" must be the last segment: drop what follows it (AT)`,
		`catchall: MaxRoutes is -1: write a positive bound, or 0 for the default of 50000`,
		`catchall: Methods has "get": write it in capital letters, as in PROPFIND`,
		`catchall: "/[b]" (AT) and "/[a]" (AT) use two names, [b] and [a], for one level: give it one name`,
	}
	var have []string
	for _, fault := range joined.Unwrap() {
		have = append(have, withoutPlaces(fault.Error()))
	}
	if !slices.Equal(have, want) {
		t.Errorf("faults:\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
}

func TestFaultsNameTheLine(t *testing.T) {
	t.Parallel()
	h := func(*gin.Context) {}
	routes := catchall.New()
	registered := map[string]func(){
		"GET": func() { routes.GET("/[...a]/GET", h) }, "POST": func() { routes.POST("/[...a]/POST", h) },
		"Any": func() { routes.Any("/[...a]/Any", h) }, "Handle": func() { routes.Handle("LINK", "/[...a]/Handle", h) },
	}
	for _, register := range registered {
		register()
	}
	err := routes.Mount(gin.New())
	for fault := range strings.SplitSeq(err.Error(), "\n") {
		if !strings.Contains(fault, "(mount_test.go:") {
			t.Errorf("fault without its line: %s", fault)
		}
	}
}

func TestRegisterAfterMount(t *testing.T) {
	t.Parallel()
	routes := catchall.New()
	routes.GET("/x", func(*gin.Context) {})
	if err := routes.Mount(gin.New()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if fault, _ := recover().(string); !strings.HasPrefix(fault, "catchall: mount_test.go:") || !strings.HasSuffix(fault, `pattern "/y" is registered after Mount: move it before`) {
			t.Errorf("panic %q, want one that says so", fault)
		}
	}()
	routes.GET("/y", func(*gin.Context) {})
}

func TestMountOnSeveralGroups(t *testing.T) {
	t.Parallel()
	var got answer
	routes := catchall.New()
	routes.Any("/[...s]", tell("/[...s]", &got))
	engine := rawEngine()
	for _, prefix := range []string{"/v1", "/v2/:tenant"} {
		if err := routes.Mount(engine.Group(prefix)); err != nil {
			t.Fatal(err)
		}
	}
	if send(t, engine, http.MethodGet, "/v1/a"); got.Pattern != "/v1/[...s]" {
		t.Errorf("Pattern %q", got.Pattern)
	}
	if send(t, engine, http.MethodGet, "/v2/x%2Fy/a/b"); got.Pattern != "/v2/:tenant/[...s]" ||
		!slices.Equal(got.Slices["tenant"], []string{"x/y"}) || !slices.Equal(got.Slices["s"], []string{"a", "b"}) {
		t.Errorf("%+v", got)
	}
	if err := routes.Mount(engine.Group("/v1")); err == nil || !strings.Contains(err.Error(), "the set is mounted already") {
		t.Errorf("mounting twice on one group: %v", err)
	}
	if send(t, engine, http.MethodGet, "/v1/a/b"); got.Pattern != "/v1/[...s]" {
		t.Errorf("the first mount answers no more: %+v", got)
	}
}

func TestMountOnGroupWithSlash(t *testing.T) {
	t.Parallel()
	var got answer
	engine := gin.New()
	if err := tryMount(engine.Group("/api/"), &got, "/x", "/"); err == nil ||
		withoutPlaces(err.Error()) != `catchall: pattern "/" is the path of the group itself, and that of group "/api/" ends in a slash: write r.Group("/api")` {
		t.Errorf("Mount: %v", err)
	}
	mountAt(t, engine.Group("/api/"), &got, "/x")
	if send(t, engine, http.MethodGet, "/api/x"); got.Pattern != "/api/x" {
		t.Errorf("Pattern %q", got.Pattern)
	}
}

// mountAt is tryMount that must succeed.
func mountAt(tb testing.TB, router catchall.Router, to *answer, patterns ...string) {
	tb.Helper()
	if err := tryMount(router, to, patterns...); err != nil {
		tb.Fatalf("Mount(%q): %v", patterns, err)
	}
}

// TestEngineRoutes puts routes of Gin beside a set: what the tree can hold works, in either order, the rest is an error
// and not a panic.
func TestEngineRoutes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		route    string
		patterns []string
		collides bool
	}{
		{"/", []string{"/x"}, false},
		{"/", []string{"/[...s]"}, false},
		{"/", []string{"/"}, true},
		{"/health", []string{"/[...s]"}, false},
		{"/health", []string{"/[[...s]]"}, false},
		{"/health", []string{"/health"}, true},
		{"/docs/x", []string{"/docs/[...s]"}, false},
		{"/docs/x", []string{"/docs/[[...s]]"}, true},
		{"/docs/", []string{"/docs/[[...s]]"}, true},
		{"/docs/*all", []string{"/docs/x"}, true},
		{"/docs/*all", []string{"/docs"}, true},
		{"/docs/*all", []string{"/doc"}, false},
		{"/docs/*s", []string{"/docs/[[...s]]"}, true},
		{"/x/", []string{"/x"}, true},
		{"/x/y", []string{"/x"}, false},
		{"/:id", []string{"/[id]/x"}, false},
		{"/:id", []string{"/[id]"}, true},
		{"/:id", []string{"/[no]/x"}, true},
		{"/:id/y", []string{"/[id]/x"}, false},
		{"/a/:b", []string{"/[c]/[d]"}, false},
		{"/q/a/b", []string{"/x"}, false},
	}
	for _, test := range tests {
		for _, onEngine := range []bool{true, false} {
			var got answer
			engine := gin.New()
			engine.GET(test.route, func(c *gin.Context) { c.String(http.StatusOK, "own") })
			var router catchall.Router = engine
			if !onEngine {
				router = engine.Group("")
			}
			err := tryMount(router, &got, test.patterns...)
			if (err != nil) != test.collides {
				t.Errorf("route %s, patterns %q, engine %t: %v", test.route, test.patterns, onEngine, err)
				continue
			}
			if err == nil {
				continue
			}
			if !strings.HasPrefix(err.Error(), "catchall: ") {
				t.Errorf("error %q", err)
			}
			if onEngine && len(engine.Routes()) != 1 {
				t.Errorf("route %s, patterns %q: %d routes after a failed Mount", test.route, test.patterns, len(engine.Routes()))
			}
			for _, pattern := range append([]string{"/y"}, test.patterns...) {
				path := strings.NewReplacer("[[...s]]", "v", "[...s]", "v", "[id]", "v", "[no]", "v").Replace(pattern)
				if send(t, engine, http.MethodPost, path); got.Handler != "" {
					t.Errorf("route %s: pattern %s of a failed Mount answered", test.route, got.Handler)
				}
			}
		}
	}
}

// A failed Mount on a group leaves routes that say so.
func TestHalfMounted(t *testing.T) {
	t.Parallel()
	var got answer
	var failures []*gin.Error
	engine := gin.New()
	engine.Use(func(c *gin.Context) { c.Next(); failures = c.Errors })
	engine.GET("/api/z", func(*gin.Context) {})
	if err := tryMount(engine.Group("/api"), &got, "/a", "/z"); err == nil || !strings.HasPrefix(err.Error(), "catchall: GET /z: Gin refused it") {
		t.Fatalf("Mount: %v", err)
	}
	recorder := send(t, engine, http.MethodGet, "/api/a")
	if recorder.Code != http.StatusNotFound || got.Handler != "" || len(failures) != 1 ||
		failures[0].Error() != "catchall: Mount of /api/a failed: look at the error it returned" {
		t.Errorf("%d by %q, errors %v", recorder.Code, got.Handler, failures)
	}
}

func TestMaxRoutes(t *testing.T) {
	t.Parallel()
	routes := catchall.NewWith(catchall.Config{MaxRoutes: 1000})
	const depth = 12
	for i := range depth { // a literal or a parameter on every level: 2^12 paths
		var b strings.Builder
		for level := range depth {
			if level == i {
				b.WriteString("/a")
			} else {
				b.WriteString("/[p" + strconv.Itoa(level) + "]")
			}
		}
		routes.GET(b.String(), func(*gin.Context) {})
	}
	engine := gin.New()
	want := "catchall: 12 patterns compile to more than 1000 paths: literals beside parameters on many levels double with each; " +
		"use fewer of them, mount them in several groups or raise Config.MaxRoutes"
	if err := routes.Mount(engine); err == nil || err.Error() != want {
		t.Errorf("Mount: %v, want %s", err, want)
	}
	if len(engine.Routes()) > 0 {
		t.Error("routes were left")
	}
}

// What the caller does with its slices afterwards changes nothing.
func TestSlicesAreCopied(t *testing.T) {
	t.Parallel()
	methods := []string{"PURGE"}
	ran := false
	handlers := []gin.HandlerFunc{func(*gin.Context) { ran = true }}
	routes := catchall.NewWith(catchall.Config{Methods: methods})
	routes.Any("/x", handlers...)
	methods[0], handlers[0] = "", nil
	engine := gin.New()
	if err := routes.Mount(engine); err != nil {
		t.Fatal(err)
	}
	if send(t, engine, "PURGE", "/x"); !ran {
		t.Error("the handler did not run")
	}
}

// The bound also ends the work on one level.
func TestMaxRoutesOnOneLevel(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]bool{3: false, 6: false, 7: false, 8: true, 9: true} {
		routes := catchall.NewWith(catchall.Config{MaxRoutes: limit})
		for _, pattern := range []string{"/a", "/b", "/c", "/[d]"} { // and each with a slash
			routes.GET(pattern, func(*gin.Context) {})
		}
		if err := routes.Mount(gin.New()); (err == nil) != want {
			t.Errorf("MaxRoutes %d: %v", limit, err)
		}
	}
}

// A route of a method that the set does not answer stands in another tree.
func TestEngineRouteOfAnotherMethod(t *testing.T) {
	t.Parallel()
	var got answer
	engine := gin.New()
	engine.Handle("MKCOL", "/docs/*path", func(*gin.Context) {})
	mountAt(t, engine, &got, "/docs")
}

func TestTooManyHandlers(t *testing.T) {
	t.Parallel()
	routes := catchall.New()
	many := make([]gin.HandlerFunc, 70)
	for i := range many {
		many[i] = func(*gin.Context) {}
	}
	routes.GET("/x", many...)
	if err := routes.Mount(gin.New()); err == nil || !strings.Contains(err.Error(), "too many handlers") {
		t.Errorf("Mount: %v", err)
	}
}

func TestManyParameters(t *testing.T) {
	t.Parallel()
	var got answer
	var pattern, path strings.Builder
	for i := range 300 {
		pattern.WriteString("/[p" + strconv.Itoa(i) + "]")
		path.WriteString("/v" + strconv.Itoa(i))
	}
	engine := gin.New()
	mount(t, engine, &got, pattern.String(), "/v0/v1/[...s]")
	if send(t, engine, http.MethodGet, "/api"+path.String()); len(got.Params) != 298 && len(got.Params) != 1 {
		t.Errorf("%d parameters", len(got.Params))
	}
	if send(t, engine, http.MethodGet, "/api/x"+path.String()[3:]); len(got.Params) != 300 || got.Params[299].Value != "v299" {
		t.Errorf("%d parameters", len(got.Params))
	}
}
