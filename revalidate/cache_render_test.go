package revalidate_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// TestHalfAnAnswerIsNotKept covers handlers that end without having written
// their whole page. A page that is kept stays.
func TestHalfAnAnswerIsNotKept(t *testing.T) {
	half := func(c *gin.Context) { _, _ = c.Writer.WriteString("half") }
	tests := map[string]func(*gin.Context){
		"panic":            func(c *gin.Context) { half(c); panic("broken") },
		"abort":            func(c *gin.Context) { half(c); panic(http.ErrAbortHandler) },
		"Goexit":           func(c *gin.Context) { half(c); runtime.Goexit() },
		"declared longer":  func(c *gin.Context) { c.Header("Content-Length", "8"); half(c) },
		"declared shorter": func(c *gin.Context) { c.Header("Content-Length", "2"); half(c) },
		"5xx":              func(c *gin.Context) { c.Status(http.StatusBadGateway); half(c) },
	}
	for name, broken := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, revalidate.Config{})
				s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
					if s.runs.Load() == 1 {
						s.runs.Add(1)
						broken(c)
						return
					}
					s.count(c)
				})
				s.expect(t, "/p", "MISS", "run 1")
				if err := s.pages.Revalidate(t.Context(), "/p"); err == nil {
					t.Error("the revalidation was acknowledged")
				}
				s.expect(t, "/p", "HIT", "run 1")
				if err := s.pages.Revalidate(t.Context(), "/p"); err != nil {
					t.Error(err)
				}
				s.expect(t, "/p", "HIT", "run 3")
			})
		})
	}
}

// TestHalfAnUpstreamAnswerIsNotKept puts a reverse proxy behind a page. It
// passes on what it got as a whole answer, unless it runs in a server.
func TestHalfAnUpstreamAnswerIsNotKept(t *testing.T) {
	var whole atomic.Bool
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		if !whole.Load() {
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, " and half")
	}))
	defer upstream.Close()
	target, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, revalidate.Config{})
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.GET("/p", s.pages.Page(time.Minute), gin.WrapH(proxy))
	if w := s.expect(t, "/p", "", "Internal Server Error"); w.Code != http.StatusInternalServerError {
		t.Errorf("got %d, want 500", w.Code)
	}
	whole.Store(true)
	s.expect(t, "/p", "MISS", "half and half")
}

// TestEngineThatAnswersBeforeItsHandler puts http.TimeoutHandler around the
// engine: it answers while the page's handler still writes.
func TestEngineThatAnswersBeforeItsHandler(t *testing.T) {
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	pages := revalidate.Must(http.TimeoutHandler(engine, 50*time.Millisecond, "late"), revalidate.Config{Logger: quiet})
	slow, ended := make(chan struct{}), make(chan struct{})
	var fast atomic.Bool
	engine.GET("/p", pages.Page(time.Minute), func(c *gin.Context) {
		c.Writer.WriteHeaderNow()
		for i := 0; !fast.Load(); i++ {
			_, _ = c.Writer.WriteString("x")
			select {
			case <-slow:
				close(ended)
				return
			default:
				runtime.Gosched()
			}
		}
		_, _ = c.Writer.WriteString("whole")
	})
	s := &site{Engine: engine, pages: pages}
	if w := s.do(t.Context(), http.MethodGet, "/p"); w.Code != http.StatusInternalServerError {
		t.Errorf("got %d %.20q", w.Code, w.Body)
	}
	close(slow)
	<-ended
	fast.Store(true)
	s.expect(t, "/p", "MISS", "whole")
}

// TestAnswersPastTheCapture are given back to their visitors one by one.
func TestAnswersPastTheCapture(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/other", func(c *gin.Context) { c.String(http.StatusOK, "other") })
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		c.Request.URL.Path = "/other"
		s.HandleContext(c)
	})
	for range 2 {
		s.expect(t, "/p", "", "other")
	}
}

// TestConnectionsPastTheCapture lets a handler take over its connection.
func TestConnectionsPastTheCapture(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		connection, _, err := http.NewResponseController(c.Writer).Hijack()
		if err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(connection, "HTTP/1.1 418 Raw\r\nContent-Length: 0\r\n\r\n")
		_ = connection.Close()
	})
	server := httptest.NewServer(s)
	defer server.Close()
	if status, _ := get(t, server.URL+"/p"); status != http.StatusTeapot {
		t.Errorf("got %d, want what the handler wrote by hand", status)
	}
}

// TestSpelling lets visitors spell a path in many ways; what is rendered for
// it depends on none, since the next visitor gets it.
func TestSpelling(t *testing.T) {
	tests := map[string]struct{ first, then, body string }{
		"needless escape": {"/p/%71", "/p/q", "/p/q"},
		"lower-case hex":  {"/p/caf%c3%a9", "/p/caf%C3%A9", "/p/caf%C3%A9"},
		"comma":           {"/p/a%2Cb", "/p/a,b", "/p/a,b"},
		"slash inside":    {"/p/a%2fb", "/p/a%2Fb", "/p/a%2Fb"},
		"percent":         {"/p/%2541", "/p/%2541", "/p/%2541"},
		"question mark":   {"/p/a%3Fb", "/p/%61%3fb", "/p/a%3Fb"},
		"like a host":     {"//evil.example/x", "//evil.example/x", "//evil.example/x"},
		"star":            {"/p/*", "/p/%2A", "/p/%2A"},
		"own query":       {"/p/a?page=2&utm=1", "/p/a?page=2", "/p/a?page=2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, revalidate.Config{})
			s.GET("/*path", s.pages.Page(time.Minute, revalidate.Query("page")), func(c *gin.Context) {
				c.String(http.StatusOK, "%s", c.Request.RequestURI)
			})
			s.expect(t, test.first, "MISS", test.body)
			s.expect(t, test.then, "HIT", test.body)
			if err := s.pages.Revalidate(t.Context(), test.then); err != nil && name != "like a host" {
				t.Error(err)
			}
		})
	}
}

// TestHeadersThatArePartOfAPage says what is taken over from the handler.
func TestHeadersThatArePartOfAPage(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.Any("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		for name, value := range map[string]string{
			"X-Own": "1", "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT", "Accept-Ranges": "bytes", "Connection": "close", "Etag": `"own"`,
			"Cache-Control": "public, max-age=9", "Trailer": "X-T", "X-Nextjs-Cache": "MISS", "Age": "9", "Content-Location": "/x",
		} {
			c.Header(name, value)
		}
		_, _ = c.Writer.WriteString("<html>")
		c.Header("X-Late", "1")
		c.Writer.Header().Set(http.TrailerPrefix+"X-T", "1")
	})
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		got := s.do(t.Context(), method, "/p").Header()
		for name, want := range map[string]string{
			"X-Own": "1", "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT", "Accept-Ranges": "", "Connection": "", "Trailer": "", "Age": "",
			"Cache-Control": "s-maxage=60, stale-while-revalidate=31535940", "X-Late": "", http.TrailerPrefix + "X-T": "",
			"Content-Type": "text/html; charset=utf-8", "Content-Length": "6", "Content-Location": "/x",
		} {
			if got.Get(name) != want {
				t.Errorf("%s %s: got %q, want %q", method, name, got.Get(name), want)
			}
		}
		if got.Get("Etag") == `"own"` {
			t.Errorf("%s: the handler's entity tag was kept for a body it may not fit", method)
		}
	}
}

// TestHandlersKeepNoHoldOnAPage change what they passed on, after their end.
func TestHandlersKeepNoHoldOnAPage(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	own := []string{"1"}
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		c.Writer.Header()["X-Own"] = own
		_, _ = c.Writer.WriteString("x")
	})
	for range 3 {
		w := s.do(t.Context(), http.MethodGet, "/p")
		if got := w.Result().Header.Get("X-Own"); got != "1" {
			t.Errorf("got %q", got)
		}
		own[0] = "changed by the handler"
	}
}

// TestAnswersShareNoRoom has middleware that adds to every field of an answer,
// before and after it is written, while others are written.
func TestAnswersShareNoRoom(t *testing.T) {
	t.Parallel()
	s := newSite(t, revalidate.Config{})
	add := func(c *gin.Context) {
		for name := range c.Writer.Header() {
			c.Writer.Header().Add(name, "more") // writes to the array if there is room
		}
	}
	s.GET("/page", func(c *gin.Context) {
		c.Next()
		add(c)
	}, s.pages.Page(time.Minute, revalidate.Vary("X-Lang")), func(c *gin.Context) {
		c.Writer.Header()["Link"] = append(make([]string, 0, 8), "<one>", "<two>")
		c.String(http.StatusOK, "page")
	})
	s.expect(t, "/page", "MISS", "page")
	want := s.do(t.Context(), http.MethodGet, "/page").Result().Header
	var visitors sync.WaitGroup
	for range 8 {
		visitors.Go(func() {
			for range 50 {
				got := s.do(t.Context(), http.MethodGet, "/page").Result().Header
				if !maps.EqualFunc(got, want, slices.Equal) || len(got["Link"]) != 2 || len(got["Vary"]) != 1 || len(got["X-Nextjs-Cache"]) != 1 {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
	visitors.Wait()
}

// TestFailedAnswersArePassedOnWhole gives those who waited what the handler
// said, but no cookie.
func TestFailedAnswersArePassedOnWhole(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		c.Header("Retry-After", "120")
		c.SetCookie("a", "b", 1, "/", "", true, true)
		c.JSON(http.StatusServiceUnavailable, gin.H{"error": "later"})
	})
	w := s.expect(t, "/p", "", `{"error":"later"}`)
	for name, want := range map[string]string{"Retry-After": "120", "Content-Type": "application/json; charset=utf-8", "Set-Cookie": "", "Cache-Control": privateValue} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestMiddlewareAround covers what stands between the engine and a page.
func TestMiddlewareAround(t *testing.T) {
	tests := map[string]struct {
		around func(c *gin.Context) // runs for visitors and renders
		state  string               // of the second visit
		page   string
		err    string
	}{
		"lets all pass": {func(*gin.Context) {}, "HIT", "run 1", ""},
		"refuses strangers": {func(c *gin.Context) {
			if c.GetHeader("Authorization") == "" {
				c.AbortWithStatus(http.StatusUnauthorized)
			}
		}, "", "run 2", `revalidate: failed to revalidate "/p": invalid response 401`},
		"refuses strangers, but no renders": {func(c *gin.Context) {
			if c.GetHeader("Authorization") == "" && !revalidate.IsRender(c) {
				c.AbortWithStatus(http.StatusUnauthorized)
			}
		}, "HIT", "run 1", ""},
		"answers renders itself": {func(c *gin.Context) {
			if revalidate.IsRender(c) {
				c.AbortWithStatus(http.StatusOK)
			}
		}, "", "run 2", `revalidate: failed to revalidate "/p": invalid response 200: the path has no page of this cache; put pages.Page in front of its handler`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, revalidate.Config{})
			s.GET("/p", test.around, s.pages.Page(time.Minute), s.count)
			s.do(t.Context(), http.MethodGet, "/p", "Authorization", "Ada")
			s.expect(t, "/p", test.state, test.page, "Authorization", "Ada")
			err := s.pages.Revalidate(t.Context(), "/p")
			if got := fmt.Sprint(err); got != test.err && (err != nil || test.err != "") {
				t.Errorf("Revalidate: got %v, want %q", err, test.err)
			}
		})
	}
}

// TestMiddlewareInTrouble keeps the page while a limiter refuses renders.
func TestMiddlewareInTrouble(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, revalidate.Config{})
			trouble := false
			s.GET("/p", func(c *gin.Context) {
				if trouble && revalidate.IsRender(c) {
					c.AbortWithStatus(status)
				}
			}, s.pages.Page(time.Minute), s.count)
			s.expect(t, "/p", "MISS", "run 1")
			trouble = true
			var failed *revalidate.FailedError
			if err := s.pages.Revalidate(t.Context(), "/p"); !errors.As(err, &failed) || failed.Status != status {
				t.Errorf("got %v, want the status %d", err, status)
			}
			time.Sleep(time.Hour)
			s.expect(t, "/p", "STALE", "run 1")
			synctest.Wait()
			s.expect(t, "/p", "HIT", "run 1")
		})
	}
}

// TestOuterCacheControl covers rule 2.4: what middleware around a page says
// stands.
func TestOuterCacheControl(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", func(c *gin.Context) { c.Header("Cache-Control", "no-store") }, s.pages.Page(time.Minute), s.count)
	for _, state := range []string{"MISS", "HIT"} {
		if got := s.expect(t, "/p", state, "run 1").Header().Values("Cache-Control"); len(got) != 1 || got[0] != "no-store" {
			t.Errorf("got %q", got)
		}
	}
}

// TestOuterDeadline answers a visitor whose request is ended from the outside;
// an empty 200 would be a page.
func TestOuterDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		limit := func(c *gin.Context) {
			ctx, cancel := context.WithTimeout(c.Request.Context(), time.Second)
			defer cancel()
			c.Request = c.Request.WithContext(ctx)
			c.Next()
		}
		wait := false
		s.GET("/p", func(c *gin.Context) {
			if !revalidate.IsRender(c) && wait {
				limit(c)
			}
		}, s.pages.Page(time.Minute), func(c *gin.Context) { time.Sleep(5 * time.Second); s.count(c) })
		wait = true
		if w := s.expect(t, "/p", "", "Gateway Timeout"); w.Code != http.StatusGatewayTimeout || w.Header().Get("Cache-Control") != privateValue {
			t.Errorf("got %d %v", w.Code, w.Header())
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if w := s.do(ctx, http.MethodGet, "/p"); w.Code == http.StatusOK {
			t.Errorf("who has left got %d %q", w.Code, w.Body)
		}
		time.Sleep(5 * time.Second)
		s.expect(t, "/p", "HIT", "run 1")
	})
}

// TestPageWithinAPage has two in one chain; the nearest to the handler wins.
func TestPageWithinAPage(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.Group("/", s.pages.Page(time.Minute)).GET("/p", s.pages.Page(time.Hour), s.count)
	for _, state := range []string{"MISS", "HIT"} {
		if got := s.expect(t, "/p", state, "run 1").Header().Get("Cache-Control"); !strings.HasPrefix(got, "s-maxage=3600") {
			t.Errorf("got %q", got)
		}
	}
}

// TestRequestsOfARender must not wait for one another.
func TestRequestsOfARender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		part := func(c *gin.Context, path string) string {
			if c.GetHeader("X-Depth") == "xx" {
				return "end"
			}
			return s.do(c.Request.Context(), http.MethodGet, path, "X-Depth", c.GetHeader("X-Depth")+"x").Body.String()
		}
		s.GET("/a", s.pages.Page(time.Minute), func(c *gin.Context) { c.String(http.StatusOK, "a(%s)", part(c, "/b")) })
		s.GET("/b", s.pages.Page(time.Minute), func(c *gin.Context) { c.String(http.StatusOK, "b(%s)", part(c, "/a")) })
		start := time.Now()
		s.expect(t, "/a", "MISS", "a(b(a(end)))")
		s.expect(t, "/b", "MISS", "b(a(b(a(end))))")
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v: a render waited for itself", took)
		}
	})
}

// TestRevalidatingOneself would wait for ever.
func TestRevalidatingOneself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		var errs []error
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
			errs = append(errs, s.pages.Revalidate(c, "/p"), s.pages.Revalidate(c.Request.Context(), "/p"))
			s.count(c)
		})
		s.expect(t, "/p", "MISS", "run 1")
		for _, err := range errs {
			if !errors.Is(err, revalidate.ErrOwnPage) {
				t.Errorf("got %v, want %v", err, revalidate.ErrOwnPage)
			}
		}
	})
}

// TestCallersKeepTheirContext passes nothing of it but its end to middleware.
func TestCallersKeepTheirContext(t *testing.T) {
	type key struct{}
	s := newSite(t, revalidate.Config{})
	s.GET("/p", func(c *gin.Context) {
		if c.Request.Context().Value(key{}) != nil {
			t.Error("a value of the caller's context reached the page")
		}
	}, s.pages.Page(time.Minute), s.count)
	if err := s.pages.Revalidate(context.WithValue(t.Context(), key{}, 1), "/p"); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.pages.Revalidate(ended, "/p"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// TestWindows that no page can have.
func TestWindows(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	for _, window := range []time.Duration{0, -2, -time.Second} {
		if !panics(func() { s.pages.Page(window) }) {
			t.Errorf("Page(%v) was accepted", window)
		}
		path := fmt.Sprintf("/w%d", window)
		s.GET(path, s.pages.Page(time.Minute), func(c *gin.Context) { revalidate.Window(c, window); s.count(c) })
		before := s.runs.Load()
		s.expect(t, path, "", fmt.Sprintf("run %d", before+2))
		s.expect(t, path, "", fmt.Sprintf("run %d", before+3))
	}
	s.GET("/never", s.pages.Page(time.Minute), func(c *gin.Context) { revalidate.Window(c, revalidate.Never); s.runs.Store(0); s.count(c) })
	if got := s.expect(t, "/never", "MISS", "run 1").Header().Get("Cache-Control"); got != "s-maxage=31536000" {
		t.Errorf("got %q", got)
	}
}

// TestClockPutBack does not trust pages from the future.
func TestClockPutBack(t *testing.T) {
	var shift atomic.Int64
	s := newSite(t, revalidate.Config{Now: func() time.Time { return time.Unix(1e9+shift.Load(), 0) }})
	s.GET("/p", s.pages.Page(time.Hour), s.count)
	s.expect(t, "/p", "MISS", "run 1")
	shift.Store(-30)
	s.expect(t, "/p", "HIT", "run 1")
	shift.Store(-7200)
	s.expect(t, "/p", "STALE", "run 1")
	if err := s.pages.Revalidate(t.Context(), "/p"); err != nil {
		t.Error(err)
	}
	if w := s.do(t.Context(), http.MethodGet, "/p"); w.Header().Get("X-Nextjs-Cache") != "HIT" {
		t.Errorf("got %v", w.Header())
	}
}

// TestOtherDoors has pages behind other kinds of handlers and routes.
func TestOtherDoors(t *testing.T) {
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	pages := revalidate.Must(engine, revalidate.Config{Logger: quiet})
	engine.Use(middleware.Must(middleware.Config{}))
	var runs atomic.Int32
	engine.GET("/face", pages.Page(time.Minute), apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.Status(http.StatusOK).JSON(map[string]any{"run": runs.Add(1), "cookies": len(req.Cookies())})
	}))
	engine.GET("/with", middleware.With(middleware.MaxDuration(time.Minute)), pages.Page(time.Minute), middleware.With(middleware.NoBodyParser()), func(c *gin.Context) {
		c.String(http.StatusOK, "run %d", runs.Add(1))
	})
	routes := catchall.New()
	routes.GET("/docs/[...path]", pages.Page(time.Minute), func(c *gin.Context) {
		c.String(http.StatusOK, "%q %d", catchall.Slice(c, "path"), runs.Add(1))
	})
	if err := routes.Mount(engine); err != nil {
		t.Fatal(err)
	}
	engine.GET("/old", func(c *gin.Context) { c.Request.URL.Path = "/with"; engine.HandleContext(c) })
	mux := http.NewServeMux()
	mux.Handle("/base/", http.StripPrefix("/base", engine))
	mux.Handle("/", engine)
	get := func(path string) string {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		return w.Header().Get("X-Nextjs-Cache") + " " + w.Body.String()
	}
	for _, test := range [][2]string{
		{"/face", `MISS {"cookies":0,"run":1}`},
		{"/face", `HIT {"cookies":0,"run":1}`},
		{"/base/face", `HIT {"cookies":0,"run":1}`},
		{"/with", "MISS run 2"},
		{"/with", "HIT run 2"},
		{"/old", "HIT run 2"},
		{"/docs/a/b", `MISS ["a" "b"] 3`},
		{"/docs/a/b", `HIT ["a" "b"] 3`},
		{"/docs/a%2Fb", `MISS ["a/b"] 4`},
		{"/base/docs/a%2fb", `HIT ["a/b"] 4`},
	} {
		if got := get(test[0]); got != test[1] {
			t.Errorf("%s: got %s, want %s", test[0], got, test[1])
		}
	}
	for _, path := range []string{"/face", "/with", "/old", "/docs/a/b", "/docs/a%2Fb"} {
		if err := pages.Revalidate(t.Context(), path); err != nil {
			t.Error(err)
		}
	}
	if got := get("/docs/a%2fb"); got != `HIT ["a/b"] 9` {
		t.Errorf("after the revalidation: %s", got)
	}
}

// TestObserverMayAskBack calls the cache from within an observer.
func TestObserverMayAskBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		seen := make(map[revalidate.Event]int)
		var s *site
		s = newSite(t, revalidate.Config{Observer: observer(func(e revalidate.Event, _ string) {
			mu.Lock()
			seen[e]++
			mu.Unlock()
			if e == revalidate.Coalesced {
				s.do(t.Context(), http.MethodGet, "/other")
			}
		})})
		s.GET("/other", s.pages.Page(time.Minute), func(c *gin.Context) { c.Status(http.StatusOK) })
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) { time.Sleep(time.Second); s.count(c) })
		go s.do(t.Context(), http.MethodGet, "/p")
		synctest.Wait()
		s.expect(t, "/p", "MISS", "run 1")
		if seen[revalidate.Coalesced] != 1 || seen[revalidate.Miss] != 3 || seen[revalidate.Rendered] != 2 {
			t.Errorf("got %v", seen)
		}
	})
}

type observer func(revalidate.Event, string)

func (o observer) Observe(e revalidate.Event, key string) { o(e, key) }

// TestVisitorWhoLookedTooEarly finds no page, and comes to join its render when
// that has just ended: the page is there now.
func TestVisitorWhoLookedTooEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, err := revalidate.NewMemoryStore("")
		if err != nil {
			t.Fatal(err)
		}
		s := newSite(t, revalidate.Config{Store: slowStore{memory}})
		s.GET("/p", s.pages.Page(time.Minute), s.count)
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 300 * time.Millisecond)
				if w := s.do(t.Context(), http.MethodGet, "/p"); w.Body.String() != "run 1" {
					t.Errorf("got %q", w.Body)
				}
			})
		}
		all.Wait()
	})
}

// slowStore takes a second to say what it had when it was asked.
type slowStore struct{ revalidate.Store }

func (s slowStore) Get(ctx context.Context, key string) (*revalidate.Page, error) {
	page, err := s.Store.Get(ctx, key)
	time.Sleep(time.Second)
	return page, err
}
