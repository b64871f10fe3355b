package revalidate_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

func get(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestStates walks a page through its states, on a fake clock.
func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gin.SetMode(gin.TestMode)
		r := gin.New()
		pages := revalidate.Must(r, revalidate.Config{})
		var n atomic.Int32
		r.GET("/p/:id", pages.Page(2*time.Second), func(c *gin.Context) {
			c.String(http.StatusOK, "%s %d", c.Param("id"), n.Add(1))
		})
		step := func(path, state, body string) {
			t.Helper()
			w := get(t, r, path)
			if got := w.Header().Get("x-nextjs-cache"); got != state || w.Body.String() != body {
				t.Errorf("%s: got %s %q, want %s %q", path, got, w.Body, state, body)
			}
			if got := w.Header().Get("Cache-Control"); got != "s-maxage=2, stale-while-revalidate=31535998" {
				t.Errorf("Cache-Control: %q", got)
			}
		}
		step("/p/a", "MISS", "a 1")
		step("/p/a", "HIT", "a 1")
		step("/p/a?x=1", "HIT", "a 1")
		time.Sleep(2*time.Second + 1)
		step("/p/a", "STALE", "a 1")
		synctest.Wait()
		step("/p/a", "HIT", "a 2")
		if err := pages.Revalidate(t.Context(), "/p/a"); err != nil {
			t.Error(err)
		}
		step("/p/a", "HIT", "a 3")
		if err := pages.Revalidate(t.Context(), "/nope"); err == nil {
			t.Error("no error")
		} else {
			fmt.Println(err)
		}
		if err := pages.Close(t.Context()); err != nil {
			t.Error(err)
		}
		fmt.Printf("%+v\n", pages.Stats())
	})
}

func BenchmarkHit(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	body := make([]byte, 10<<10)
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	h := func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", body) }
	r.GET("/cached", pages.Page(time.Hour), h)
	r.GET("/bare", h)
	for _, path := range []string{"/bare", "/cached"} {
		b.Run(path[1:], func(b *testing.B) {
			req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, http.NoBody)
			w := &discard{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				r.ServeHTTP(w, req)
			}
		})
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
