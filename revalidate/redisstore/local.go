package redisstore

import (
	"hash/maphash"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// local holds pages in this process. A page is current if it was read or
// written in the present epoch, and no message has said since that it changed.
// Pages of earlier epochs are there for the time in which Redis is away.
type local struct {
	pages *otter.Cache[id, *held]
	epoch atomic.Uint64
	hot   hotPages
	start time.Time
	most  time.Duration // for which a page is current without being read anew

	// changes counts, for some of the pages each, what was said to change. A
	// page that was read before a change and is put after it is thus refused.
	changes [64]struct {
		sync.Mutex
		n uint64
	}
}

type held struct {
	page  *revalidate.Page
	epoch uint64        // 0 for a page that Redis does not have
	at    time.Duration // since start, when it came here
}

// moment is what must not have passed between a read and its put.
type moment struct{ epoch, changes uint64 }

func newLocal(memory int64, most time.Duration, start time.Time) *local {
	l := &local{start: start, most: most, hot: hotPages{seed: maphash.MakeSeed()}}
	l.pages = otter.Must(&otter.Options[id, *held]{
		MaximumWeight:    uint64(max(memory, 1)),
		Weigher:          func(_ id, h *held) uint32 { return weight(h.page) },
		OnAtomicDeletion: func(e otter.DeletionEvent[id, *held]) { l.hot.forget(e.Value.page.Key) },
	})
	l.epoch.Store(1)
	return l
}

// weight is roughly what a page takes in memory.
func weight(p *revalidate.Page) uint32 {
	const overhead, perString = 768, 64
	n := overhead + len(p.Key) + len(p.URI) + len(p.Body)
	for _, fields := range [][]revalidate.Field{p.Header, p.Vary} {
		for _, field := range fields {
			n += len(field.Name) + perString
			for _, value := range field.Values {
				n += len(value) + perString
			}
		}
	}
	for _, list := range [][]string{p.Tags, p.Splits} {
		for _, text := range list {
			n += len(text) + perString
		}
	}
	return uint32(min(int64(n), math.MaxUint32)) // an int may have 32 bits
}

// get returns what is held for a key, and whether it is current at a time
// since start.
func (l *local) get(i id, key string, now time.Duration) (*revalidate.Page, bool) {
	h, ok := l.pages.GetIfPresent(i)
	if !ok || h.page.Key != key {
		return nil, false
	}
	return h.page, h.epoch == l.epoch.Load() && now-h.at <= l.most
}

// later returns what is held in place of a page that Redis has, if Redis had it
// as well and its render began later, and whether it is current.
func (l *local) later(i id, page *revalidate.Page) (later *revalidate.Page, current bool) {
	h, ok := l.pages.GetIfPresent(i)
	if !ok || h.epoch == 0 || h.page.Key != page.Key || h.page.Order <= page.Order {
		return nil, false
	}
	return h.page, h.epoch == l.epoch.Load()
}

func (l *local) now(i id) moment {
	c := &l.changes[i[0]%64]
	c.Lock()
	defer c.Unlock()
	return moment{l.epoch.Load(), c.n}
}

// put holds a page that was read since the moment, unless it may have changed.
func (l *local) put(i id, page *revalidate.Page, since moment) {
	c := &l.changes[i[0]%64]
	c.Lock()
	defer c.Unlock()
	if since == (moment{l.epoch.Load(), c.n}) {
		l.pages.Set(i, &held{page, since.epoch, time.Since(l.start)})
	}
}

// replace holds a page that was written since the moment, or nothing if it may
// have changed again. Reads that run are not put any more.
func (l *local) replace(i id, page *revalidate.Page, since moment) {
	c := &l.changes[i[0]%64]
	c.Lock()
	defer c.Unlock()
	if page != nil && since == (moment{l.epoch.Load(), c.n}) {
		l.pages.Set(i, &held{page, since.epoch, time.Since(l.start)})
	} else {
		l.pages.Invalidate(i)
	}
	c.n++
}

// drop forgets a page that has changed.
func (l *local) drop(i id) { l.replace(i, nil, moment{}) }

// keep holds a page that Redis does not have.
func (l *local) keep(i id, page *revalidate.Page) {
	c := &l.changes[i[0]%64]
	c.Lock()
	defer c.Unlock()
	c.n++
	l.pages.Set(i, &held{page: page})
}

// age begins a new epoch: no page is current any more.
func (l *local) age() { l.epoch.Add(1) }
