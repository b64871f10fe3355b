package revalidate_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

const editor = "__prerender_bypass=" + nextID

// draftSite is a site with draft mode. Its page says whether it is a draft, and
// does what the path asks for.
func draftSite(t *testing.T, change func(*revalidate.DraftConfig)) (*site, *revalidate.Draft) {
	t.Helper()
	draft := newDraft(t, change)
	s := newSite(t, revalidate.Config{Draft: draft, Secret: secret, MaxPageSize: "1kb"})
	page := func(c *gin.Context) {
		data, on := draft.PreviewData(c)
		n := s.runs.Add(1)
		for _, name := range []string{"Cache-Control", "CDN-Cache-Control", "Surrogate-Control"} {
			c.Header(name, "public, max-age=60")
		}
		switch c.Param("page") {
		case "missing":
			revalidate.NotFound(c)
		case "moved":
			_ = revalidate.RedirectStatus(c, http.StatusPermanentRedirect, "/to")
		case "same":
			c.String(http.StatusOK, "same")
		case "empty":
			c.Status(http.StatusNoContent)
		case "broken":
			c.String(http.StatusInternalServerError, "broken")
		case "panic":
			_, _ = c.Writer.WriteString("half")
			panic("broken")
		case "large":
			for range 3 {
				_, _ = c.Writer.WriteString(strings.Repeat("x", 1200))
			}
		case "stream":
			_, _ = c.Writer.WriteString("one ")
			c.Writer.Flush()
			_, _ = c.Writer.Write([]byte("two")) //nolint:gocritic // the other way to write
		case "slow":
			time.Sleep(time.Second)
			c.String(http.StatusOK, "run %d, draft %t %v", n, on, data)
		default:
			c.String(http.StatusOK, "run %d, draft %t %v", n, on, data)
		}
	}
	s.GET("/:page", s.pages.Page(time.Hour), page)
	s.HEAD("/:page", s.pages.Page(time.Hour), page)
	return s, draft
}

// got is an answer of a server.
type got struct {
	status int
	header http.Header
	length int64 // -1: the header does not say
	body   string
}

func sendTo(t *testing.T, method, target string, header ...string) got {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got{response.StatusCode, response.Header, response.ContentLength, string(body)}
}

// TestDraftPages has editors get past the cache, and leaves no trace of it to
// others: rules 12.2 and 12.3 of the page cache, but always private.
func TestDraftPages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		page, method   string
		header         []string
		status         int
		body, state    string
		length, tagged bool
	}{
		{page: "p", status: 200, body: "run 2, draft true map[]", state: "HIT", length: true, tagged: true},
		{page: "p", method: http.MethodHead, status: 200, state: "HIT", length: true, tagged: true},
		{page: "same", header: []string{"If-None-Match", "*"}, status: 304, state: "HIT", tagged: true},
		{page: "missing", status: 404, body: "This page could not be found", state: "HIT", length: true, tagged: true},
		{page: "moved", status: 308, body: "/to", state: "HIT", length: true},
		{page: "empty", status: 204, state: "HIT"},
		{page: "broken", status: 500, body: "broken", length: true},
		{page: "panic", status: 500, length: true},
		{page: "large", status: 200, body: strings.Repeat("x", 3600), state: "HIT"},
		{page: "stream", status: 200, body: "one two", state: "HIT"},
	} {
		t.Run(test.page+test.method, func(t *testing.T) {
			t.Parallel()
			s, _ := draftSite(t, nil)
			server := httptest.NewServer(s)
			defer server.Close()
			send := func(method string, header ...string) got {
				return sendTo(t, method, server.URL+"/"+test.page, header...)
			}
			cached := send(http.MethodGet)
			if test.method == "" {
				test.method = http.MethodGet
			}
			for range 2 {
				answer := send(test.method, append([]string{"Cookie", editor}, test.header...)...)
				h := answer.header
				if answer.status != test.status || answer.body != test.body && !strings.HasPrefix(answer.body, "run 3") || h.Get("X-Nextjs-Cache") != test.state {
					t.Errorf("got %d %q %q", answer.status, h.Get("X-Nextjs-Cache"), answer.body)
				}
				if cached.header.Get("X-Nextjs-Cache") != "" && test.status != 304 && h.Get("Content-Type") != cached.header.Get("Content-Type") {
					t.Errorf("the type is %q, and %q for others", h.Get("Content-Type"), cached.header.Get("Content-Type"))
				}
				if h.Get("Cache-Control") != privateValue || h.Get("CDN-Cache-Control")+h.Get("Surrogate-Control") != "" || len(h["Set-Cookie"]) > 0 {
					t.Errorf("not private: %v", h)
				}
				if (answer.length >= 0 && test.status != 304 && test.status != 204) != test.length || (h.Get("Etag") != "") != test.tagged {
					t.Errorf("length %d, tag %q", answer.length, h.Get("Etag"))
				}
			}
			if n := s.runs.Load(); cached.header.Get("X-Nextjs-Cache") != "" && n != 3 {
				t.Errorf("%d runs, want one for the cache and two for the editor", n)
			}
			again := send(http.MethodGet)
			if cached.header.Get("X-Nextjs-Cache") == "MISS" && (again.body != cached.body || again.header.Get("X-Nextjs-Cache") != "HIT") || strings.Contains(again.body, "draft true") {
				t.Errorf("others get %q %q, and got %q", again.header.Get("X-Nextjs-Cache"), again.body, cached.body)
			}
		})
	}
}

// TestDraftRendersAlone starts no render for others, joins none and stores
// nothing: rule 12.2.
func TestDraftRendersAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, draft := draftSite(t, nil)
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.expect(t, "/slow", "HIT", "run 1, draft true map[]", "Cookie", editor)
		}()
		time.Sleep(100 * time.Millisecond)
		start := time.Now()
		s.expect(t, "/slow", "MISS", "run 2, draft false <nil>") // and another joins this one, not the first
		s.expect(t, "/slow", "HIT", "run 2, draft false <nil>")
		<-done
		var token string
		visit("", func(c *gin.Context) {
			if err := draft.SetPreviewData(c, map[string]any{"v": 7}); err != nil {
				t.Error(err)
			}
			token = strings.Join([]string{editor, strings.Split(strings.Split(c.Writer.Header()["Set-Cookie"][1], ";")[0], " ")[0]}, "; ")
		})
		s.expect(t, "/slow", "HIT", "run 3, draft true map[v:7]", "Cookie", token)
		s.expect(t, "/slow", "HIT", "run 2, draft false <nil>")
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("took %v", took)
		}
		stats := s.pages.Stats()
		if stats.Rendered != 1 || stats.Misses != 1 || stats.Coalesced != 0 {
			t.Errorf("counted %+v", stats)
		}
	})
}

// TestDraftCookiesThatDoNotCount lead to the cached page, and are dropped:
// rules 12.4 and 13.3. The answer that drops them is private, unlike in Next.js.
func TestDraftCookiesThatDoNotCount(t *testing.T) {
	t.Parallel()
	s, _ := draftSite(t, nil)
	s.expect(t, "/p", "MISS", "run 1, draft false <nil>")
	for cookie, dropped := range map[string]int{
		"__prerender_bypass=wrong":                      2,
		"__prerender_bypass=" + strings.ToUpper(nextID): 2,
		"__next_preview_data=x":                         2,
		editor + "; __next_preview_data=a.b.c":          2,
		"__prerender_bypass=":                           0,
		"__Prerender_Bypass=" + nextID:                  0,
		"x=__prerender_bypass=" + nextID:                0,
		editor + "; __prerender_bypass=wrong":           2, // the last one counts
	} {
		w := s.expect(t, "/p", "HIT", "run 1, draft false <nil>", "Cookie", cookie)
		if got := w.Header()["Set-Cookie"]; len(got) != dropped {
			t.Errorf("%q: Set-Cookie %q", cookie, got)
		}
		if private := w.Header().Get("Cache-Control") == privateValue; private != (dropped > 0) {
			t.Errorf("%q: Cache-Control %q", cookie, w.Header().Get("Cache-Control"))
		}
	}
	signed, _ := draftSite(t, func(d *revalidate.DraftConfig) { d.Signed, d.MaxAge = true, time.Hour })
	signed.expect(t, "/p", "MISS", "run 1, draft false <nil>", "Cookie", editor)
}

// TestDraftOnDemand ignores the cookies of who revalidates: rule 10.5.
func TestDraftOnDemand(t *testing.T) {
	t.Parallel()
	s, _ := draftSite(t, nil)
	w := s.expect(t, "/p", "REVALIDATED", "run 1, draft false <nil>", "Cookie", editor, "X-Prerender-Revalidate", secret)
	if got := w.Header().Get("Cache-Control"); got == privateValue {
		t.Errorf("Cache-Control %q", got)
	}
	s.expect(t, "/p", "HIT", "run 2, draft true map[]", "Cookie", editor, "X-Prerender-Revalidate", "wrong")
	s.expect(t, "/p", "HIT", "run 1, draft false <nil>")
	if w := s.do(t.Context(), http.MethodPost, "/p", "Cookie", editor); w.Code != http.StatusNotFound && w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

// TestDraftWithoutTheSetting leaves the cache as it is.
func TestDraftWithoutTheSetting(t *testing.T) {
	t.Parallel()
	var on atomic.Bool
	draft := newDraft(t, nil)
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Hour), func(c *gin.Context) {
		on.Store(draft.Enabled(c))
		s.count(c)
	})
	s.expect(t, "/p", "MISS", "run 1", "Cookie", editor)
	if w := s.expect(t, "/p", "HIT", "run 1", "Cookie", editor); on.Load() || slices.Contains(w.Header()["Cache-Control"], privateValue) {
		t.Errorf("draft %t, %v", on.Load(), w.Header())
	}
}

// TestDraftPageAsWriter is what handlers see of the writer.
func TestDraftPageAsWriter(t *testing.T) {
	t.Parallel()
	s, _ := draftSite(t, nil)
	s.GET("/w/p", s.pages.Page(time.Hour), func(c *gin.Context) {
		w := c.Writer
		if w.Written() || w.Size() != -1 {
			t.Errorf("before: written %t, size %d", w.Written(), w.Size())
		}
		c.Status(http.StatusNotFound)
		_, _ = w.WriteString("abc")
		w.WriteHeader(http.StatusTeapot) // too late
		if !w.Written() || w.Size() != 3 || w.Status() != http.StatusNotFound {
			t.Errorf("after: written %t, size %d, status %d", w.Written(), w.Size(), w.Status())
		}
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Hour)); err != nil {
			t.Errorf("Unwrap: %v", err)
		}
	})
	server := httptest.NewServer(s)
	defer server.Close()
	if status, state, body := ask(t, server.URL+"/w/p", "Cookie", editor); status != http.StatusNotFound || state != "HIT" || body != "abc" {
		t.Errorf("got %d %q %q", status, state, body)
	}
}
