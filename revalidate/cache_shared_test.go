package revalidate_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/storetest"
)

// sharedStore is one that makes its pages by itself, and lets only one process
// render a key.
type sharedStore struct {
	revalidate.Store
	mu     sync.Mutex
	taken  map[string]int    // renders under way
	orders map[string]uint64 // the latest ticket
}

func newSharedStore(t *testing.T) *sharedStore {
	t.Helper()
	memory, err := revalidate.NewMemoryStore("8mb")
	if err != nil {
		t.Fatal(err)
	}
	return &sharedStore{Store: memory, taken: make(map[string]int), orders: make(map[string]uint64)}
}

func (s *sharedStore) Get(ctx context.Context, key string) (*revalidate.Page, error) {
	p, err := s.Store.Get(ctx, key)
	if p == nil {
		return nil, err
	}
	return &revalidate.Page{
		Key: p.Key, URI: p.URI, Vary: p.Vary, Splits: p.Splits, Status: p.Status, Header: p.Header, Body: p.Body, ETag: p.ETag,
		Tags: p.Tags, Stored: p.Stored, Window: p.Window, Expire: p.Expire, Order: p.Order,
	}, nil
}

func (s *sharedStore) Begin(ctx context.Context, key string, fresh bool) (revalidate.Ticket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[key] > 0 && !fresh {
		return revalidate.Ticket{}, revalidate.ErrBusy
	}
	ticket, err := s.Store.Begin(ctx, key, fresh)
	s.taken[key]++
	s.orders[key] = ticket.Order
	return ticket, err
}

func (s *sharedStore) Commit(ctx context.Context, ticket revalidate.Ticket, page *revalidate.Page) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken[ticket.Key]--
	return s.Store.Commit(ctx, ticket, page)
}

// tellingStore is a sharedStore that tells of ends, and shares renders on
// demand.
type tellingStore struct {
	*sharedStore
	watchers map[string][]chan struct{} // guarded by mu
	deaf     atomic.Bool                // it can't watch
	told     map[[2]uint64]bool         // moments and the pages that were told of after them; guarded by mu
	silent   atomic.Bool                // what it tells gets lost
	timeless atomic.Bool                // it knows no moments
	apart    atomic.Bool                // its pages are those of this process alone
	looks    atomic.Int32
}

var (
	_ revalidate.Waiter = (*tellingStore)(nil)
	_ revalidate.Sharer = (*tellingStore)(nil)
)

func newTellingStore(t *testing.T) *tellingStore {
	t.Helper()
	return &tellingStore{sharedStore: newSharedStore(t), watchers: make(map[string][]chan struct{}), told: make(map[[2]uint64]bool)}
}

func (s *tellingStore) Begin(ctx context.Context, key string, fresh bool) (revalidate.Ticket, error) {
	s.looks.Add(1)
	return s.sharedStore.Begin(ctx, key, fresh)
}

func (s *tellingStore) Commit(ctx context.Context, ticket revalidate.Ticket, page *revalidate.Page) error {
	err := s.sharedStore.Commit(ctx, ticket, page)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.silent.Load() {
		for _, ended := range s.watchers[ticket.Key] {
			close(ended)
		}
		delete(s.watchers, ticket.Key)
	}
	return err
}

func (s *tellingStore) Wait(_ context.Context, key string) (<-chan struct{}, error) {
	if s.deaf.Load() {
		return nil, errBroken
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ended := make(chan struct{})
	s.watchers[key] = append(s.watchers[key], ended)
	return ended, nil
}

func (s *tellingStore) Moment(_ context.Context, key string) (uint64, error) {
	if s.timeless.Load() {
		return 0, errBroken
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orders[key], nil
}

func (s *tellingStore) Shares(string) bool { return !s.apart.Load() }

func (s *tellingStore) BeginShared(ctx context.Context, key string, after uint64) (revalidate.Ticket, error) {
	s.looks.Add(1)
	page, err := s.Get(ctx, key)
	if err != nil {
		return revalidate.Ticket{}, err
	}
	s.mu.Lock()
	busy := s.taken[key] > 0
	if after > 0 && page != nil && page.Order > after && !s.told[[2]uint64{after, page.Order}] {
		s.told[[2]uint64{after, page.Order}], busy = true, true
	}
	ticket := revalidate.Ticket{Key: key, Order: s.orders[key]}
	s.mu.Unlock()
	if busy {
		return ticket, revalidate.ErrBusy
	}
	return s.sharedStore.Begin(ctx, key, true)
}

func TestSharedStores(t *testing.T) {
	t.Parallel()
	t.Run("plain", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) revalidate.Store { t.Helper(); return newSharedStore(t) })
	})
	t.Run("telling", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) revalidate.Store { t.Helper(); return newTellingStore(t) })
	})
}

// TestPagesOfThisProcessAlone: a call that waits for a render finds a page that
// was begun after the call. It will do, unless other processes do not get it.
func TestPagesOfThisProcessAlone(t *testing.T) {
	for _, test := range []struct {
		name  string
		apart bool
		want  string
		runs  int32
	}{{"stored for all", false, "theirs", 1}, {"kept apart", true, "ours", 2}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newTellingStore(t)
				var runs atomic.Int32
				s := newSite(t, revalidate.Config{Store: store, RenderTimeout: 10 * time.Second})
				s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
					runs.Add(1)
					time.Sleep(renderTime)
					c.String(http.StatusOK, "ours")
				})
				go s.do(t.Context(), http.MethodGet, "/p")
				time.Sleep(renderTime / 4)
				called := make(chan error)
				go func() { called <- s.pages.Revalidate(t.Context(), "/p") }()
				time.Sleep(renderTime / 4)
				ticket, err := store.sharedStore.Begin(t.Context(), "/p", true)
				if err != nil {
					t.Fatal(err)
				}
				page := &revalidate.Page{Key: "/p", URI: "/p", Status: http.StatusOK, Body: []byte("theirs"), Stored: time.Now(), Window: time.Minute, Order: ticket.Order}
				if err := store.Commit(t.Context(), ticket, page); err != nil {
					t.Fatal(err)
				}
				store.apart.Store(test.apart)
				if err := <-called; err != nil {
					t.Fatal(err)
				}
				if got := s.do(t.Context(), http.MethodGet, "/p").Body.String(); got != test.want || runs.Load() != test.runs {
					t.Errorf("%q after %d renders", got, runs.Load())
				}
			})
		})
	}
}

// TestTwoProcesses has two caches on one store, which stand for two processes.
func TestTwoProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSharedStore(t)
		var data, runs atomic.Int32
		process := func() *site {
			s := newSite(t, revalidate.Config{Store: store, RenderTimeout: 10 * time.Second})
			s.GET("/:page", s.pages.Page(time.Minute), func(c *gin.Context) {
				read := data.Load()
				runs.Add(1)
				time.Sleep(renderTime)
				switch c.Param("page") {
				case "own":
					c.Header("Cache-Control", "private")
				case "lang":
					c.Header("Vary", "X-Lang")
				}
				c.String(http.StatusOK, "%s%d", c.GetHeader("X-Lang"), read)
			})
			return s
		}
		a, b := process(), process()
		both := func(path, state, body string) {
			t.Helper()
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() { a.expect(t, path, state, body, "X-Lang", "de") })
				all.Go(func() { b.expect(t, path, state, body, "X-Lang", "de") })
			}
			all.Wait()
		}
		both("/p", "MISS", "0")
		both("/lang", "MISS", "de0")
		both("/own", "", "de0")
		if got := runs.Load(); got != 1+2+1+40 {
			t.Errorf("%d renders, want one for the page, two for that with variants, and one and each visitor's for the last", got)
		}
		data.Store(1)
		if err := a.pages.Revalidate(t.Context(), "/p"); err != nil {
			t.Error(err)
		}
		both("/p", "HIT", "1")
		// Another process dies while it renders: its lease runs out, or this
		// one gives up and answers.
		if _, err := store.Begin(t.Context(), "/dead", false); err != nil {
			t.Fatal(err)
		}
		b.expect(t, "/dead", "", "Gateway Timeout")
	})
}

// process is a site that stands for a process of its own on a store. Its page
// says which data it read, and takes a second.
// renderTime is no multiple of the time between two looks at the store: on a
// clock that stands still meanwhile, a look would come between the end of a
// render and the news of it.
const renderTime = 1007 * time.Millisecond

func process(t *testing.T, store revalidate.Store, data, runs *atomic.Int32) *site {
	t.Helper()
	s := newSite(t, revalidate.Config{Store: store, RenderTimeout: 10 * time.Second})
	s.GET("/:page", s.pages.Page(time.Minute), func(c *gin.Context) {
		read := data.Load()
		run := runs.Add(1)
		time.Sleep(renderTime)
		if c.Param("page") == "broken" || c.Param("page") == "once" && run == 1 {
			c.Status(http.StatusInternalServerError)
		}
		_, _ = fmt.Fprint(c.Writer, read)
	})
	return s
}

// TestWaiter has processes that hear of the ends of others' renders, and such
// as do not.
func TestWaiter(t *testing.T) {
	tests := map[string]struct {
		set   func(*tellingStore)
		late  time.Duration // at most, after the end of the render
		looks int32         // at most, of one process that waits
	}{
		"told":            {func(*tellingStore) {}, 0, 6},
		"can't watch":     {func(s *tellingStore) { s.deaf.Store(true) }, 20 * time.Millisecond, 52},
		"messages vanish": {func(s *tellingStore) { s.silent.Store(true) }, 500 * time.Millisecond, 6},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newTellingStore(t)
				test.set(store)
				var data, runs atomic.Int32
				first, second := process(t, store, &data, &runs), process(t, store, &data, &runs)
				for _, page := range []string{"/p", "/once"} {
					runs.Store(0)
					go first.do(t.Context(), http.MethodGet, page)
					time.Sleep(5 * time.Millisecond)
					start, looks := time.Now(), store.looks.Load()
					want := renderTime - 5*time.Millisecond
					if page == "/once" {
						want += renderTime // the other fails, so it renders itself
					}
					second.expect(t, page, "MISS", "0")
					if took := time.Since(start); took < want || took > want+test.late {
						t.Errorf("%s: took %v, want %v and no more than %v", page, took, want, test.late)
					}
					if n := store.looks.Load() - looks; n > test.looks {
						t.Errorf("%s: asked the store %d times", page, n)
					}
					if n := runs.Load(); n > 2 || page == "/p" && n > 1 {
						t.Errorf("%s: %d renders", page, n)
					}
				}
			})
		})
	}
}

// TestFailureBesideAnOlderRender has a call for many pages fail in one process
// while another renders one of them from older data. The page of that render
// comes after the call, so the call must not say that all are new.
func TestFailureBesideAnOlderRender(t *testing.T) {
	type call func(c *revalidate.Cache, ctx context.Context, name string) ([]revalidate.Result, error)
	calls := map[string]call{"tag": (*revalidate.Cache).RevalidateTag, "/p": (*revalidate.Cache).RevalidatePrefix}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, err := revalidate.NewMemoryStore("")
				if err != nil {
					t.Fatal(err)
				}
				var broken atomic.Bool
				process := func() *site {
					s := newSite(t, revalidate.Config{Store: store})
					s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
						revalidate.Tag(c, "tag")
						if broken.Load() {
							c.Status(http.StatusServiceUnavailable)
							return
						}
						time.Sleep(time.Second)
						c.String(http.StatusOK, "old")
					})
					return s
				}
				first, second := process(), process()
				go first.do(t.Context(), http.MethodGet, "/p")
				synctest.Wait()
				broken.Store(true)
				if results, err := call(second.pages, t.Context(), name); err == nil || len(results) != 1 {
					t.Errorf("beside an older render: %v, error %v", results, err)
				}
				time.Sleep(2 * time.Second)
				second.expect(t, "/p", "HIT", "old")
			})
		})
	}
}

// TestSharedOnDemand has many processes revalidate one page at once: they
// render it twice in all, once for the first, and once for those whose calls
// came when that had begun.
func TestSharedOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const processes = 10
		store := newTellingStore(t)
		var data, runs atomic.Int32
		var sites []*site
		for range processes {
			sites = append(sites, process(t, store, &data, &runs))
		}
		for _, page := range []string{"/p", "/broken"} {
			runs.Store(0)
			var all sync.WaitGroup
			start := time.Now()
			for i, s := range sites {
				all.Go(func() {
					time.Sleep(time.Duration(i) * 50 * time.Millisecond)
					wrote := data.Add(1)
					err := s.pages.Revalidate(t.Context(), page)
					if (err != nil) != (page == "/broken") {
						t.Errorf("%s: %v", page, err)
					}
					if page == "/broken" {
						return
					}
					var read int32
					body := s.do(t.Context(), http.MethodGet, page).Body.String()
					if _, err := fmt.Sscan(body, &read); err != nil || read < wrote {
						t.Errorf("got %q after data %d was acknowledged", body, wrote)
					}
				})
			}
			all.Wait()
			if n, took := runs.Load(), time.Since(start); page == "/p" && (n != 2 || took > 2100*time.Millisecond) {
				t.Errorf("%d renders in %v, want 2", n, took)
			}
		}
	})
}

// TestSharedCalls has calls in three processes, and several in each. All that
// come before the second render begins need no third; those that come together
// need one.
func TestSharedCalls(t *testing.T) {
	tests := map[string]struct {
		calls       int
		apart       time.Duration // between two of them
		timeless    bool
		least, most int32
	}{
		"one in each at once":       {3, 0, false, 1, 1},
		"at once":                   {24, 0, false, 1, 1},
		"while the first runs":      {24, 40 * time.Millisecond, false, 2, 2},
		"at once, no moments":       {24, 0, true, 2, 2},
		"while it runs, no moments": {24, 40 * time.Millisecond, true, 3, 24},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newTellingStore(t)
				store.timeless.Store(test.timeless)
				var data, runs atomic.Int32
				var sites []*site
				for range 3 {
					sites = append(sites, process(t, store, &data, &runs))
				}
				sites[0].do(t.Context(), http.MethodGet, "/p") // takes the first ticket
				runs.Store(0)
				var calls sync.WaitGroup
				for i := range test.calls {
					calls.Go(func() {
						time.Sleep(time.Duration(i) * test.apart)
						wrote := data.Add(1)
						s := sites[i%len(sites)]
						if err := s.pages.Revalidate(t.Context(), "/p"); err != nil {
							t.Error(err)
						}
						var read int32
						body := s.do(t.Context(), http.MethodGet, "/p").Body.String()
						if _, err := fmt.Sscan(body, &read); err != nil || read < wrote {
							t.Errorf("got %q after data %d was acknowledged", body, wrote)
						}
					})
				}
				calls.Wait()
				if n := runs.Load(); n < test.least || n > test.most {
					t.Errorf("%d renders, want %d to %d", n, test.least, test.most)
				}
			})
		})
	}
}

// TestSharedOnDemandGivesUp does not wait for ever for another process, which
// may have died.
func TestSharedOnDemandGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newTellingStore(t)
		var data, runs atomic.Int32
		s := process(t, store, &data, &runs)
		if _, err := store.Begin(t.Context(), "/p", true); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := s.pages.Revalidate(t.Context(), "/p"); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 6*time.Second || took > 7*time.Second {
			t.Errorf("took %v, want half the time of a render and a render", took)
		}
	})
}
