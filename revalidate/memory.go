package revalidate

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// memoryStore keeps pages in this process, up to a number of bytes.
type memoryStore struct {
	pages *otter.Cache[string, *Page]
	now   func() time.Time
	order atomic.Uint64

	mu   sync.Mutex
	open map[string]*openRenders
}

// openRenders remembers the latest page of a key as long as a render with an
// earlier ticket may come, even if that page has been evicted.
type openRenders struct {
	tickets int
	latest  uint64
}

func newMemoryStore(most int64, now func() time.Time) *memoryStore {
	return &memoryStore{
		pages: otter.Must(&otter.Options[string, *Page]{
			MaximumWeight: uint64(max(most, 1)),
			Weigher:       func(_ string, p *Page) uint32 { return p.weight() },
		}),
		now:  now,
		open: make(map[string]*openRenders),
	}
}

// weight is roughly what a page takes in memory.
func (p *Page) weight() uint32 {
	const overhead = 512
	n := overhead + len(p.Key) + len(p.URI) + len(p.Body)
	for _, field := range p.Header {
		n += len(field.Name)
		for _, value := range field.Values {
			n += len(value)
		}
	}
	return uint32(min(n, math.MaxUint32))
}

func (m *memoryStore) Get(_ context.Context, key string) (*Page, error) {
	page, _ := m.pages.GetIfPresent(key)
	return page, nil
}

func (m *memoryStore) Begin(_ context.Context, key string, _ bool) (Ticket, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	renders := m.open[key]
	if renders == nil {
		renders = &openRenders{}
		m.open[key] = renders
	}
	renders.tickets++
	return Ticket{Key: key, Order: m.order.Add(1)}, nil
}

func (m *memoryStore) Commit(_ context.Context, ticket Ticket, page *Page) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	renders := m.open[ticket.Key]
	if renders == nil {
		return nil
	}
	if renders.tickets--; renders.tickets == 0 {
		delete(m.open, ticket.Key)
	}
	if page != nil && ticket.Order < renders.latest {
		return nil
	}
	m.pages.Compute(ticket.Key, func(old *Page, found bool) (*Page, otter.ComputeOp) {
		switch {
		case page == nil && found && old.Status != 0:
			return old.Kept(m.now()), otter.WriteOp
		case page == nil, found && old.Order > ticket.Order:
			return nil, otter.CancelOp
		}
		renders.latest = ticket.Order
		return page, otter.WriteOp
	})
	return nil
}

func (m *memoryStore) Keys(_ context.Context, tag, prefix string) ([]string, error) {
	var keys []string
	for key, page := range m.pages.All() {
		if page.Status != 0 && page.selected(tag, prefix) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// selected says whether a page has a tag or, without one, begins with prefix.
func (p *Page) selected(tag, prefix string) bool {
	if tag == "" {
		return strings.HasPrefix(p.Key, prefix)
	}
	return slices.Contains(p.Tags, tag)
}

func (m *memoryStore) Close() error {
	m.pages.StopAllGoroutines()
	return nil
}
