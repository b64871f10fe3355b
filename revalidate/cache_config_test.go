package revalidate_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// TestFaultsAreNamedTogether lists all of a Config's at once.
func TestFaultsAreNamedTogether(t *testing.T) {
	_, err := revalidate.New(nil, revalidate.Config{MaxMemory: "1k", MaxPageSize: "-1", RenderTimeout: -1, Expire: -2, Secret: "short"})
	for _, want := range []string{"engine is nil", "MaxMemory", "MaxPageSize", "RenderTimeout", "Expire", "Secret has 5 characters"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	if !panics(func() { revalidate.Must(nil, revalidate.Config{}) }) {
		t.Error("Must accepted no engine")
	}
	field := reflect.TypeFor[revalidate.Config]().Field(0)
	if field.Name != "_" || field.Type.Size() != 0 {
		t.Error("Config can be written without the names of its fields")
	}
}

// TestAgeAndCacheStatus covers the headers of RFC 9111 and RFC 9211, for those
// who ask for them.
func TestAgeAndCacheStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{Age: true, CacheStatus: true, Secret: secret})
		s.GET("/p", s.pages.Page(time.Minute), s.count)
		s.GET("/never", s.pages.Page(revalidate.Never), s.count)
		for _, step := range []struct {
			path        string
			wait        time.Duration
			header      []string
			age, status string
		}{
			{"/p", 0, nil, "0", "apiroutes; fwd=miss; stored"},
			{"/p", 1500 * time.Millisecond, nil, "1", "apiroutes; hit; ttl=58"},
			{"/p", time.Hour, nil, "3601", "apiroutes; hit; ttl=-3541"},
			{"/p", 0, []string{"X-Prerender-Revalidate", secret}, "0", "apiroutes; fwd=request; stored"},
			{"/never", 0, nil, "0", "apiroutes; fwd=miss; stored"},
			{"/never", time.Second, nil, "1", "apiroutes; hit"},
		} {
			time.Sleep(step.wait)
			h := s.do(t.Context(), http.MethodGet, step.path, step.header...).Header()
			if h.Get("Age") != step.age || h.Get("Cache-Status") != step.status {
				t.Errorf("%s after %v: got %q and %q, want %q and %q", step.path, step.wait, h.Get("Age"), h.Get("Cache-Status"), step.age, step.status)
			}
		}
	})
}

// TestPagesThatAreTooLarge go out whole, but uncached.
func TestPagesThatAreTooLarge(t *testing.T) {
	s := newSite(t, revalidate.Config{MaxPageSize: "1kb"})
	writes := map[string]func(c *gin.Context, text string) (int, error){
		"Write":       func(c *gin.Context, text string) (int, error) { return io.MultiWriter(c.Writer).Write([]byte(text)) },
		"WriteString": func(c *gin.Context, text string) (int, error) { return c.Writer.WriteString(text) },
	}
	for name, write := range writes {
		for _, size := range []int{1024, 1025} {
			path := fmt.Sprintf("/%s%d", name, size)
			s.GET(path, s.pages.Page(time.Minute), func(c *gin.Context) {
				for range size {
					if _, err := write(c, "x"); err != nil && !revalidate.IsRender(c) {
						t.Error(err)
					}
				}
			})
			states := map[int]string{1024: "MISS", 1025: ""}
			s.expect(t, path, states[size], strings.Repeat("x", size))
		}
	}
}

// TestWritersOfRenders look like any other to handlers.
func TestWritersOfRenders(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		w := c.Writer
		if w.Written() || w.Size() != -1 || w.Status() != http.StatusOK || w.Pusher() != nil {
			t.Errorf("at first: %v %d %d", w.Written(), w.Size(), w.Status())
		}
		select {
		case <-w.CloseNotify():
			t.Error("closed")
		default:
		}
		w.WriteHeader(http.StatusNotFound)
		w.Flush()
		w.WriteHeader(http.StatusOK)
		if _, err := w.WriteString("abc"); err != nil || !w.Written() || w.Size() != 3 || w.Status() != http.StatusNotFound {
			t.Errorf("then: %v %d %d %v", w.Written(), w.Size(), w.Status(), err)
		}
	})
	s.expect(t, "/p", "MISS", "abc")
}

// TestPanicsAround a page are failures like those of its handler.
func TestPanicsAround(t *testing.T) {
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	pages := revalidate.Must(engine, revalidate.Config{Logger: quiet})
	engine.GET("/p", func(c *gin.Context) {
		if revalidate.IsRender(c) {
			panic("around")
		}
	}, pages.Page(time.Minute), func(*gin.Context) {})
	s := &site{Engine: engine, pages: pages}
	if w := s.do(t.Context(), http.MethodGet, "/p"); w.Code != http.StatusInternalServerError {
		t.Errorf("got %d", w.Code)
	}
	var failed *revalidate.FailedError
	if err := pages.Revalidate(t.Context(), "/p"); !errors.As(err, &failed) || !strings.Contains(err.Error(), "panicked: around") {
		t.Errorf("got %v", err)
	}
}

// TestPathsThatAreNone are refused with a reason.
func TestPathsThatAreNone(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p/:id", s.pages.Page(time.Minute), s.count)
	if w := s.do(t.Context(), http.MethodGet, "/p/%E9"); w.Code != http.StatusBadRequest || w.Header().Get("Cache-Control") != privateValue {
		t.Errorf("a path that is not UTF-8: got %d %v", w.Code, w.Header())
	}
	var failed *revalidate.FailedError
	if err := s.pages.Revalidate(t.Context(), "/p/%E9"); !errors.As(err, &failed) || failed.Status != http.StatusBadRequest {
		t.Errorf("got %v", err)
	}
	var invalid *revalidate.InvalidPathError
	if _, err := s.pages.RevalidatePrefix(t.Context(), "p"); !errors.As(err, &invalid) || invalid.Path != "p" {
		t.Errorf("got %v", err)
	}
}

// TestPassingIsTriedAgain shares an answer that was private for a while.
func TestPassingIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, revalidate.Config{})
		own := true
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
			if own {
				revalidate.NoStore(c)
			}
			s.count(c)
		})
		s.expect(t, "/p", "", "run 2")
		own = false
		s.expect(t, "/p", "", "run 3")
		time.Sleep(11 * time.Second)
		s.expect(t, "/p", "MISS", "run 4")
		own = true
		if err := s.pages.Revalidate(t.Context(), "/p"); !errors.Is(err, revalidate.ErrNotShared) {
			t.Errorf("got %v", err)
		}
		s.expect(t, "/p", "", "run 6")
	})
}

// TestCloseGivesUp on renders that don't end.
func TestCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gin.SetMode(gin.TestMode)
		s := &site{Engine: gin.New()}
		s.pages = revalidate.Must(s.Engine, revalidate.Config{Logger: quiet})
		end := make(chan struct{})
		s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) { <-end; s.count(c) })
		go s.do(t.Context(), http.MethodGet, "/p")
		synctest.Wait()
		late := make(chan error)
		go func() { late <- s.pages.Revalidate(t.Context(), "/p") }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.pages.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := <-late; err == nil {
			t.Error("a revalidation that was abandoned was acknowledged")
		}
		close(end)
		synctest.Wait()
		if err := s.pages.Close(t.Context()); err != nil {
			t.Errorf("closed again: %v", err)
		}
		s.expect(t, "/p", "", "run 2") // the first ended unheard
	})
}

// TestWhatIsCounted walks through all events, on two processes with one store.
func TestWhatIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		draft := revalidate.MustDraft(revalidate.DraftConfig{ID: secret, SigningKey: strings.Repeat("5", 64), EncryptionKey: strings.Repeat("e", 64)})
		memory, err := revalidate.NewMemoryStore("")
		if err != nil {
			t.Fatal(err)
		}
		store := &brokenStore{Store: memory}
		slow := time.Minute
		process := func() *site {
			s := newSite(t, revalidate.Config{Store: store, Draft: draft, RenderTimeout: time.Hour})
			s.GET("/p", s.pages.Page(time.Hour), func(c *gin.Context) { time.Sleep(slow); s.count(c) })
			s.GET("/own", s.pages.Page(time.Hour), func(c *gin.Context) { c.Header("Cache-Control", "private"); s.count(c) })
			s.GET("/broken", s.pages.Page(time.Hour), func(*gin.Context) { panic("broken") })
			return s
		}
		s, other := process(), process()
		visit := func(path string, header ...string) func() {
			return func() { s.do(t.Context(), http.MethodGet, path, header...) }
		}
		overtaken := func() {
			go visit("/p")()
			time.Sleep(time.Second)
			synctest.Wait() // the render has read slow
			slow = 0
			if err := other.pages.Revalidate(t.Context(), "/p"); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Minute)
		}
		for _, step := range []struct {
			name string
			do   func()
			want revalidate.Stats
		}{
			{"a render that another process has overtaken", overtaken, revalidate.Stats{Misses: 1, Rendered: 1, LeaseLost: 1}},
			{"a fresh page", visit("/p"), revalidate.Stats{Hits: 1}},
			{"an editor", visit("/p", "Cookie", "__prerender_bypass="+secret), revalidate.Stats{Drafted: 1}},
			{"a stale page", func() { time.Sleep(2 * time.Hour); visit("/p")(); synctest.Wait() }, revalidate.Stats{Stale: 1, Rendered: 1}},
			{"a private answer", visit("/own"), revalidate.Stats{Misses: 1}},
			{"another of them", visit("/own"), revalidate.Stats{Passed: 1}},
			{"a failure", visit("/broken"), revalidate.Stats{Misses: 1, Failed: 1}},
			{"a store in trouble", func() { store.get.Store(true); store.begin.Store(true); visit("/p")() }, revalidate.Stats{Misses: 1, Rendered: 1, StoreFailed: 3}},
		} {
			before := s.pages.Stats()
			step.do()
			if got := since(before, s.pages.Stats()); got != step.want {
				t.Errorf("%s: counted %+v, want %+v", step.name, got, step.want)
			}
		}
	})
}

// since subtracts counts.
func since(before, after revalidate.Stats) (d revalidate.Stats) {
	a, b, to := reflect.ValueOf(after), reflect.ValueOf(before), reflect.ValueOf(&d).Elem()
	for i := range a.NumField() {
		to.Field(i).SetUint(a.Field(i).Uint() - b.Field(i).Uint())
	}
	return d
}

// TestNamesOfEvents are those of metrics.
func TestNamesOfEvents(t *testing.T) {
	var names []string
	for e := revalidate.Hit; e <= revalidate.Drafted+1; e++ {
		names = append(names, e.String())
	}
	if got := strings.Join(names, " "); got != "hit stale miss coalesced rendered failed store_failed lease_lost passed drafted unknown" {
		t.Errorf("got %s", got)
	}
}
