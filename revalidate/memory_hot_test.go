package revalidate_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// TestHotPageEndsInTime asks for pages so often that their age is not looked at
// any more, up to the last moment that they are fresh, and after it.
func TestHotPageEndsInTime(t *testing.T) {
	for _, test := range []struct {
		window time.Duration
		hot    bool
	}{
		{time.Millisecond, false},
		{200 * time.Millisecond, false}, // not worth it
		{201 * time.Millisecond, true},
		{time.Second, true},
		{time.Hour, true},
		{365 * 24 * time.Hour, true},
	} {
		t.Run(test.window.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, revalidate.Config{Expire: revalidate.Never})
				renders := 0
				s.GET("/p", s.pages.Page(test.window), func(c *gin.Context) {
					renders++
					c.String(http.StatusOK, "%d", renders)
				})
				ask := func() string {
					answer := s.do(t.Context(), http.MethodGet, "/p")
					return answer.Header().Get("X-Nextjs-Cache") + " " + answer.Body.String()
				}
				often := func(want string) {
					t.Helper()
					for range 300 {
						if got := ask(); got != want {
							t.Fatalf("got %q, want %q", got, want)
						}
					}
				}
				ask()
				for n := 1; n < 4; n++ {
					hit := fmt.Sprint("HIT ", n)
					often(hit)
					if s.pages.IsHot("/p") != test.hot {
						t.Errorf("hot: %v", !test.hot)
					}
					time.Sleep(test.window / 2)
					often(hit)
					time.Sleep(test.window - test.window/2)
					often(hit)
					time.Sleep(time.Nanosecond)
					if got, want := ask(), fmt.Sprint("STALE ", n); got != want {
						t.Errorf("after its window: got %q, want %q", got, want)
					}
					synctest.Wait()
				}
			})
		})
	}
}

// TestHotPagesEndEach has more than one hot page at a time: one that ends sooner
// than those before it, and one that is fresh for ever.
func TestHotPagesEndEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, start := newSite(t, revalidate.Config{}), time.Now()
		windows := map[string]time.Duration{"/hour": time.Hour, "/minute": time.Minute, "/second": time.Second, "/never": revalidate.Never}
		handler := func(c *gin.Context) { c.String(http.StatusOK, "x") }
		states := func(want map[string]string) {
			t.Helper()
			for range 300 {
				for path, state := range want {
					if got := s.do(t.Context(), http.MethodGet, path).Header().Get("X-Nextjs-Cache"); got != state {
						t.Fatalf("%s: got %s, want %s", path, got, state)
					}
				}
			}
		}
		fresh := make(map[string]string)
		for _, path := range []string{"/hour", "/minute", "/second", "/never"} {
			s.GET(path, s.pages.Page(windows[path]), handler)
			s.do(t.Context(), http.MethodGet, path)
			fresh[path] = "HIT"
			states(fresh)
			if !s.pages.IsHot(path) {
				t.Errorf("%s is not hot", path)
			}
		}
		for _, path := range []string{"/second", "/minute", "/hour"} {
			time.Sleep(time.Until(start.Add(windows[path])))
			states(fresh)
			time.Sleep(time.Nanosecond)
			delete(fresh, path)
			states(fresh)
			if got := s.do(t.Context(), http.MethodGet, path, "Purpose", "prefetch").Header().Get("X-Nextjs-Cache"); got != "STALE" {
				t.Errorf("%s: got %s after its window", path, got)
			}
		}
	})
}

// TestHotPageAndALateSweep has a page come into the table while the sweep that
// is to take another out is overdue.
func TestHotPageAndALateSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead time.Duration // of the timers
		s := newSite(t, revalidate.Config{Now: func() time.Time { return time.Now().Add(ahead) }})
		handler := func(c *gin.Context) { c.String(http.StatusOK, "x") }
		s.GET("/minute", s.pages.Page(time.Minute), handler)
		s.GET("/hour", s.pages.Page(time.Hour), handler)
		often := func(path string) {
			for range 300 {
				s.do(t.Context(), http.MethodGet, path)
			}
			if !s.pages.InTable(path) {
				t.Fatalf("%s is not hot", path)
			}
		}
		often("/minute")
		ahead = time.Minute
		often("/hour")
		time.Sleep(time.Minute)
		synctest.Wait()
		if s.pages.InTable("/minute") || !s.pages.InTable("/hour") {
			t.Errorf("in the table: the page of a minute: %v, that of an hour: %v", s.pages.InTable("/minute"), s.pages.InTable("/hour"))
		}
	})
}
