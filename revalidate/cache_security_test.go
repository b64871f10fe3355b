package revalidate_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Each test is named after a class of faults that caches have been published
// for; the identifier in its comment is one of them.

// hostileHeaders are what a visitor may send to be taken for something else.
func hostileHeaders() [][]string {
	headers := [][]string{
		{"X-Prerender-Revalidate", "1"},
		{"X-Prerender-Revalidate", ""},
		{"X-Prerender-Revalidate-If-Generated", "1"},
		{"X-Middleware-Subrequest", "middleware:middleware"},
		{"X-Nextjs-Cache", "HIT"},
		{"X-Nextjs-Data", "1"},
		{"X-Now-Route-Matches", "1=a"},
		{"X-Matched-Path", "/p"},
		{"X-Invoke-Path", "/p"},
		{"X-Invoke-Status", "200"},
		{"X-Invoke-Query", "{}"},
		{"X-Vercel-Cache", "HIT"},
		{"Rsc", "1"},
		{"Purpose", "prefetch"},
		{"Cache-Control", "s-maxage=9"},
		{"X-Http-Method-Override", "GET"},
		{"X-Forwarded-Host", "evil.example"},
		{"X-Original-Url", "/p"},
		{"X-Rewrite-Url", "/p"},
		{"Range", "bytes=0-1"},
		{"If-Range", "x"},
		{"Accept", "text/x-evil"},
		{"Host", "evil.example"},
		{"Cookie", "__prerender_bypass=1"},
	}
	return headers
}

// TestUncachedRoutesStayUncached sends what made other servers cache answers
// of routes that are not to be cached (S1, CVE-2024-46982).
func TestUncachedRoutesStayUncached(t *testing.T) {
	store, err := revalidate.NewMemoryStore("")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, revalidate.Config{Store: store, Secret: secret})
	s.GET("/p", s.pages.Page(time.Minute), s.count)
	s.GET("/own", func(c *gin.Context) { s.count(c) })
	s.NoRoute(func(c *gin.Context) { c.String(http.StatusNotFound, "own %d", s.runs.Add(1)) })
	for _, header := range append(hostileHeaders(), []string{"X-Prerender-Revalidate", secret}) {
		for _, path := range []string{"/own", "/own?__nextDataReq=1", "/own/", "/absent.json", "/_next/data/x/own.json"} {
			first, second := s.do(t.Context(), http.MethodGet, path, header...), s.do(t.Context(), http.MethodGet, path, header...)
			if first.Body.String() == second.Body.String() && first.Code != http.StatusMovedPermanently {
				t.Errorf("%s with %q: got %q twice", path, header, first.Body)
			}
			for name := range second.Header() {
				if name == "Cache-Control" || name == "X-Nextjs-Cache" || name == "Etag" {
					t.Errorf("%s with %q: has %s: %s", path, header, name, second.Header().Get(name))
				}
			}
		}
	}
	if keys, err := store.Keys(t.Context(), "", ""); err != nil || len(keys) != 0 {
		t.Errorf("kept: %q, %v", keys, err)
	}
}

// TestEmptyAnswersNeverReplaceAPage mixes what ends in empty answers, HEAD,
// 304 and visitors who leave, with renders (S2, CVE-2025-49826).
func TestEmptyAnswersNeverReplaceAPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{Secret: secret})
		s.Any("/p", s.pages.Page(time.Second), func(c *gin.Context) {
			time.Sleep(time.Second)
			c.String(http.StatusOK, "whole")
		})
		s.GET("/204", s.pages.Page(time.Second), func(c *gin.Context) { s.runs.Add(1); c.Status(http.StatusNoContent) })
		tag := s.do(t.Context(), http.MethodGet, "/p").Header().Get("Etag")
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 37 * time.Millisecond)
				switch i % 5 {
				case 0:
					s.do(t.Context(), http.MethodHead, "/p")
				case 1:
					s.do(t.Context(), http.MethodGet, "/p", "If-None-Match", tag)
				case 2:
					ctx, leave := contextFor(t, 100*time.Millisecond)
					defer leave()
					s.do(ctx, http.MethodGet, "/p", "X-Prerender-Revalidate", secret)
				case 3:
					s.do(t.Context(), http.MethodHead, "/p", "X-Prerender-Revalidate", secret)
				default:
					if w := s.do(t.Context(), http.MethodGet, "/p"); w.Code != http.StatusOK || w.Body.String() != "whole" {
						t.Errorf("got %d %q", w.Code, w.Body)
					}
				}
			})
		}
		all.Wait()
		for range 3 {
			if w := s.do(t.Context(), http.MethodGet, "/204"); w.Code != http.StatusNoContent || w.Header().Get("X-Nextjs-Cache") != "" {
				t.Errorf("got %d %v", w.Code, w.Header())
			}
		}
	})
}

// TestInternalHeadersAreNotTrusted sends each name that means something inside
// with guessed values: the answer is the same as without (S3, CVE-2025-29927).
func TestInternalHeadersAreNotTrusted(t *testing.T) {
	s := newSite(t, revalidate.Config{Secret: secret})
	passed := 0
	guard := func(c *gin.Context) {
		if !revalidate.IsRender(c) && c.GetHeader("Authorization") == "" {
			c.AbortWithStatus(http.StatusUnauthorized)
			return
		}
		passed++
	}
	s.GET("/p", guard, s.pages.Page(time.Minute), s.count)
	s.expect(t, "/p", "MISS", "run 1", "Authorization", "me")
	before := passed
	for _, header := range append(hostileHeaders(), []string{"X-Prerender-Revalidate", secret[:31]}, []string{"X-Prerender-Revalidate", secret + "0"}, []string{"X-Prerender-Revalidate", secret + "," + secret}) {
		if w := s.do(t.Context(), http.MethodGet, "/p", header...); w.Code != http.StatusUnauthorized || w.Body.Len() != 0 {
			t.Errorf("%q: got %d %q", header, w.Code, w.Body)
		}
		w := s.expect(t, "/p", "HIT", "run 1", append(header, "Authorization", "me")...)
		if w.Code != http.StatusOK {
			t.Errorf("%q: got %d", header, w.Code)
		}
	}
	if s.runs.Load() != 1 || passed != before+len(hostileHeaders())+3 {
		t.Errorf("%d renders, %d visitors and renders passed the guard", s.runs.Load(), passed-before)
	}
}

// TestCachedRedirectKeepsItsLocation whatever is sent with the request (S4,
// CVE-2026-44572).
func TestCachedRedirectKeepsItsLocation(t *testing.T) {
	s := newSite(t, revalidate.Config{Secret: secret})
	const target = "/to?a=1&b=%20#x"
	s.GET("/moved", s.pages.Page(time.Minute), func(c *gin.Context) {
		_ = revalidate.RedirectStatus(c, http.StatusPermanentRedirect, target)
	})
	for _, header := range append(hostileHeaders(), []string{"X-Prerender-Revalidate", secret}, []string{"If-None-Match", "*"}, []string{"Accept", "application/json"}) {
		for range 2 {
			w := s.do(t.Context(), http.MethodGet, "/moved", header...)
			if got := w.Header().Values("Location"); w.Code != http.StatusPermanentRedirect || len(got) != 1 || got[0] != target {
				t.Errorf("%q: got %d to %q", header, w.Code, got)
			}
		}
	}
}

// TestVariantsNeverShareAnEntry tries values that run into one another (S5,
// CVE-2026-44576 and CVE-2026-44582).
func TestVariantsNeverShareAnEntry(t *testing.T) {
	s := newSite(t, revalidate.Config{MaxMemory: "1mb"})
	s.GET("/p/*rest", s.pages.Page(time.Minute, revalidate.Query("a", "b"), revalidate.Vary("X-A", "X-B")), func(c *gin.Context) {
		c.String(http.StatusOK, "%q %q %q %q %q %q", c.Param("rest"), c.Request.URL.RawPath, c.QueryArray("a"), c.QueryArray("b"), c.Request.Header["X-A"], c.Request.Header["X-B"])
	})
	values := [][]string{nil, {""}, {"a"}, {"bc"}, {"ab"}, {"c"}, {"a", "bc"}, {"ab", "c"}, {"1:a"}, {" 1:a;"}, {"a;X-B 1 1:b"}, {"a", ""}, {"", "a"}, {"\x80"}}
	seen := make(map[string]string)
	for _, path := range []string{"/p/", "/p/x", "/p/x/", "/p/x%2Fy", "/p/x/y", "/p/%00", "/p/a%3Fb=1", "/p/a?b=1", "/p/%253F", "/p/X-A%200", "/p/a?a=1&b=2", "/p/a?a=1%26b%3D2", "/p/a?a=1&a=2"} {
		for _, a := range values {
			for _, b := range values {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
				r.Header["X-A"], r.Header["X-B"] = a, b
				if a == nil {
					delete(r.Header, "X-A")
				}
				if b == nil {
					delete(r.Header, "X-B")
				}
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				asked := fmt.Sprintf("%s %q %q", path, a, b)
				if other, ok := seen[w.Body.String()]; ok || w.Header().Get("X-Nextjs-Cache") != "MISS" {
					t.Fatalf("%s got %s, which is of %s", asked, w.Body, other)
				}
				seen[w.Body.String()] = asked
			}
		}
	}
}

// TestCacheNeverSharesAuthorizedBody has a handler that answers with who asked
// (S6, CVE-2025-57752).
func TestCacheNeverSharesAuthorizedBody(t *testing.T) {
	for _, name := range []string{"Authorization", "Cookie", "X-Api-Key", "Proxy-Authorization", "X-Forwarded-For", "Referer", "User-Agent"} {
		for _, said := range []string{"", "Cookie", "Authorization", name} { // what the handler says it varies by
			s := newSite(t, revalidate.Config{})
			s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
				if said != "" {
					c.Header("Vary", said)
				}
				c.String(http.StatusOK, "for %q", c.GetHeader(name))
			})
			s.do(t.Context(), http.MethodGet, "/p", name, "Ada's secret")
			for _, other := range []string{"", "Bob's"} {
				if w := s.do(t.Context(), http.MethodGet, "/p", name, other); strings.Contains(w.Body.String(), "Ada") {
					t.Errorf("%s, Vary: %s: %q got %s", name, said, other, w.Body)
				}
			}
		}
	}
}

// TestOnlyOurDraftsPassTheCache has visitors choose their own proof of draft mode,
// or bring one that is out of date or from elsewhere (S38, CVE-2024-38513). The
// draft is seen only with what this program has signed.
func TestOnlyOurDraftsPassTheCache(t *testing.T) {
	now := draftNow
	ours := func(d *revalidate.DraftConfig) {
		d.Signed, d.MaxAge, d.Now = true, time.Minute, func() time.Time { return now }
	}
	s, draft := draftSite(t, ours)
	enabled := func(d *revalidate.Draft) string { return cookiesOf(visit("", d.Enable)) }
	foreign := newDraft(t, func(d *revalidate.DraftConfig) { ours(d); d.SigningKey = strings.Repeat("0", 64) })
	unsigned := newDraft(t, nil)
	s.expect(t, "/p", "MISS", "run 1, draft false <nil>")
	now = now.Add(-2 * time.Minute)
	expired := enabled(draft)
	now = now.Add(2 * time.Minute)
	good := enabled(draft)
	for name, cookie := range map[string]string{
		"chosen": "__prerender_bypass=chosen", "the id alone": editor, "expired": expired, "another program's": enabled(foreign), "not signed": enabled(unsigned),
		"a changed one": good[:len(good)-1] + "~", "a cut one": good[:len(good)-9], "chosen after": good + "; __prerender_bypass=chosen", "twice the data": good + "; __next_preview_data=x",
	} {
		s.expect(t, "/p", "HIT", "run 1, draft false <nil>", "Cookie", cookie)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	if w := s.do(t.Context(), http.MethodGet, "/p", "Cookie", good); w.Body.String() != "run 2, draft true map[]" || w.Header().Get("Cache-Control") != privateValue {
		t.Errorf("ours: got %q %v", w.Body, w.Header())
	}
	s.expect(t, "/p", "HIT", "run 1, draft false <nil>")
}

// TestQueryNeverMixesPages has each query that differs for the handler lead to
// an answer of its own, and no other reach it (S7, CVE-2026-30246).
func TestQueryNeverMixesPages(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute, revalidate.Query("id")), func(c *gin.Context) {
		c.String(http.StatusOK, "%q %d", c.QueryArray("id"), len(c.Request.URL.Query()))
	})
	for query, want := range map[string]string{
		"id=1": `["1"] 1`, "id=2": `["2"] 1`, "id=1&id=2": `["1" "2"] 1`, "id=2&id=1": `["2" "1"] 1`, "id=": `[""] 1`, "": `[] 0`, "id=%31": `["1"] 1`,
		"x=1&id=2": `["2"] 1`, "ID=1": `[] 0`, "id[]=1": `[] 0`, "id=1%26id=2": `["1&id=2"] 1`, "%69d=2": `["2"] 1`, "id=1;x=2": `["1;x=2"] 1`, "id=a+b": `["a b"] 1`,
	} {
		for range 2 {
			if w := s.do(t.Context(), http.MethodGet, "/p?"+query); w.Body.String() != want {
				t.Errorf("%q: got %s, want %s", query, w.Body, want)
			}
		}
	}
}

// TestRepresentationsNeverSwap renders two of one path at once, on goroutines
// that yield at every chance (S11, CVE-2025-32421).
func TestRepresentationsNeverSwap(t *testing.T) {
	s := newSite(t, revalidate.Config{Secret: secret})
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		accept := c.GetHeader("Accept")
		c.Header("Vary", "Accept")
		c.Header("Content-Type", accept)
		for range 20 {
			runtime.Gosched()
			_, _ = c.Writer.WriteString(accept)
		}
	})
	var all sync.WaitGroup
	for i := range 100 {
		accept := [...]string{"text/html", "application/json", "text/plain"}[i%3]
		all.Go(func() {
			header := []string{"Accept", accept}
			if i%7 == 0 {
				header = append(header, "X-Prerender-Revalidate", secret)
			}
			w := s.do(t.Context(), http.MethodGet, "/p", header...)
			if w.Body.String() != strings.Repeat(accept, 20) || w.Header().Get("Content-Type") != accept {
				t.Errorf("%s: got %s %q", accept, w.Header().Get("Content-Type"), w.Body)
			}
		})
	}
	all.Wait()
}

// TestLengthsAreCheckedBeforeUse gives stores' keys and files lengths that they
// do not have (S25, CVE-2026-25899). FuzzFile and FuzzKey look for more.
func TestLengthsAreCheckedBeforeUse(t *testing.T) {
	for _, key := range []string{
		"/\x00A 9", "/\x00A 9;", "/\x00A 999999999999999999999;", "/\x00A 1 9:a;", "/\x00A 1 -1:;", "/\x00A -1;", "/\x00A 2 1:a;", "/\x00 0;", "/\x00A", "/\x00A 0", "/\x00A 1 1:ab;", "", "p",
		"/\x00A 9223372036854775807;", "/\x00A 1 9223372036854775807:a;",
	} {
		if _, _, ok := revalidate.SplitKey(key); ok {
			t.Errorf("%q was taken for a key", key)
		}
	}
	allocated := testing.AllocsPerRun(10, func() { _, _, _ = revalidate.SplitKey("/\x00A 9223372036854775807 1:a;") })
	if allocated > 2 {
		t.Errorf("%v allocations for a key that says it is long", allocated)
	}
}

// TestPagesUnderOtherKeysAreNotServed has a store that mixes up its replies
// (S35, CVE-2025-29923).
func TestPagesUnderOtherKeysAreNotServed(t *testing.T) {
	memory, err := revalidate.NewMemoryStore("")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, revalidate.Config{Store: &mixedUp{Store: memory}})
	s.GET("/p/:id", s.pages.Page(time.Minute), func(c *gin.Context) { c.String(http.StatusOK, c.Param("id")) })
	for range 3 {
		for _, id := range []string{"a", "b"} {
			s.expect(t, "/p/"+id, "MISS", id)
		}
	}
}

// TestColdStartRendersOnce has bodies that would show it if two renders wrote
// into one page (S39).
func TestColdStartRendersOnce(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		n := s.runs.Add(1)
		for range 50 {
			runtime.Gosched()
			_, _ = fmt.Fprintf(c.Writer, "%d.", n)
		}
	})
	want := strings.Repeat("1.", 50)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if w := s.do(t.Context(), http.MethodGet, "/p"); w.Body.String() != want {
				t.Errorf("got %q", w.Body)
			}
		})
	}
	all.Wait()
	s.expect(t, "/p", "HIT", want)
}

// TestStuckRenderHoldsNobody has 1000 visitors wait for a render that never
// ends (S40).
func TestStuckRenderHoldsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{RenderTimeout: 5 * time.Second})
		end := make(chan struct{})
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
			if n := s.runs.Add(1); n == 1 {
				<-end
			}
			c.String(http.StatusOK, "run")
		})
		before := runtime.NumGoroutine()
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() {
				if w := s.do(t.Context(), http.MethodGet, "/p"); w.Code != http.StatusGatewayTimeout {
					t.Errorf("got %d %q", w.Code, w.Body)
				}
			})
		}
		all.Wait()
		s.expect(t, "/p", "MISS", "run")
		close(end)
		synctest.Wait()
		fewAsBefore(t, before)
		s.expect(t, "/p", "HIT", "run")
	})
}

// fewAsBefore wants not many more goroutines than before. The runtime's count
// is too high while it puts away those that have just ended, so it is asked
// again.
func fewAsBefore(t *testing.T, before int) {
	t.Helper()
	after := runtime.NumGoroutine()
	for n := 0; after > before+5 && n < 100_000; n++ {
		time.Sleep(time.Millisecond)
		after = runtime.NumGoroutine()
	}
	if after > before+5 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

// TestManyKeysLeaveNothingBehind asks for pages that nobody asks for twice.
func TestManyKeysLeaveNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{MaxMemory: "64kb"})
		s.GET("/p/:id", s.pages.Page(time.Minute), func(c *gin.Context) { time.Sleep(time.Second); c.String(http.StatusOK, c.Param("id")) })
		before := runtime.NumGoroutine()
		var all sync.WaitGroup
		for i := range 5000 {
			all.Go(func() { s.do(t.Context(), http.MethodGet, fmt.Sprint("/p/", i)) })
		}
		all.Wait()
		synctest.Wait()
		fewAsBefore(t, before)
	})
}

// TestRevalidatingAPathLeavesLongerOnesAlone, by its path and as a whole
// segment by a prefix (S40).
func TestRevalidatingAPathLeavesLongerOnesAlone(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/*path", s.pages.Page(revalidate.Never), func(c *gin.Context) { c.String(http.StatusOK, "%s %d", c.Param("path"), s.runs.Add(1)) })
	paths := []string{"/a", "/ab", "/a/b", "/a.b", "/A", "/a%3F", "/x/a", "/*", "/."}
	for i, path := range paths {
		s.do(t.Context(), http.MethodGet, path)
		s.runs.Store(int32(i + 1))
	}
	if err := s.pages.Revalidate(t.Context(), "/a"); err != nil {
		t.Fatal(err)
	}
	for i, path := range paths[1:] {
		if w := s.do(t.Context(), http.MethodGet, path); !strings.HasSuffix(w.Body.String(), fmt.Sprint(" ", i+2)) {
			t.Errorf("%s was regenerated: %s", path, w.Body)
		}
	}
	results, err := s.pages.RevalidatePrefix(t.Context(), "/a/")
	if err != nil || len(results) != 1 || results[0].Path != "/a/b" {
		t.Errorf("got %v, %v", results, err)
	}
	if results, err = s.pages.RevalidatePrefix(t.Context(), "/.*"); err != nil || len(results) != 0 {
		t.Errorf("a pattern was taken for one: %v, %v", results, err)
	}
}
