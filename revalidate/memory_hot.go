package revalidate

import (
	"hash/maphash"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

// hotPages is a table in front of the pages of a store, in which those that are
// asked for all the time come to stand: a look into it takes half of one into the
// pages, which also keep account of what is worth keeping.
//
// A page stands there only while it is among the pages: it is put there and
// taken out under the lock that they hold for its key, and taken out before
// they change. And it stands there only while it is fresh: it is taken out a
// little before it isn't. So who finds it need not look at the clock, which on
// virtual machines takes a tenth of an answer.
type hotPages struct {
	seed  maphash.Seed
	now   func() time.Time
	slots [1 << 10]atomic.Pointer[Page]

	mu    sync.Mutex
	sweep time.Time // when old pages are taken out next, if it is to come
}

const (
	// sampled is one in how many looks goes to the pages as well, so that they
	// learn what is in use, and may bring a page into the table.
	sampled = 8

	// soon is how long before its end a page leaves the table at least, for
	// timers may be late. Where one is later, as behind a stop of the process, a
	// page may be served as fresh for a moment where it would be served as stale.
	// sweepPause is between two sweeps at least: each looks at the whole table.
	soon, sweepPause = 100 * time.Millisecond, 100 * time.Millisecond
)

// sample says yes now and then.
func sample() bool { return rand.Uint32()%sampled == 0 } //nolint:gosec // nobody gains from guessing it

func (h *hotPages) slot(key string) *atomic.Pointer[Page] {
	return &h.slots[maphash.String(h.seed, key)%uint64(len(h.slots))]
}

// find returns the page of a key if it stands in the table.
func (h *hotPages) find(key string) *Page {
	if page := h.slot(key).Load(); page != nil && page.Key == key {
		return page
	}
	return nil
}

// forget takes the page of a key out of the table.
func (h *hotPages) forget(key string) {
	slot := h.slot(key)
	if page := slot.Load(); page != nil && page.Key == key {
		slot.Store(nil)
	}
}

// keep puts a page into the table if it is fresh for a while.
func (h *hotPages) keep(page *Page) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	if !page.lasts(now) {
		return
	}
	h.slot(page.Key).Store(page)
	if page.Window >= 0 {
		h.sweepBefore(now, page.Stored.Add(page.Window))
	}
}

// lasts says whether a page is fresh, and will be when the next sweep comes.
func (p *Page) lasts(now time.Time) bool {
	age := now.Sub(p.Stored)
	return p.at(age) == fresh && (p.Window < 0 || p.Window-age > soon+sweepPause)
}

// sweepBefore sees to it that there is a sweep before a page's end. A timer
// that was set for later, or that is late, is left alone: it sweeps as well.
func (h *hotPages) sweepBefore(now, end time.Time) {
	in := max(end.Sub(now)-soon, sweepPause)
	at := now.Add(in)
	if !h.sweep.Before(now) && !at.Before(h.sweep) {
		return
	}
	h.sweep = at
	table := weak.Make(h) // a store that nobody uses any more need not wait for it
	time.AfterFunc(in, func() {
		if h := table.Value(); h != nil {
			h.takeOut()
		}
	})
}

// takeOut takes out the pages that may end before the next sweep.
func (h *hotPages) takeOut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	if !h.sweep.After(now) {
		h.sweep = time.Time{}
	}
	for i := range h.slots {
		page := h.slots[i].Load()
		switch {
		case page == nil || page.Window < 0:
		case page.lasts(now):
			h.sweepBefore(now, page.Stored.Add(page.Window))
		default:
			h.slots[i].CompareAndSwap(page, nil)
		}
	}
}
