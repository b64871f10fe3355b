package main_test

import (
	"io"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
	main "github.com/gin-apiroutes/apiroutes/example/port"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8089")
}

func serve(t *testing.T) string {
	t.Helper()
	engine, err := main.NewEngine()
	if err != nil {
		t.Fatal(err)
	}
	return exampletest.Serve(t, engine)
}

func TestPage(t *testing.T) {
	t.Parallel()
	base := serve(t)
	exampletest.Page(t, base+"/")
	got := exampletest.Send(t, "GET", base+"/", "")
	for _, part := range []string{"export default function handler(req, res)", "func setCookies(req *apiroutes.Request"} {
		if !strings.Contains(got.Body, part) {
			t.Errorf("%q is not in the page", part)
		}
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	base := serve(t)
	for _, test := range []struct {
		method, path, contentType, body string
		status                          int
		want                            string
	}{
		{"GET", "/api/cookies/list", "", "", 200, "set"},
		{"POST", "/api/body/off", "application/json", `{"not": JSON`, 200, `{"not": JSON`},
		{"POST", "/api/limit/10b", "text/plain", "0123456789", 200, `{"kind":"string","size":10}`},
		{"POST", "/api/limit/10b", "text/plain", "0123456789a", 413, "Body exceeded 10b limit"},
		{"GET", "/api/post/a/b%2Fc?slug=x&page=2", "", "", 200, `{"query":{"page":"2","slug":["a","b/c"]},"route":"post/[...slug]"}`},
		{"GET", "/api/post", "", "", 404, "404 page not found"},
	} {
		got := exampletest.Send(t, test.method, base+test.path, test.body, "Content-Type", test.contentType)
		if got.Status != test.status || got.Body != test.want {
			t.Errorf("%s %s: got %d %q, want %d %q", test.method, test.path, got.Status, got.Body, test.status, test.want)
		}
	}
	cookies := exampletest.Send(t, "GET", base+"/api/cookies/list", "").Header.Values("Set-Cookie")
	if len(cookies) != 2 || cookies[0] != "a=1; Path=/" || cookies[1] != "b=2; Path=/; HttpOnly" {
		t.Errorf("cookies are %q", cookies)
	}
}
