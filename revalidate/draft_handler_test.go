package revalidate_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
)

// Whatever a handler does, what it sends in draft mode is private, and what it
// sends otherwise is its own affair.
func TestDraftHandle(t *testing.T) {
	t.Parallel()
	draft := newDraft(t, nil)
	public := func(c *gin.Context) {
		for _, name := range []string{"Cache-Control", "CDN-Cache-Control", "Vercel-CDN-Cache-Control", "Surrogate-Control"} {
			c.Header(name, "max-age=60")
		}
		c.Header("Expires", "Thu, 01 Jan 2099 00:00:00 GMT")
	}
	for name, handler := range map[string]gin.HandlerFunc{
		"JSON":         func(c *gin.Context) { public(c); c.JSON(http.StatusOK, 1) },
		"string":       func(c *gin.Context) { public(c); _, _ = c.Writer.WriteString("x") },
		"bytes":        func(c *gin.Context) { public(c); _, _ = c.Writer.Write([]byte("x")) },   //nolint:gocritic // each way to write is meant
		"io":           func(c *gin.Context) { public(c); _, _ = io.WriteString(c.Writer, "x") }, //nolint:gocritic // each way to write is meant
		"no body":      func(c *gin.Context) { public(c); c.Status(http.StatusNoContent) },
		"nothing":      public,
		"redirect":     func(c *gin.Context) { public(c); c.Redirect(http.StatusFound, "/x") },
		"not found":    func(c *gin.Context) { public(c); c.AbortWithStatus(http.StatusNotFound) },
		"stream":       func(c *gin.Context) { public(c); c.Writer.Flush(); _, _ = c.Writer.WriteString("x") },
		"header first": func(c *gin.Context) { public(c); c.Writer.WriteHeaderNow() },
		"controller":   func(c *gin.Context) { public(c); _ = http.NewResponseController(c.Writer).Flush() },
		"panic":        func(c *gin.Context) { public(c); panic("x") },
	} {
		for cookie, want := range map[string]string{"__prerender_bypass=" + nextID: private, "": "max-age=60", "__prerender_bypass=wrong": "max-age=60"} {
			r := gin.New()
			r.Use(gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.AbortWithStatus(http.StatusInternalServerError) }), draft.Handle)
			r.GET("/", handler)
			server := httptest.NewServer(r)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Cookie", cookie)
			response, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			server.Close()
			if got := response.Header.Get("Cache-Control"); got != want {
				t.Errorf("%s, %q: Cache-Control %q, want %q", name, cookie, got, want)
			}
			for _, other := range []string{"CDN-Cache-Control", "Vercel-CDN-Cache-Control", "Surrogate-Control", "Expires"} {
				if has := response.Header.Get(other) != ""; has == (want == private) {
					t.Errorf("%s, %q: %s is %q", name, cookie, other, response.Header.Get(other))
				}
			}
		}
	}
}

// The writer of the handlers before it is back in its place.
func TestDraftHandleRestoresTheWriter(t *testing.T) {
	t.Parallel()
	draft := newDraft(t, nil)
	visit("__prerender_bypass="+nextID, func(c *gin.Context) {
		before := c.Writer
		c.Next()
		if c.Writer != before {
			t.Error("another writer")
		}
	}, draft.Handle, func(c *gin.Context) {
		if inner, ok := c.Writer.(interface{ Unwrap() http.ResponseWriter }); !ok || inner.Unwrap() == nil {
			t.Error("the writer hides the one below")
		}
	})
}
