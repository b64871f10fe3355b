package revalidate

import (
	"hash/maphash"
	"math/rand/v2"
	"sync/atomic"
)

// hotPages is a table in front of the pages of a store, in which those that are
// asked for all the time come to stand: a look into it takes half of one into the
// pages, which also keep account of what is worth keeping.
//
// A page stands there only while it is among the pages: it is put there and
// taken out under the lock that they hold for its key, and taken out before
// they change.
type hotPages struct {
	seed  maphash.Seed
	slots [1 << 10]atomic.Pointer[Page]
}

// sampled is one look in how many goes to the pages themselves, so that they
// learn what is in use, and may bring a page into the table.
const sampled = 8

func (h *hotPages) slot(key string) *atomic.Pointer[Page] {
	return &h.slots[maphash.String(h.seed, key)%uint64(len(h.slots))]
}

// find returns the page if it stands in the table, or where it may.
func (h *hotPages) find(key string) (page *Page, free *atomic.Pointer[Page]) {
	slot := h.slot(key)
	if rand.Uint32()%sampled == 0 { //nolint:gosec // nobody gains from guessing it
		return nil, slot
	}
	if page = slot.Load(); page != nil && page.Key == key {
		return page, nil
	}
	return nil, nil
}

// forget takes the page of a key out of the table.
func (h *hotPages) forget(key string) {
	slot := h.slot(key)
	if page := slot.Load(); page != nil && page.Key == key {
		slot.Store(nil)
	}
}
