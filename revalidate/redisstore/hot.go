package redisstore

import (
	"hash/maphash"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// hotPages is a table in front of the pages that are held, in which those that
// are asked for all the time come to stand, with the moment until which they
// may be served as fresh: one look into it and one at the clock are all that a
// hit needs.
//
// A page stands there only while it is held. It is put there under the lock of
// its changes and of the pages, which take it out as they let it go.
type hotPages struct {
	seed  maphash.Seed
	slots [1 << 10]atomic.Pointer[hotPage]
}

// hotPage has what a hit looks at side by side.
type hotPage struct {
	key   string
	epoch uint64
	until time.Duration // since start
	page  *revalidate.Page
	id    id
}

// sampled is one in how many looks goes to the pages as well, so that they
// learn what is in use, and may bring a page into the table.
const sampled = 8

// sample says yes now and then.
func sample() bool { return rand.Uint32()%sampled == 0 } //nolint:gosec // nobody gains from guessing it

func (h *hotPages) slot(key string) *atomic.Pointer[hotPage] {
	return &h.slots[maphash.String(h.seed, key)%uint64(len(h.slots))]
}

func (h *hotPages) find(key string) *hotPage {
	if hot := h.slot(key).Load(); hot != nil && hot.key == key {
		return hot
	}
	return nil
}

func (h *hotPages) forget(key string) {
	slot := h.slot(key)
	if hot := slot.Load(); hot != nil && hot.key == key {
		slot.Store(nil)
	}
}

// GetFresh returns a page that this process holds and that is asked for all the
// time, while it is fresh and known to be Redis' own. It implements
// [revalidate.FreshGetter]. Where the wall clock is set, pages follow it within
// MaxDrift.
func (s *Store) GetFresh(key string) *revalidate.Page {
	hot := s.local.hot.find(key)
	if hot == nil {
		return nil
	}
	now := s.now()
	if now > hot.until || hot.epoch != s.local.epoch.Load() || !s.link.synced(now) || s.debt.Load() {
		return nil
	}
	if sample() {
		s.local.pages.GetIfPresent(hot.id)
	}
	return hot.page
}

// heat puts a page that is held into the table, if it is fresh. It is looked at
// anew after a while, since it may have been rendered where the clock is
// another, or the clock may be set.
func (l *local) heat(i id, key string, now, drift time.Duration) {
	c := &l.changes[i[0]%64]
	c.Lock()
	defer c.Unlock()
	l.pages.Compute(i, func(h *held, found bool) (*held, otter.ComputeOp) {
		if found && h.page.Key == key && h.epoch == l.epoch.Load() {
			until := min(now+drift, h.at+l.most)
			age := time.Since(h.page.Stored)
			if h.page.Window >= 0 {
				until = min(until, now+h.page.Window-age)
			}
			if age >= 0 && until > now {
				l.hot.slot(key).Store(&hotPage{key: h.page.Key, epoch: h.epoch, until: until, page: h.page, id: i})
			}
		}
		return nil, otter.CancelOp
	})
}
