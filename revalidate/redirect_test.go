package revalidate_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// redirection is what came back from a route that redirects, unfollowed.
type redirection struct {
	status int
	header http.Header
	body   string
}

// redirected sends one request to a route whose handler redirects, and returns
// the answer with the handler's error.
func redirected(t *testing.T, method string, redirect func(*gin.Context) error) (redirection, error) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	var failed error
	engine := gin.New()
	engine.Any("/form", func(c *gin.Context) {
		if failed = redirect(c); failed != nil && !c.Writer.Written() {
			c.String(http.StatusTeapot, "unanswered")
		}
	})
	server := httptest.NewServer(engine)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/form", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return redirection{response.StatusCode, response.Header, string(body)}, failed
}

// What a Next.js server answers, except for the header of the non-ASCII URL.
func TestRedirectsThatAreSent(t *testing.T) {
	t.Parallel()
	redirect := func(url string) func(*gin.Context) error {
		return func(c *gin.Context) error { return revalidate.Redirect(c, url) }
	}
	status := func(status int, url string) func(*gin.Context) error {
		return func(c *gin.Context) error { return revalidate.RedirectStatus(c, status, url) }
	}
	local := func(status int, url string) func(*gin.Context) error {
		return func(c *gin.Context) error { return revalidate.RedirectLocal(c, status, url) }
	}
	for _, c := range []struct {
		name     string
		redirect func(*gin.Context) error
		status   int
		location string
		body     string
	}{
		{"path", redirect("/x"), 307, "/x", "/x"},
		{"other host", redirect("//evil.example/x"), 307, "//evil.example/x", "//evil.example/x"},
		{"relative", redirect("next?a=1"), 307, "next?a=1", "next?a=1"},
		{"tab", redirect("/a\tb"), 307, "/a\tb", "/a\tb"},
		{"markup", redirect(`/<b>"`), 307, `/<b>"`, `/<b>"`},
		{"text", redirect("/日本"), 307, "/%E6%97%A5%E6%9C%AC", "/日本"},
		{"302", status(302, "https://a.example/"), 302, "https://a.example/", "https://a.example/"},
		{"200", status(200, "/x"), 200, "/x", "/x"},
		{"201", status(201, "/users/1"), 201, "/users/1", "/users/1"},
		{"999", status(999, "/x"), 999, "/x", "/x"},
		{"204", status(204, "/x"), 204, "/x", ""},
		{"304", status(304, "/x"), 304, "/x", ""},
		{"local", local(303, "/account?tab=é"), 303, "/account?tab=%C3%A9", "/account?tab=é"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead} {
			t.Run(c.name+" "+method, func(t *testing.T) {
				t.Parallel()
				got, err := redirected(t, method, c.redirect)
				want := c.body
				if method == http.MethodHead {
					want = ""
				}
				if err != nil || got.status != c.status || got.header.Get("Location") != c.location || got.body != want {
					t.Errorf("%d to %q with %q, error %v", got.status, got.header.Get("Location"), got.body, err)
				}
				if types := got.header.Values("Content-Type"); types != nil {
					t.Errorf("Content-Type %q", types)
				}
				if c.body != "" && got.header.Get("X-Content-Type-Options") != "nosniff" {
					t.Error("a browser may guess the type of the body")
				}
			})
		}
	}
}

// Refused redirects leave the request unanswered and name their package.
func TestRedirectsThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		url    string
		local  bool
	}{
		{307, "", false},
		{307, "/a\r\nSet-Cookie: x=y", false},
		{307, "/a\nb", false},
		{307, "/a\x00b", false},
		{307, "/a\x7fb", false},
		{0, "/x", false},
		{99, "/x", false},
		{103, "/x", false},
		{1000, "/x", false},
		{-307, "/x", false},
		{303, "", true},
		{303, "//evil.example", true},
		{303, `/\evil.example`, true},
		{303, "/\t/evil.example", true},
		{303, "https://evil.example", true},
		{303, "javascript:alert(1)", true},
		{303, " /x", true},
		{303, "/.//evil.example", true},
		{303, "/%5cevil.example", true},
		{303, "/a\r\nb", true},
		{99, "/x", true},
	} {
		got, err := redirected(t, http.MethodGet, func(g *gin.Context) error {
			if c.local {
				return revalidate.RedirectLocal(g, c.status, c.url)
			}
			return revalidate.RedirectStatus(g, c.status, c.url)
		})
		typed, ok := errors.AsType[*revalidate.RedirectError](err)
		if !ok || typed.Status != c.status || typed.URL != c.url || typed.Err == nil {
			t.Errorf("%d %q: error %#v", c.status, c.url, err)
			continue
		}
		status, message := http.StatusInternalServerError, "Internal Server Error"
		if c.local && c.status == http.StatusSeeOther {
			status, message = http.StatusBadRequest, "Invalid redirect target"
		}
		if typed.StatusCode() != status || typed.Message() != message {
			t.Errorf("%d %q: to be answered %d %q", c.status, c.url, typed.StatusCode(), typed.Message())
		}
		if text := err.Error(); !strings.HasPrefix(text, "revalidate: ") || strings.ContainsAny(text, "\r\n\x00\t") {
			t.Errorf("%d %q: message %q", c.status, c.url, text)
		}
		if got.status != http.StatusTeapot || got.body != "unanswered" || got.header.Get("Location") != "" {
			t.Errorf("%d %q: sent %d %q", c.status, c.url, got.status, got.body)
		}
	}
}

func TestRedirectAfterAnAnswer(t *testing.T) {
	t.Parallel()
	got, err := redirected(t, http.MethodGet, func(c *gin.Context) error {
		c.String(http.StatusOK, "first")
		return revalidate.Redirect(c, "/x")
	})
	if !errors.Is(err, revalidate.ErrAlreadySent) {
		t.Errorf("error %v", err)
	}
	if got.status != http.StatusOK || got.body != "first" {
		t.Errorf("%d %q", got.status, got.body)
	}
}

// A redirect on the way out of a handler that had begun an answer of another
// type still has a body that no browser takes for markup: the type stays, as in
// Next.js, where the handler set it.
func TestRedirectKeepsTheHandlersType(t *testing.T) {
	t.Parallel()
	got, err := redirected(t, http.MethodGet, func(c *gin.Context) error {
		c.Header("Content-Type", "text/plain")
		return revalidate.Redirect(c, "/x")
	})
	if err != nil || got.header.Get("Content-Type") != "text/plain" {
		t.Errorf("Content-Type %q, error %v", got.header.Get("Content-Type"), err)
	}
}
