package revalidate_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// TestMemoryIndex changes pages at random, evicts some, and compares what is found
// by tag and by page with a look at all.
func TestMemoryIndex(t *testing.T) {
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			store, err := revalidate.NewMemoryStore([]string{"10mb", "20kb"}[seed%2])
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = store.Close() }()
			key := func() string {
				return fmt.Sprint("/", random.IntN(12)) + []string{"", "", "\x00A 1 1:a;", "\x00A 1 1:b;", "\x00A 0;B 1 1:b;"}[random.IntN(5)]
			}
			for range 300 {
				ticket, err := store.Begin(t.Context(), key(), false)
				if err != nil {
					t.Fatal(err)
				}
				var page *revalidate.Page
				if n := random.IntN(6); n > 0 {
					page = &revalidate.Page{Key: ticket.Key, Status: 200, Body: make([]byte, 500), Order: ticket.Order, Stored: time.Now(), Window: time.Hour}
					for range random.IntN(4) {
						page.Tags = append(page.Tags, fmt.Sprint("t", random.IntN(5)))
					}
					if n == 1 {
						page.Status = 0
					}
				}
				if err := store.Commit(t.Context(), ticket, page); err != nil {
					t.Fatal(err)
				}
				if random.IntN(40) == 0 {
					synctest.Wait()
				}
			}
			synctest.Wait()
			checkIndex(t, store)
		})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func checkIndex(t *testing.T, store revalidate.Store) {
	t.Helper()
	keys := func(tag, prefix string) []string {
		found, err := store.Keys(t.Context(), tag, prefix)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(found)
		return found
	}
	want := make(map[string][]string)
	places := 0
	for _, key := range keys("", "/") {
		page, err := store.Get(t.Context(), key)
		if page == nil || err != nil {
			t.Fatalf("%q: %v, %v", key, page, err)
		}
		slices.Sort(page.Tags)
		for _, tag := range slices.Compact(page.Tags) {
			want["tag "+tag] = append(want["tag "+tag], key)
			places++
		}
		if base, _, ok := strings.Cut(key, "\x00"); ok {
			want["page "+base] = append(want["page "+base], key)
			places++
		}
	}
	for i := range 12 {
		tag, base := fmt.Sprint("t", i), fmt.Sprint("/", i)
		if got := keys(tag, ""); !slices.Equal(got, want["tag "+tag]) {
			t.Errorf("tag %s: %q, want %q", tag, got, want["tag "+tag])
		}
		if got := keys("", base+"\x00"); !slices.Equal(got, want["page "+base]) {
			t.Errorf("page %s: %q, want %q", base, got, want["page "+base])
		}
	}
	if n := revalidate.IndexSize(store); n != places {
		t.Errorf("the index has %d places for %d", n, places)
	}
}

// TestMemoryBudget fills a store with pages that have many names, and looks at
// what the process takes.
func TestMemoryBudget(t *testing.T) {
	const budget = 16 << 20
	before := inUse()
	store, err := revalidate.NewMemoryStore("16mb")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	for i := range 40_000 {
		key := fmt.Sprintf("/page/%d\x00Accept-Language 1 5:%05d;", i/4, i)
		ticket, err := store.Begin(t.Context(), key, false)
		if err != nil {
			t.Fatal(err)
		}
		page := &revalidate.Page{
			Key: key, URI: "/page", Status: 200, Body: make([]byte, 300), Order: ticket.Order, Stored: time.Now(), Window: time.Hour, ETag: `"1"`,
			Vary:   []revalidate.Field{{Name: "Accept-Language", Values: []string{fmt.Sprintf("%05d", i)}}},
			Header: []revalidate.Field{{Name: "Content-Type", Values: []string{"text/html"}}},
			Tags:   []string{fmt.Sprint("own tag of ", i), fmt.Sprint("shared tag ", i/100), "all"},
		}
		page.Prepare()
		if err := store.Commit(t.Context(), ticket, page); err != nil {
			t.Fatal(err)
		}
	}
	if took := inUse() - before; took > budget*5/4 || took < budget/3 {
		t.Errorf("%d KB are in use, for a budget of %d KB", took>>10, budget>>10)
	} else {
		t.Logf("%d KB are in use, for a budget of %d KB", took>>10, budget>>10)
	}
	runtime.KeepAlive(store)
}

func inUse() int {
	for range 3 {
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

// TestHotPageIsEvicted asks for a page all the time while others take its room:
// what is not listed any more, and so would be missed by a revalidation, must
// not be found either.
func TestHotPageIsEvicted(t *testing.T) {
	for range 10 {
		store, err := revalidate.NewMemoryStore("8kb")
		if err != nil {
			t.Fatal(err)
		}
		commit := func(key string) {
			ticket, err := store.Begin(t.Context(), key, false)
			if err != nil {
				t.Error(err)
			}
			page := &revalidate.Page{Key: key, Status: 200, Body: make([]byte, 500), Order: ticket.Order, Stored: time.Now(), Window: time.Hour}
			if err := store.Commit(t.Context(), ticket, page); err != nil {
				t.Error(err)
			}
		}
		commit("/hot")
		for range 100 {
			_, _ = store.Get(t.Context(), "/hot")
		}
		var wg sync.WaitGroup
		var others atomic.Int32
		gone := make(chan struct{})
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-gone:
					return
				default:
					key := fmt.Sprint("/", n%64)
					commit(key)
					for range 30 {
						_, _ = store.Get(t.Context(), key)
					}
					others.Add(1)
				}
			}
		})
		for evicted := false; !evicted && !t.Failed(); {
			for before := others.Load(); others.Load() < before+20; { // they are worth more than it is
				runtime.Gosched()
			}
			keys, err := store.Keys(t.Context(), "", "/hot")
			evicted = len(keys) == 0
			for range 5 {
				page, failed := store.Get(t.Context(), "/hot")
				if err != nil || failed != nil || evicted && page != nil {
					t.Fatalf("found: %v (%v, %v), although listed are %v", page != nil, err, failed, keys)
				}
			}
		}
		close(gone)
		wg.Wait()
		_ = store.Close()
	}
}
