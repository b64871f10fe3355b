package revalidate_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// site is an engine with a cache, whose pages say how often they were rendered.
type site struct {
	*gin.Engine
	pages *revalidate.Cache
	runs  atomic.Int32
}

func newSite(t *testing.T, config revalidate.Config) *site {
	t.Helper()
	gin.SetMode(gin.TestMode)
	s := &site{Engine: gin.New()}
	if config.Logger == nil {
		config.Logger = quiet
	}
	s.Use(gin.RecoveryWithWriter(nowhere{}))
	pages, err := revalidate.New(s.Engine, config)
	if err != nil {
		t.Fatal(err)
	}
	s.pages = pages
	t.Cleanup(func() {
		if err := pages.Close(context.Background()); err != nil { //nolint:usetesting // t.Context has ended by then
			t.Error(err)
		}
	})
	return s
}

type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

// count answers with the number of the render.
func (s *site) count(c *gin.Context) { c.String(http.StatusOK, "run %d", s.runs.Add(1)) }

// do sends a request; header holds names and values in turn.
func (s *site) do(ctx context.Context, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, path, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// expect gets a path and checks state and body.
func (s *site) expect(t *testing.T, path, state, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	w := s.do(t.Context(), http.MethodGet, path, header...)
	if got := w.Header().Get("X-Nextjs-Cache"); got != state || w.Body.String() != body {
		t.Errorf("%s: got %d %q %q, want %q %q", path, w.Code, got, w.Body, state, body)
	}
	return w
}

// TestStates walks a page through its states, on a fake clock: rules 1.2, 1.4
// to 1.6 and 4.1 of the page cache.
func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		s.Any("/p/:id", s.pages.Page(2*time.Second), s.count)

		s.expect(t, "/p/a", "MISS", "run 1")
		s.expect(t, "/p/a", "HIT", "run 1")
		s.expect(t, "/p/a?x=1", "HIT", "run 1")
		s.expect(t, "/p/b", "MISS", "run 2")
		time.Sleep(2 * time.Second)
		s.expect(t, "/p/a", "HIT", "run 1")
		time.Sleep(time.Nanosecond)
		s.expect(t, "/p/a", "STALE", "run 1", "Purpose", "prefetch")
		synctest.Wait()
		s.expect(t, "/p/a", "STALE", "run 1")
		synctest.Wait()
		s.expect(t, "/p/a", "HIT", "run 3")

		head := s.do(t.Context(), http.MethodHead, "/p/a")
		if head.Body.Len() != 0 || head.Header().Get("Content-Length") != "5" || head.Header().Get("Etag") == "" {
			t.Errorf("HEAD: got %q and %v", head.Body, head.Header())
		}
		if w := s.do(t.Context(), http.MethodPost, "/p/a"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" || w.Body.String() != "Method Not Allowed" {
			t.Errorf("POST: got %d %v %q", w.Code, w.Header(), w.Body)
		}
		s.expect(t, "/p/a", "HIT", "run 3")
	})
}

// TestLifetimes covers the table of Cache-Control in rule 2.1.
func TestLifetimes(t *testing.T) {
	const year = 31536000 * time.Second
	tests := map[string]struct {
		window, expire time.Duration
		want           string
	}{
		"2 s":              {2 * time.Second, 0, "s-maxage=2, stale-while-revalidate=31535998"},
		"below expire":     {year - time.Second, 0, "s-maxage=31535999, stale-while-revalidate=1"},
		"equal to expire":  {year, 0, "s-maxage=31536000"},
		"beyond expire":    {40000000 * time.Second, 0, "s-maxage=40000000"},
		"own expire":       {60 * time.Second, 5 * time.Second, "s-maxage=60"},
		"own, longer":      {5 * time.Second, 60 * time.Second, "s-maxage=5, stale-while-revalidate=55"},
		"on demand":        {revalidate.Never, 0, "s-maxage=31536000"},
		"expires never":    {5 * time.Second, revalidate.Never, "s-maxage=5"},
		"part of a second": {1500 * time.Millisecond, 10 * time.Second, "s-maxage=2, stale-while-revalidate=8"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, revalidate.Config{Expire: test.expire})
			s.GET("/p", s.pages.Page(test.window), s.count)
			for range 2 {
				if got := s.do(t.Context(), http.MethodGet, "/p").Header().Get("Cache-Control"); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}

// TestExpiredPageBlocks covers rule 2.5: the visitor of an expired page waits
// for the new one, which Next.js calls a HIT.
func TestExpiredPageBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{Expire: 5 * time.Second})
		s.GET("/p", s.pages.Page(2*time.Second), s.count)
		s.expect(t, "/p", "MISS", "run 1")
		time.Sleep(5*time.Second + 1)
		s.expect(t, "/p", "HIT", "run 2")
	})
}

// TestConditional covers rules 3.3 and 3.4.
func TestConditional(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		s.GET("/p", s.pages.Page(time.Second), func(c *gin.Context) {
			s.runs.Add(1)
			c.Header("X-Own", "1")
			c.String(http.StatusOK, "body")
		})
		tag := s.do(t.Context(), http.MethodGet, "/p").Header().Get("Etag")
		tests := []struct {
			header []string
			status int
		}{
			{[]string{"If-None-Match", tag}, http.StatusNotModified},
			{[]string{"If-None-Match", "W/" + tag}, http.StatusNotModified},
			{[]string{"If-None-Match", `"x", ` + tag}, http.StatusNotModified},
			{[]string{"If-None-Match", "*"}, http.StatusNotModified},
			{[]string{"If-None-Match", `"x"`}, http.StatusOK},
			{[]string{"If-None-Match", tag, "Cache-Control", "no-cache"}, http.StatusOK},
			{[]string{"If-None-Match", tag, "Cache-Control", "max-age=0"}, http.StatusNotModified},
			{[]string{"If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"}, http.StatusOK},
		}
		for _, test := range tests {
			w := s.do(t.Context(), http.MethodGet, "/p", test.header...)
			if w.Code != test.status {
				t.Errorf("%v: got %d, want %d", test.header, w.Code, test.status)
			}
			if h := w.Header(); h.Get("X-Own") != "1" || h.Get("Cache-Control") == "" || (w.Code == http.StatusNotModified) != (h.Get("Content-Type") == "") {
				t.Errorf("%v: the header is %v", test.header, h)
			}
		}
		time.Sleep(2 * time.Second)
		if w := s.do(t.Context(), http.MethodGet, "/p", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Header().Get("X-Nextjs-Cache") != "STALE" {
			t.Errorf("a stale page: got %d %v", w.Code, w.Header())
		}
		synctest.Wait()
		if got := s.runs.Load(); got != 2 {
			t.Errorf("rendered %d times, want 2", got)
		}
	})
}

// TestNotFoundAndRedirects covers rules 6.1 and 6.3.
func TestNotFoundAndRedirects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		gone := true
		s.GET("/swing", s.pages.Page(time.Second), func(c *gin.Context) {
			if gone {
				revalidate.NotFound(c)
				return
			}
			s.count(c)
		})
		s.GET("/moved", s.pages.Page(revalidate.Never), func(c *gin.Context) {
			s.runs.Add(1)
			_ = revalidate.RedirectStatus(c, http.StatusPermanentRedirect, "/elsewhere")
		})
		for _, state := range []string{"MISS", "HIT"} {
			if w := s.expect(t, "/swing", state, "This page could not be found"); w.Code != http.StatusNotFound {
				t.Errorf("got %d, want 404", w.Code)
			}
			w := s.expect(t, "/moved", state, "/elsewhere")
			if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "/elsewhere" || w.Header().Get("Etag") != "" {
				t.Errorf("got %d %v", w.Code, w.Header())
			}
		}
		gone = false
		time.Sleep(2 * time.Second)
		s.expect(t, "/swing", "STALE", "This page could not be found")
		synctest.Wait()
		s.expect(t, "/swing", "HIT", "run 2")
	})
}

// TestFailures covers section 8: a page is kept when its regeneration fails,
// and tried again after its window, between 3 and 30 seconds.
func TestFailures(t *testing.T) {
	const mayBe = "s-maxage=%d, stale-while-revalidate=%d"
	tests := map[string]struct {
		window time.Duration
		retry  time.Duration
		want   string
	}{
		"short":     {time.Second, 3 * time.Second, fmt.Sprintf(mayBe, 3, 31535997)},
		"its own":   {10 * time.Second, 10 * time.Second, fmt.Sprintf(mayBe, 10, 31535990)},
		"long":      {time.Minute, 30 * time.Second, fmt.Sprintf(mayBe, 30, 31535970)},
		"on demand": {revalidate.Never, 3 * time.Second, "s-maxage=3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, revalidate.Config{})
				broken := false
				s.GET("/p", s.pages.Page(test.window), func(c *gin.Context) {
					if broken {
						panic("broken")
					}
					s.count(c)
				})
				s.expect(t, "/p", "MISS", "run 1")
				broken = true
				var failed *revalidate.FailedError
				if err := s.pages.Revalidate(t.Context(), "/p"); !errors.As(err, &failed) || failed.Path != "/p" {
					t.Errorf("Revalidate: got %v", err)
				}
				if got := s.expect(t, "/p", "HIT", "run 1").Header().Get("Cache-Control"); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
				broken = false
				time.Sleep(test.retry + 1)
				s.expect(t, "/p", "STALE", "run 1")
				synctest.Wait()
				s.expect(t, "/p", "HIT", "run 2")
			})
		})
	}
}

// TestFailingMiss covers rule 8.1: nothing is kept, the next visitor tries
// again, and what the handler said reaches those who waited.
func TestFailingMiss(t *testing.T) {
	tests := map[string]struct {
		handler gin.HandlerFunc
		status  int
		body    string
	}{
		"panic":      {func(*gin.Context) { panic("broken") }, http.StatusInternalServerError, "Internal Server Error"},
		"5xx":        {func(c *gin.Context) { c.String(http.StatusServiceUnavailable, "later") }, http.StatusServiceUnavailable, "later"},
		"never ends": {func(c *gin.Context) { <-c.Request.Context().Done(); c.Status(http.StatusOK) }, http.StatusGatewayTimeout, "Gateway Timeout"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, revalidate.Config{})
				s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) { s.runs.Add(1); test.handler(c) })
				for run := range int32(2) {
					w := s.expect(t, "/p", "", test.body)
					if w.Code != test.status || !strings.HasPrefix(w.Header().Get("Cache-Control"), "private, no-cache, no-store") {
						t.Errorf("got %d %v", w.Code, w.Header())
					}
					if got := s.runs.Load(); got != run+1 {
						t.Errorf("rendered %d times, want %d", got, run+1)
					}
				}
			})
		})
	}
}

// TestOneRenderForAll covers section 11 with 50 visitors at once.
func TestOneRenderForAll(t *testing.T) {
	const visitors = 50
	type setup struct {
		prepare func(t *testing.T, s *site)
		visit   func(t *testing.T, s *site) string
		want    string
		runs    int32
	}
	getPage := func(t *testing.T, s *site) string {
		t.Helper()
		w := s.do(t.Context(), http.MethodGet, "/p")
		return fmt.Sprint(w.Code, w.Header().Get("X-Nextjs-Cache"), w.Body)
	}
	first := func(t *testing.T, s *site) { t.Helper(); getPage(t, s) }
	tests := map[string]setup{
		"missing": {func(*testing.T, *site) {}, getPage, "200MISSrun 1", 1},
		"fresh":   {first, getPage, "200HITrun 1", 1},
		"stale":   {func(t *testing.T, s *site) { t.Helper(); first(t, s); time.Sleep(time.Hour) }, getPage, "200STALErun 1", 2},
		"on demand": {first, func(t *testing.T, s *site) string {
			t.Helper()
			return fmt.Sprint(s.pages.Revalidate(t.Context(), "/p"), s.do(t.Context(), http.MethodGet, "/p").Body)
		}, "<nil> run 2", 2},
		"on demand, from outside": {first, func(t *testing.T, s *site) string {
			t.Helper()
			w := s.do(t.Context(), http.MethodGet, "/p", "X-Prerender-Revalidate", secret)
			return fmt.Sprint(w.Code, w.Header().Get("X-Nextjs-Cache"), w.Body)
		}, "200REVALIDATEDrun 2", 2},
		"failing": {func(_ *testing.T, s *site) { s.runs.Store(100) }, getPage, "500Internal Server Error", 101},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, revalidate.Config{Secret: secret})
				s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
					n := s.runs.Add(1)
					time.Sleep(time.Second)
					if n > 100 {
						panic("broken")
					}
					c.String(http.StatusOK, "run %d", n)
				})
				test.prepare(t, s)
				var all sync.WaitGroup
				for range visitors {
					all.Go(func() {
						if got := test.visit(t, s); got != test.want {
							t.Errorf("got %q, want %q", got, test.want)
						}
					})
				}
				all.Wait()
				time.Sleep(10 * time.Second)
				if got := s.runs.Load(); got != test.runs {
					t.Errorf("rendered %d times, want %d", got, test.runs)
				}
			})
		})
	}
}

const secret = "0123456789abcdef0123456789abcdef"

// TestOnDemandSeesLaterData is stricter than rule 11.2: a call that arrives
// while the page is being rendered starts from data read after the call.
func TestOnDemandSeesLaterData(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		var data atomic.Int32
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
			read := data.Load()
			time.Sleep(time.Second)
			c.String(http.StatusOK, "%d", read)
		})
		go s.do(t.Context(), http.MethodGet, "/p")
		time.Sleep(time.Second / 2)
		data.Store(7)
		if err := s.pages.Revalidate(t.Context(), "/p"); err != nil {
			t.Fatal(err)
		}
		s.expect(t, "/p", "HIT", "7")
	})
}

// TestOnDemandWaitsForItsPeers no longer than that is worth: quick pages are
// hardly held up, and not at all where there are many.
func TestOnDemandWaitsForItsPeers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		var slow time.Duration
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
			time.Sleep(slow)
			s.count(c)
		})
		one := func() error { return s.pages.Revalidate(t.Context(), "/p") }
		many := func() error { _, err := s.pages.RevalidatePrefix(t.Context(), "/p"); return err }
		for _, slow = range []time.Duration{0, time.Millisecond, 20 * time.Millisecond, time.Second} {
			worth := min(slow/10, 5*time.Millisecond)
			for i, call := range []func() error{one, one, many} { // the first finds out how long renders take
				wait := max(worth, 100*time.Microsecond)
				if i == 2 && worth < time.Millisecond {
					wait = 0
				}
				start := time.Now()
				if err := call(); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start) - slow; i > 0 && took != wait {
					t.Errorf("render %d, of %v, was begun after %v, want %v", i, slow, took, wait)
				}
			}
		}
	})
}

// TestCallsOfOneInstantShareARender has 50 of them on demand, however long the
// page takes and took the last time.
func TestCallsOfOneInstantShareARender(t *testing.T) {
	const calls = 50
	took := []time.Duration{0, time.Millisecond, time.Second}
	means := map[string]func(t *testing.T, s *site) error{
		"Revalidate": func(t *testing.T, s *site) error { t.Helper(); return s.pages.Revalidate(t.Context(), "/p") },
		"from outside": func(t *testing.T, s *site) error {
			t.Helper()
			if w := s.do(t.Context(), http.MethodGet, "/p", "X-Prerender-Revalidate", secret); w.Header().Get("X-Nextjs-Cache") != "REVALIDATED" {
				return fmt.Errorf("got %d %v", w.Code, w.Header())
			}
			return nil
		},
	}
	for name, call := range means {
		for _, last := range took {
			for _, now := range took {
				synctest.Test(t, func(t *testing.T) {
					s := newSite(t, revalidate.Config{Secret: secret})
					slow := last
					s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
						time.Sleep(slow)
						s.count(c)
					})
					s.expect(t, "/p", "MISS", "run 1")
					slow = now
					var all sync.WaitGroup
					for range calls {
						all.Go(func() {
							if err := call(t, s); err != nil {
								t.Error(err)
							}
						})
					}
					all.Wait()
					if got := s.runs.Load(); got != 2 {
						t.Errorf("%s: %d renders for %d calls, after a render of %v and with one of %v", name, got-1, calls, last, now)
					}
				})
			}
		}
	}
}

// TestLeavingVisitor covers rule 11.4: who leaves cancels nothing.
func TestLeavingVisitor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
			select {
			case <-time.After(time.Second):
				s.count(c)
			case <-c.Request.Context().Done():
				panic("cancelled")
			}
		})
		ctx, leave := context.WithTimeout(t.Context(), time.Second/2)
		defer leave()
		s.do(ctx, http.MethodGet, "/p")
		time.Sleep(time.Second)
		s.expect(t, "/p", "HIT", "run 1")
	})
}

// TestStuckRenderFreesItsKey lets a handler ignore its deadline, and write
// after it.
func TestStuckRenderFreesItsKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{RenderTimeout: time.Second})
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
			n := s.runs.Add(1)
			if n == 1 {
				time.Sleep(time.Hour)
			}
			c.String(http.StatusOK, "run %d", n)
		})
		if w := s.expect(t, "/p", "", "Gateway Timeout"); w.Code != http.StatusGatewayTimeout {
			t.Errorf("got %d, want 504", w.Code)
		}
		s.expect(t, "/p", "MISS", "run 2")
		time.Sleep(2 * time.Hour)
		if err := s.pages.Revalidate(t.Context(), "/p"); err != nil {
			t.Error(err)
		}
		s.expect(t, "/p", "HIT", "run 3")
	})
}

// TestRevalidate covers the table in rule 9.2.
func TestRevalidate(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/", s.pages.Page(revalidate.Never), s.count)
	s.GET("/p/:id", s.pages.Page(revalidate.Never), s.count)
	s.GET("/gone", s.pages.Page(revalidate.Never), revalidate.NotFound)
	s.GET("/moved", s.pages.Page(revalidate.Never), func(c *gin.Context) { _ = revalidate.Redirect(c, "/") })
	s.GET("/api", func(c *gin.Context) { c.String(http.StatusOK, "api") })
	s.GET("/broken", s.pages.Page(revalidate.Never), func(*gin.Context) { panic("broken") })
	s.GET("/cookie", s.pages.Page(revalidate.Never), func(c *gin.Context) { c.SetCookie("a", "b", 1, "/", "", true, true); c.Status(http.StatusOK) })
	s.GET("/teapot", func(c *gin.Context) { c.Status(http.StatusTeapot) })
	tests := map[string]struct {
		path string
		want string // of the error; empty: none
		is   error
	}{
		"page":             {"/p/1", "", nil},
		"root":             {"/", "", nil},
		"not found page":   {"/gone", "", nil},
		"redirect":         {"/moved", "", nil},
		"query":            {"/p/1?x=1", "", nil},
		"fragment":         {"/p/1#top", "", nil},
		"trailing slash":   {"/p/1/", "", nil},
		"encoded":          {"/p/caf%C3%A9", "", nil},
		"blank":            {"/p/a b", "", nil},
		"UTF-8":            {"/p/café", "", nil},
		"no page":          {"/nope", `revalidate: failed to revalidate "/nope": invalid response 404`, nil},
		"not a page":       {"/api", `revalidate: failed to revalidate "/api": invalid response 200: the path has no page of this cache; put pages.Page in front of its handler`, revalidate.ErrNotAPage},
		"other status":     {"/teapot", `revalidate: failed to revalidate "/teapot": invalid response 418`, nil},
		"panic":            {"/broken", `revalidate: failed to revalidate "/broken": the handler panicked: broken`, nil},
		"cookie":           {"/cookie", `revalidate: failed to revalidate "/cookie": the answer can't be kept: it has Set-Cookie, is private or no-store, or is no 200, 203, 3xx, 404 or 410`, revalidate.ErrNotShared},
		"empty":            {"", `revalidate: invalid path, it must begin with a slash, e.g. /blog/post-1, received ""`, nil},
		"no slash":         {"p/1", `revalidate: invalid path, it must begin with a slash, e.g. /blog/post-1, received "p/1"`, nil},
		"absolute":         {"https://evil.example/p", `revalidate: invalid path, it must begin with a slash, e.g. /blog/post-1, received "https://evil.example/p"`, nil},
		"malformed escape": {"/p/%zz", `revalidate: invalid path, it must begin with a slash, e.g. /blog/post-1, received "/p/%zz"`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := s.pages.Revalidate(t.Context(), test.path)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v", err)
			case test.want != "" && (err == nil || err.Error() != test.want):
				t.Errorf("got %v, want %s", err, test.want)
			case test.is != nil && !errors.Is(err, test.is):
				t.Errorf("%v is not %v", err, test.is)
			}
		})
	}
	s.runs.Store(10)
	s.expect(t, "/p/caf%C3%A9", "HIT", s.do(t.Context(), http.MethodGet, "/p/caf%c3%a9").Body.String())
}

// TestOnlyGenerated leaves alone what nobody has asked for yet.
func TestOnlyGenerated(t *testing.T) {
	s := newSite(t, revalidate.Config{Secret: secret})
	s.GET("/p/:id", s.pages.Page(revalidate.Never), s.count)
	if err := s.pages.Revalidate(t.Context(), "/p/1", revalidate.OnlyGenerated()); err != nil || s.runs.Load() != 0 {
		t.Errorf("got %v and %d renders, want none", err, s.runs.Load())
	}
	w := s.do(t.Context(), http.MethodGet, "/p/1", "X-Prerender-Revalidate", secret, "X-Prerender-Revalidate-If-Generated", "")
	if w.Code != http.StatusNotFound || w.Header().Get("X-Nextjs-Cache") != "REVALIDATED" || w.Header().Get("Cache-Control") != "" {
		t.Errorf("from outside: got %d %v", w.Code, w.Header())
	}
	s.expect(t, "/p/1", "MISS", "run 1")
	if err := s.pages.Revalidate(t.Context(), "/p/1", revalidate.OnlyGenerated()); err != nil || s.runs.Load() != 2 {
		t.Errorf("got %v and %d renders, want 2", err, s.runs.Load())
	}
}

// TestOnDemandFromOutside covers rules 10.1 and 10.2.
func TestOnDemandFromOutside(t *testing.T) {
	tests := map[string]struct {
		method string
		header []string
		status int
		state  string
		runs   int32
	}{
		"GET":            {"GET", []string{"X-Prerender-Revalidate", secret}, 200, "REVALIDATED", 2},
		"HEAD":           {"HEAD", []string{"X-Prerender-Revalidate", secret}, 200, "REVALIDATED", 2},
		"POST":           {"POST", []string{"X-Prerender-Revalidate", secret}, 405, "", 1},
		"wrong":          {"GET", []string{"X-Prerender-Revalidate", "x" + secret[1:]}, 200, "HIT", 1},
		"empty":          {"GET", []string{"X-Prerender-Revalidate", ""}, 200, "HIT", 1},
		"other case":     {"GET", []string{"X-Prerender-Revalidate", strings.ToUpper(secret)}, 200, "HIT", 1},
		"sent twice":     {"GET", []string{"X-Prerender-Revalidate", secret, "X-Prerender-Revalidate", secret}, 200, "HIT", 1},
		"only generated": {"GET", []string{"X-Prerender-Revalidate", secret, "X-Prerender-Revalidate-If-Generated", "0"}, 200, "REVALIDATED", 2},
		"no secret":      {"GET", []string{"X-Prerender-Revalidate-If-Generated", "1"}, 200, "HIT", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, revalidate.Config{Secret: secret})
			s.Any("/p", s.pages.Page(revalidate.Never), s.count)
			s.expect(t, "/p", "MISS", "run 1")
			w := s.do(t.Context(), test.method, "/p", test.header...)
			if w.Code != test.status || w.Header().Get("X-Nextjs-Cache") != test.state || s.runs.Load() != test.runs {
				t.Errorf("got %d %q and %d renders, want %d %q and %d", w.Code, w.Header().Get("X-Nextjs-Cache"), s.runs.Load(), test.status, test.state, test.runs)
			}
		})
	}
}

// TestManyAtOnce revalidates by tag, by prefix and by list.
func TestManyAtOnce(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p/:id", s.pages.Page(revalidate.Never), func(c *gin.Context) {
		revalidate.Tag(c, "id:"+c.Param("id"), "all")
		s.count(c)
	})
	s.GET("/other", s.pages.Page(revalidate.Never), s.count)
	paths := func(results []revalidate.Result, err error) string {
		if err != nil {
			return err.Error()
		}
		list := make([]string, len(results))
		for i, result := range results {
			list[i] = result.Path
		}
		// The store lists keys in no order.
		return fmt.Sprint(len(list), strings.Count(strings.Join(list, " "), "/p/"))
	}
	for _, path := range []string{"/p/a", "/p/b", "/p/ab", "/other"} {
		s.do(t.Context(), http.MethodGet, path)
	}
	for name, test := range map[string]struct{ got, want string }{
		"tag":          {paths(s.pages.RevalidateTag(t.Context(), "id:a")), "1 1"},
		"common tag":   {paths(s.pages.RevalidateTag(t.Context(), "all")), "3 3"},
		"unknown tag":  {paths(s.pages.RevalidateTag(t.Context(), "id:")), "0 0"},
		"prefix":       {paths(s.pages.RevalidatePrefix(t.Context(), "/p/a")), "2 2"},
		"whole prefix": {paths(s.pages.RevalidatePrefix(t.Context(), "/")), "4 3"},
		"list":         {paths(s.pages.RevalidateAll(t.Context(), []string{"/p/a", "/other"})), "2 1"},
		"empty tag":    {paths(s.pages.RevalidateTag(t.Context(), "")), "revalidate: the tag is empty; name one that a handler gave with revalidate.Tag"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %s, want %s", name, test.got, test.want)
		}
	}
	results, err := s.pages.RevalidateAll(t.Context(), []string{"/p/a", "/nope", "bad"})
	if err == nil || results[0].Err != nil || results[1].Err == nil || results[2].Err == nil {
		t.Errorf("got %v, %v", results, err)
	}
}

// TestAnswersThatAreNotShared go to the handler one by one, with what the
// visitor sent.
func TestAnswersThatAreNotShared(t *testing.T) {
	tests := map[string]gin.HandlerFunc{
		"cookie":        func(c *gin.Context) { c.SetCookie("id", "1", 60, "/", "", true, true) },
		"private":       func(c *gin.Context) { c.Header("Cache-Control", "Private, max-age=5") },
		"no-store":      func(c *gin.Context) { c.Header("Cache-Control", "max-age=5,no-store") },
		"NoStore":       revalidate.NoStore,
		"varies by all": func(c *gin.Context) { c.Header("Vary", "*") },
		"by cookie":     func(c *gin.Context) { c.Header("Vary", "Accept, cookie") },
		"by identity":   func(c *gin.Context) { c.Header("Vary", "Authorization") },
		"401":           func(c *gin.Context) { c.Status(http.StatusUnauthorized) },
		"429":           func(c *gin.Context) { c.Status(http.StatusTooManyRequests) },
		"206":           func(c *gin.Context) { c.Status(http.StatusPartialContent) },
		"204":           func(c *gin.Context) { c.Status(http.StatusNoContent) },
	}
	for name, mark := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, revalidate.Config{})
			s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
				mark(c)
				if c.Writer.Status() != http.StatusNoContent {
					_, _ = c.Writer.WriteString("for " + c.GetHeader("Authorization"))
				}
			})
			for _, who := range []string{"Ada", "Bob", "Ada"} {
				w := s.do(t.Context(), http.MethodGet, "/p", "Authorization", who)
				if w.Code != http.StatusNoContent && w.Body.String() != "for "+who || w.Header().Get("X-Nextjs-Cache") != "" {
					t.Errorf("%s got %q %v", who, w.Body, w.Header())
				}
				if got := w.Header().Get("Cache-Control"); !strings.Contains(strings.ToLower(got), "private") && !strings.Contains(got, "no-store") {
					t.Errorf("Cache-Control: %q", got)
				}
			}
		})
	}
}

// TestRendersKnowNothingOfVisitors sends everything that a visitor can send.
func TestRendersKnowNothingOfVisitors(t *testing.T) {
	s := newSite(t, revalidate.Config{Host: "www.example.com"})
	s.GET("/p", s.pages.Page(time.Minute, revalidate.Query("page")), func(c *gin.Context) {
		c.String(http.StatusOK, "%s %s %s %v %s", c.Request.Method, c.Request.Host, c.Request.RequestURI, c.Request.Header, c.ClientIP())
	})
	want := "GET www.example.com /p?page=2 map[] 127.0.0.1"
	s.expect(t, "/p?id=1&page=2&x=%00", "MISS", want, "Cookie", "a=b", "Authorization", "me", "X-Forwarded-For", "1.2.3.4",
		"Accept-Language", "de", "Host", "evil.example", "X-Prerender-Revalidate", secret)
}

// TestQueryInTheKey lets chosen parameters make pages of their own.
func TestQueryInTheKey(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute, revalidate.Query("a", "b")), func(c *gin.Context) { c.String(http.StatusOK, c.Request.URL.RawQuery) })
	for _, test := range []struct{ query, state, body string }{
		{"?a=1", "MISS", "a=1"},
		{"?a=2", "MISS", "a=2"},
		{"?a=1&x=1", "HIT", "a=1"},
		{"?b=2&a=1", "MISS", "a=1&b=2"},
		{"?a=1&b=2", "HIT", "a=1&b=2"},
		{"?a=1&a=2", "MISS", "a=1&a=2"},
		{"?a=2&a=1", "MISS", "a=2&a=1"},
		{"?a=1%26b=2", "MISS", "a=1%26b%3D2"},
		{"?a=", "MISS", "a="},
		{"", "MISS", ""},
		{"?x", "HIT", ""},
	} {
		s.expect(t, "/p"+test.query, test.state, test.body)
	}
	if w := s.do(t.Context(), http.MethodGet, "/p?"+strings.Repeat("a=1&", 1001)); w.Code != http.StatusBadRequest {
		t.Errorf("too many parameters: got %d", w.Code)
	}
}

// TestVariants learns from answers which headers they vary by.
func TestVariants(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		c.Header("Vary", "accept-language")
		c.String(http.StatusOK, "[%s] %d", c.GetHeader("Accept-Language"), s.runs.Add(1))
	})
	s.expect(t, "/p", "MISS", "[de] 2", "Accept-Language", "de") // the first render did not know of the header
	s.expect(t, "/p", "HIT", "[de] 2", "Accept-Language", "de")
	s.expect(t, "/p", "MISS", "[en] 3", "Accept-Language", "en")
	s.expect(t, "/p", "MISS", "[] 4")
	if w := s.expect(t, "/p", "HIT", "[en] 3", "Accept-Language", "en"); w.Header().Get("Vary") != "accept-language" {
		t.Errorf("Vary: %v", w.Header().Values("Vary"))
	}
	if err := s.pages.Revalidate(t.Context(), "/p"); err != nil {
		t.Fatal(err)
	}
	if got := s.runs.Load(); got != 8 {
		t.Errorf("%d renders, want 8: all three variants again, and what they are looked up by", got)
	}
}

// TestVisitorWithACookie must not get his cookie into shared caches.
func TestVisitorWithACookie(t *testing.T) {
	gin.SetMode(gin.TestMode)
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	r.Use(func(c *gin.Context) {
		if c.Query("new") != "" {
			c.SetCookie("session", "1", 60, "/", "", true, true)
		}
		c.Writer.Header().Add("Vary", "Origin")
	})
	r.GET("/p", pages.Page(time.Minute), func(c *gin.Context) { c.Header("Vary", "Accept"); c.String(http.StatusOK, "x") })
	s := &site{Engine: r, pages: pages}
	for _, path := range []string{"/p?new=1", "/p", "/p?new=1"} {
		w := s.do(t.Context(), http.MethodGet, path)
		private := strings.HasPrefix(w.Header().Get("Cache-Control"), "private")
		if withCookie := path != "/p"; private != withCookie || (w.Header().Get("Set-Cookie") != "") != withCookie {
			t.Errorf("%s: %v", path, w.Header())
		}
		if got := strings.Join(w.Header().Values("Vary"), ", "); got != "Origin, Accept" {
			t.Errorf("Vary: %q", got)
		}
	}
}

// TestClosed serves what is kept and lets handlers answer the rest.
func TestClosed(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p/:id", s.pages.Page(time.Minute), s.count)
	s.expect(t, "/p/a", "MISS", "run 1")
	if err := s.pages.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.expect(t, "/p/a", "HIT", "run 1")
	s.expect(t, "/p/b", "", "run 2")
	if err := s.pages.Revalidate(t.Context(), "/p/a"); !errors.Is(err, revalidate.ErrClosed) {
		t.Errorf("got %v, want %v", err, revalidate.ErrClosed)
	}
}
