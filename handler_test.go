package apiroutes_test

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
)

const jsonType = "application/json; charset=utf-8"

func text(etag, length string) map[string]string {
	return map[string]string{"Etag": etag, "Content-Length": length, "X-Content-Type-Options": "nosniff"}
}

func typed(contentType, etag, length string) map[string]string {
	return map[string]string{"Etag": etag, "Content-Length": length, "Content-Type": contentType}
}

// The answers of res.status, json, send, end and write, as a Next.js server sent
// them.
func TestResponseHelpers(t *testing.T) {
	t.Parallel()
	plain := map[string]string{"Content-Length": "9", "X-Content-Type-Options": "nosniff"}
	for _, c := range []struct {
		name    string
		handler func(*apiroutes.Request, *apiroutes.Response)
		status  int
		body    string
		header  map[string]string
	}{
		{"json", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.Status(201).JSON(gin.H{"a": 1})
		}, 201, `{"a":1}`, typed(jsonType, `"147uiiad94i7"`, "7")},
		{"json of null", func(_ *apiroutes.Request, res *apiroutes.Response) { res.JSON(nil) }, 200, "null", typed(jsonType, `"wm6yxsynvh4"`, "4")},
		{"json of a string", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.JSON("a<>&\u2028")
		}, 200, "\"a<>&\u2028\"", typed(jsonType, `"14noyyex1po7"`, "9")},
		{"json of numbers", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.Send([]any{1, math.Copysign(0, -1), 1e21, 1e-7, math.NaN()})
		}, 200, "[1,0,1e+21,1e-7,null]", typed(jsonType, `"q51l76syafl"`, "21")},
		{"json overrides the type", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.SetHeader("Content-Type", "text/x").SetHeader("ETag", `"mine"`).Send(gin.H{"a": 1})
		}, 200, `{"a":1}`, typed(jsonType, `"147uiiad94i7"`, "7")},
		{"send nothing", func(_ *apiroutes.Request, res *apiroutes.Response) { res.Send(nil) }, 200, "", map[string]string{"Content-Length": "0"}},
		{"send a string", func(_ *apiroutes.Request, res *apiroutes.Response) { res.Send("<b>hé😀") }, 200, "<b>hé😀", text(`"nlzx8ns2xp7"`, "10")},
		{"send the empty string", func(_ *apiroutes.Request, res *apiroutes.Response) { res.Send("") }, 200, "", text(`"78p3gz236i0"`, "0")},
		{"send a string with a type", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.SetHeader("content-type", "text/html").Send("x")
		}, 200, "x", typed("text/html", `"ayxe2glzap1"`, "1")},
		{"send bytes", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.Send([]byte("hi\x00\xff"))
		}, 200, "hi\x00\xff", typed("application/octet-stream", `"1t0oo32bgr14"`, "4")},
		{"send bytes with a type", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.SetHeader("Content-Type", "image/png").Send([]byte("hi"))
		}, 200, "hi", typed("image/png", `"ddxljx6qoly"`, "2")},
		{"send a number", func(_ *apiroutes.Request, res *apiroutes.Response) { res.Send(42) }, 200, "42", typed(jsonType, `"145yod55ra52"`, "2")},
		{"send a boolean", func(_ *apiroutes.Request, res *apiroutes.Response) { res.Send(false) }, 200, "false", typed(jsonType, `"u64e2dhd7r5"`, "5")},
		{"204 strips", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.SetHeader("Content-Type", "text/x").Status(204).Send("hi")
		}, 204, "", map[string]string{}},
		{"304 strips", func(_ *apiroutes.Request, res *apiroutes.Response) { res.Status(304).JSON(gin.H{"a": 1}) }, 304, "", map[string]string{}},
		{"end", func(_ *apiroutes.Request, res *apiroutes.Response) { res.End("Post: abc") }, 200, "Post: abc", plain},
		{"end without text", func(_ *apiroutes.Request, res *apiroutes.Response) { res.Status(202).End() }, 202, "", map[string]string{"Content-Length": "0"}},
		{"end twice", func(_ *apiroutes.Request, res *apiroutes.Response) { res.End("Post:", " abc"); res.End() }, 200, "Post: abc", plain},
		{"write", func(_ *apiroutes.Request, res *apiroutes.Response) {
			fmt.Fprint(res, "Post: ")
			_, _ = res.WriteString("a")
			res.End("bc")
		}, 200, "Post: abc", plain},
		{"write with a type", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.SetHeader("Content-Type", "text/csv")
			_, _ = res.Write([]byte{'a', ',', 'b'})
		}, 200, "a,b", map[string]string{"Content-Type": "text/csv", "Content-Length": "3"}},
		{"write with 204", func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.Status(204)
			if n, err := res.Write(make([]byte, 3)); n != 3 || err != nil {
				panic("Node drops what is written to a 204")
			}
			if n, err := res.WriteString("abc"); n != 3 || err != nil {
				panic("Node drops what is written to a 204")
			}
			res.End("x")
		}, 204, "", map[string]string{}},
		{"nothing sent", func(*apiroutes.Request, *apiroutes.Response) {}, 200, "", map[string]string{"Content-Length": "0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			next(t, call{}, c.handler).check(t, c.status, c.body, c.header)
		})
	}
}

func TestHeadHasTheHeadersOfGet(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]func(*apiroutes.Request, *apiroutes.Response){
		"json":     func(_ *apiroutes.Request, res *apiroutes.Response) { res.Status(201).JSON([]int{1}) },
		"send":     func(_ *apiroutes.Request, res *apiroutes.Response) { res.Send(strings.Repeat("x", 10_000)) },
		"end":      func(_ *apiroutes.Request, res *apiroutes.Response) { res.End("x") },
		"redirect": func(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect("/x") },
		"error":    func(*apiroutes.Request, *apiroutes.Response) { panic("x") },
	} {
		get, head := next(t, call{}, handler), next(t, call{method: http.MethodHead}, handler)
		if head.err != nil || head.body != "" || head.status != get.status || !reflect.DeepEqual(head.header, get.header) {
			t.Errorf("%s: HEAD %v, GET %v", name, head, get)
		}
	}
}

func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	handler := func(_ *apiroutes.Request, res *apiroutes.Response) { res.JSON(gin.H{"a": 1}) }
	for _, c := range []struct {
		header http.Header
		status int
	}{
		{http.Header{"If-None-Match": {`"147uiiad94i7"`}}, 304},
		{http.Header{"If-None-Match": {`W/"147uiiad94i7"`}}, 304},
		{http.Header{"If-None-Match": {`"a", "147uiiad94i7"`}}, 304},
		{http.Header{"If-None-Match": {`"a"`, `"147uiiad94i7"`}}, 304},
		{http.Header{"If-None-Match": {"*"}}, 304},
		{http.Header{"If-None-Match": {`"a"`}}, 200},
		{http.Header{"If-None-Match": {"*"}, "Cache-Control": {"no-cache"}}, 200},
		{http.Header{"If-None-Match": {"*"}, "If-Modified-Since": {"Thu, 01 Jan 2030 00:00:00 GMT"}}, 200},
		{http.Header{"If-Modified-Since": {"Thu, 01 Jan 2030 00:00:00 GMT"}}, 200},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead} {
			got := next(t, call{method: method, header: c.header}, handler)
			if got.status != c.status || got.header.Get("Etag") != `"147uiiad94i7"` {
				t.Errorf("%s %v: %v", method, c.header, got)
			}
			if c.status == http.StatusNotModified && (got.body != "" || len(got.header) != 1) {
				t.Errorf("%s %v: 304 with %v", method, c.header, got)
			}
		}
	}
	ended := func(_ *apiroutes.Request, res *apiroutes.Response) { res.End("x") }
	if got := next(t, call{header: http.Header{"If-None-Match": {"*"}}}, ended); got.status != http.StatusOK || got.header.Get("Etag") != "" {
		t.Errorf("end has no tag: %v", got)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		handler        func(*apiroutes.Request, *apiroutes.Response)
		status         int
		location, body string
	}{
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect("/x") }, 307, "/x", "/x"},
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect("//evil.example") }, 307, "//evil.example", "//evil.example"},
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.RedirectStatus(302, "next") }, 302, "next", "next"},
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.RedirectStatus(200, "/x") }, 200, "/x", "/x"},
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.RedirectLocal(303, "/x") }, 303, "/x", "/x"},
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect("/a\r\nb: c") }, 500, "", "Internal Server Error"},
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect("") }, 500, "", "Internal Server Error"},
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.RedirectStatus(99, "/x") }, 500, "", "Internal Server Error"},
		{func(_ *apiroutes.Request, res *apiroutes.Response) { res.RedirectLocal(303, "//evil.example") }, 400, "", "Invalid redirect target"},
	} {
		got := next(t, call{}, c.handler)
		if got.status != c.status || got.header.Get("Location") != c.location || got.body != c.body {
			t.Errorf("%v, want %d to %q with %q", got, c.status, c.location, c.body)
		}
		if got.header["X-Content-Type-Options"] == nil {
			t.Errorf("%v: a browser may guess the type", got)
		}
	}
}

func TestRequestHelpers(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	seen := make(chan map[string]any, 1)
	engine.POST("/api/post/:pid", apiroutes.Handler(func(req *apiroutes.Request, _ *apiroutes.Response) {
		seen <- map[string]any{
			"method": req.Method(), "url": req.URL(), "header": req.Header().Get("x-a"), "query": req.Query(), "again": req.Query(),
			"cookies": req.Cookies(), "cookies again": req.Cookies(), "body": req.Body(), "raw": req.Raw(),
			"context": req.Context().Err(), "gin": req.Gin().FullPath(),
		}
	}))
	got := ask(t, engine, call{
		method: http.MethodPost, path: "/api/post/7?a=1&b=1&b=2&pid=8&c=%zz", body: "x",
		header: http.Header{"X-A": {"1"}, "Cookie": {`a=1; b="q"; a=2; __proto__=x`, "c=%C3%A9; d=%zz; e=1+2; toString=x; f"}},
	})
	query := catchall.Query{"a": "1", "b": []string{"1", "2"}, "pid": "7", "c": "%zz"}
	cookies := map[string]string{"a": "1", "b": "q", "c": "é", "d": "%zz", "e": "1+2"}
	want := map[string]any{
		"method": "POST", "url": "/api/post/7?a=1&b=1&b=2&pid=8&c=%zz", "header": "1", "query": query, "again": query, "cookies": cookies, "cookies again": cookies,
		"body": nil, "raw": []byte(nil), "context": nil, "gin": "/api/post/:pid",
	}
	if got.status != http.StatusOK {
		t.Fatalf("%v", got)
	}
	for name, value := range <-seen {
		if !reflect.DeepEqual(value, want[name]) {
			t.Errorf("%s: %#v, want %#v", name, value, want[name])
		}
	}
}

func TestParsedBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"name":"Ada"}`: `{"body":{"name":"Ada"},"raw":14}`, `[1]`: `{"body":[1],"raw":3}`, "": `{"body":null,"raw":0}`,
	} {
		header := http.Header{}
		if body != "" {
			header.Set("Content-Type", "application/json")
		}
		got := next(t, call{method: http.MethodPost, body: body, header: header}, func(req *apiroutes.Request, res *apiroutes.Response) {
			res.JSON(gin.H{"body": req.Body(), "raw": len(req.Raw())})
		})
		if got.body != want {
			t.Errorf("%s: %s", body, got.body)
		}
	}
}

func TestEmptyQueryAndCookiesAreObjects(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	engine.GET("/", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.JSON(gin.H{"query": req.Query(), "cookies": req.Cookies()})
	}))
	if got := ask(t, engine, call{}); got.body != `{"cookies":{},"query":{}}` {
		t.Errorf("%s", got.body)
	}
}

// Thousands of parameters or cookies do not reach the handler.
func TestTooManyParts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call    call
		handler func(*apiroutes.Request)
		body    string
	}{
		"query":   {call{path: "/?" + strings.Repeat("a=1&", 1001)}, func(req *apiroutes.Request) { req.Query() }, "Query exceeded 1000 parameters limit"},
		"cookies": {call{header: http.Header{"Cookie": {strings.Repeat("a=1;", 1001)}}}, func(req *apiroutes.Request) { req.Cookies() }, "Request exceeded 1000 cookies limit"},
	} {
		engine, failed := route(apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
			c.handler(req)
			res.Send("reached")
		}))
		got := ask(t, engine, c.call)
		if got.status != http.StatusBadRequest || got.body != c.body {
			t.Errorf("%s: %v", name, got)
		}
		if len(*failed) != 1 || !strings.HasPrefix((*failed)[0].Error(), "apiroutes: ") {
			t.Errorf("%s: errors %v", name, *failed)
		}
	}
}

func TestNilHandlersPanicAtOnce(t *testing.T) {
	t.Parallel()
	for name, register := range map[string]func(){
		"Handler":  func() { apiroutes.Handler(nil) },
		"HandlerE": func() { apiroutes.HandlerE(nil) },
		"Typed":    func() { apiroutes.Typed[int, int](nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s accepts nil", name)
				}
			}()
			register()
		}()
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	got := next(t, call{}, func(_ *apiroutes.Request, res *apiroutes.Response) {
		res.SetHeader("x-many", "1", "2").AppendHeader("X-Many", "3").AppendHeader("x-new", "a\tb")
		res.SetHeader("X-Gone", "1").RemoveHeader("x-gone").SetHeader("X-Cleared", "1").SetHeader("X-Cleared")
		for _, name := range []string{"a", "b"} {
			res.SetCookie(&http.Cookie{Name: name, Value: "1", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		}
		if res.HeadersSent() {
			panic("headers sent too early")
		}
		if res.End("x"); !res.HeadersSent() {
			panic("headers not sent")
		}
	})
	got.check(t, 200, "x", map[string]string{
		"X-Many": "1|2|3", "X-New": "a\tb", "Set-Cookie": "a=1; Path=/; HttpOnly; Secure; SameSite=Lax|b=1; Path=/; HttpOnly; Secure; SameSite=Lax", "Content-Length": "1", "X-Content-Type-Options": "nosniff",
	})
}

// net/http guesses types on HTTP/2 by code of its own.
func TestTextStaysUntypedOnHTTP2(t *testing.T) {
	t.Parallel()
	engine, _ := route(apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.Send("<script>") }))
	server := httptest.NewUnstartedServer(engine)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	if got := askServer(t, server, call{}); got.header["Content-Type"] != nil || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", got)
	}
}

// The values of a header are its own: no slice of the program is kept or written
// to.
func TestHeaderValuesAreCopied(t *testing.T) {
	t.Parallel()
	next(t, call{}, func(req *apiroutes.Request, res *apiroutes.Response) {
		given := []string{"1", "2"}
		res.SetHeader("X-Given", given...)
		if given[0] = "changed"; res.GetHeader("x-given") != "1, 2" {
			t.Errorf("X-Given is %q", res.GetHeader("X-Given"))
		}
		shared := []string{"1", "2"}
		req.Gin().Writer.Header()["X-Shared"] = shared[:1]
		if res.AppendHeader("X-Shared", "3"); shared[1] != "2" || res.GetHeader("X-Shared") != "1, 3" {
			t.Errorf("X-Shared is %q, and %q is shared", res.GetHeader("X-Shared"), shared)
		}
	})
}

func TestFlush(t *testing.T) {
	t.Parallel()
	got := next(t, call{}, func(_ *apiroutes.Request, res *apiroutes.Response) {
		_, _ = res.WriteString("data: 1\n\n")
		res.Flush()
		_, _ = res.WriteString("data: 2\n\n")
	})
	if got.body != "data: 1\n\ndata: 2\n\n" || got.header.Get("Content-Length") != "" || got.header.Get("Content-Type") != "" {
		t.Errorf("%v", got)
	}
}

func TestSynthesizedRequestHasAURL(t *testing.T) {
	t.Parallel()
	c, _ := gin.CreateTestContext(nil)
	c.Request, _ = http.NewRequestWithContext(t.Context(), http.MethodGet, "http://a.example/p?q=1", http.NoBody)
	if req, _ := apiroutes.Of(c); req.URL() != "/p?q=1" {
		t.Errorf("URL %q", req.URL())
	}
}

func TestQueriesAreNotShared(t *testing.T) {
	t.Parallel()
	next(t, call{path: "/?a=1", header: http.Header{"Cookie": {"a=1"}}}, func(req *apiroutes.Request, _ *apiroutes.Response) {
		want := maps.Clone(req.Cookies())
		req.Cookies()["b"] = "2"
		if again := apiroutes.Cookies(req.Gin()); !maps.Equal(again, want) {
			t.Errorf("cookies %v", again)
		}
	})
}
