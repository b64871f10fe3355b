package main_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	main "github.com/gin-apiroutes/apiroutes/example/helpers"
	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8082")
}

func TestPage(t *testing.T) {
	t.Parallel()
	exampletest.Page(t, exampletest.Serve(t, main.NewEngine())+"/")
}

func TestRequestHelpers(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	got := exampletest.Send(t, "PUT", base+"/api/request?x=1&x=2&y=", "a=1&a=2",
		"Content-Type", "application/x-www-form-urlencoded", "Cookie", "theme=dark; b=%20", "Accept-Language", "de")
	want := `{"body":{"a":["1","2"]},"cookies":{"b":" ","theme":"dark"},"language":"de","method":"PUT","query":{"x":["1","2"],"y":""}}`
	if got.Status != http.StatusOK || got.Body != want {
		t.Errorf("got %d %s, want %s", got.Status, got.Body, want)
	}
}

func TestResponseHelpers(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	for _, test := range []struct {
		path, name, header string
		status             int
		body               string
	}{
		{"/api/json", "Content-Type", "application/json; charset=utf-8", 200, `{"answer":42}`},
		{"/api/json", "Cache-Control", "no-cache", 200, `{"answer":42}`},
		{"/api/text", "Content-Type", "text/plain; charset=utf-8", 418, "I'm a teapot"},
		{"/api/redirect", "Location", "/", 303, "/"},
		{"/api/redirect?to=/a%3Fb=1", "Location", "/a?b=1", 303, "/a?b=1"},
		{"/api/redirect?to=//example.com", "Location", "", 400, ""},
		{"/api/redirect?to=https://example.com", "Location", "", 400, ""},
	} {
		got := exampletest.Send(t, "GET", base+test.path, "")
		if got.Status != test.status || got.Header.Get(test.name) != test.header || test.body != "" && got.Body != test.body {
			t.Errorf("%s: got %d %v %q", test.path, got.Status, got.Header, got.Body)
		}
	}
}

func TestJSONIsNotSentTwice(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	first := exampletest.Send(t, "GET", base+"/api/json", "")
	second := exampletest.Send(t, "GET", base+"/api/json", "", "If-None-Match", first.Header.Get("ETag"))
	if second.Status != http.StatusNotModified || second.Body != "" {
		t.Errorf("got %d %q", second.Status, second.Body)
	}
}

func TestVisitsAreCountedInACookie(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	for _, test := range []struct{ sent, set, body string }{
		{"", "visits=1", `{"visits":1}`},
		{"visits=1", "visits=2", `{"visits":2}`},
		{"visits=-5", "visits=1", `{"visits":1}`},
		{"visits=x", "visits=1", `{"visits":1}`},
		{"visits=1000", "visits=1", `{"visits":1}`},
	} {
		got := exampletest.Send(t, "GET", base+"/api/visits", "", "Cookie", test.sent)
		want := test.set + "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax"
		if cookies := got.Header.Values("Set-Cookie"); got.Body != test.body || len(cookies) != 1 || cookies[0] != want {
			t.Errorf("with %q: got %s %q, want %s %q", test.sent, got.Body, cookies, test.body, want)
		}
	}
	if got := exampletest.Send(t, "GET", base+"/api/json", ""); got.Header.Get("Set-Cookie") != "" {
		t.Error("the middleware touches other routes")
	}
}
