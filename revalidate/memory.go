package revalidate

import (
	"context"
	"hash/maphash"
	"maps"
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
	most  int64
	now   func() time.Time
	files *directory // nil: none
	order atomic.Uint64
	hot   hotPages

	unopened string // a folder that was asked for and could not be opened

	closed atomic.Bool

	mu           sync.Mutex
	open         map[string]*openRenders
	openVariants map[string]keySet // the keys of open that have headers, by those without
	index        pageIndex         // of the pages, and of evicted ones for a moment
}

// openRenders remembers the latest page of a key as long as a render with an
// earlier ticket may come, even if that page has been evicted.
type openRenders struct {
	tickets int
	latest  uint64
}

// NewMemoryStore returns a store that keeps pages in this process, up to a size
// such as "200mb"; "" is "50mb". It is what [Config] makes where it names no
// store; make one to share it between the caches of several engines, or to
// build another store on it. The caches must have the same clock, [time.Now].
func NewMemoryStore(maxSize string) (Store, error) {
	most, err := parseSize("the size of NewMemoryStore", maxSize, defaultMaxMemory)
	if err != nil {
		return nil, err
	}
	return newMemoryStore(most, time.Now), nil
}

func newMemoryStore(most int64, now func() time.Time) *memoryStore {
	m := &memoryStore{
		most: max(most, 1), now: now, open: make(map[string]*openRenders),
		openVariants: make(map[string]keySet), index: newPageIndex(), hot: hotPages{seed: maphash.MakeSeed(), now: now},
	}
	m.pages = otter.Must(&otter.Options[string, *Page]{
		MaximumWeight:    uint64(m.most), //nolint:gosec // positive
		Weigher:          func(_ string, p *Page) uint32 { return p.weight() },
		OnAtomicDeletion: func(e otter.DeletionEvent[string, *Page]) { m.hot.forget(e.Key) },
		OnDeletion: func(e otter.DeletionEvent[string, *Page]) {
			if e.WasEvicted() {
				m.evicted(e.Key, e.Value)
			}
		},
	})
	return m
}

// evicted is called after a page has gone, on a goroutine of its own: its key
// may have another by then.
func (m *memoryStore) evicted(key string, page *Page) {
	m.mu.Lock()
	m.index.change(key, page, m.peek(key))
	m.mu.Unlock()
	if m.files != nil && !m.closed.Load() {
		_ = m.files.keep(key, m.peek, false) // it is removed later
	}
}

// keepIn adds a folder to the store, and fills it from there.
func (m *memoryStore) keepIn(files *directory) {
	m.files = files
	m.mu.Lock()
	defer m.mu.Unlock()
	files.load(m.most, m.now(), func(p *Page) {
		m.pages.Set(p.Key, p)
		m.index.change(p.Key, nil, p)
	})
}

// peek reads a page without making it more worth keeping.
func (m *memoryStore) peek(key string) *Page {
	entry, _ := m.pages.GetEntryQuietly(key)
	return entry.Value
}

// weight is roughly what a page takes in memory.
func (p *Page) weight() uint32 {
	const overhead = 512
	n := overhead + len(p.Key) + len(p.URI) + len(p.Body)
	const perString = 64 // its header, and its place in the prepared answer
	for _, field := range slices.Concat(p.Header, p.Vary) {
		n += len(field.Name) + perString
		for _, value := range field.Values {
			n += len(value) + perString
		}
	}
	const perSet = 128 // its place in the index
	for _, tag := range p.Tags {
		n += len(tag) + perString + perSet
	}
	for _, name := range p.Splits {
		n += len(name) + perString
	}
	if len(p.Vary) > 0 {
		n += perSet
	}
	return uint32(min(int64(n), math.MaxUint32)) // an int may have 32 bits
}

func (m *memoryStore) Get(_ context.Context, key string) (*Page, error) {
	if page := m.GetFresh(key); page != nil {
		return page, nil
	}
	page, _ := m.pages.GetIfPresent(key)
	if page != nil && sample() {
		m.heat(key)
	}
	return page, nil
}

// GetFresh returns the page of a key if it is known to be fresh, by the clock of
// the store, without a look at it.
func (m *memoryStore) GetFresh(key string) *Page {
	page := m.hot.find(key)
	if page != nil && sample() {
		m.pages.GetIfPresent(key)
	}
	return page
}

// heat puts the page of a key into the table.
func (m *memoryStore) heat(key string) {
	m.pages.Compute(key, func(page *Page, found bool) (*Page, otter.ComputeOp) {
		if found && page.Key == key {
			m.hot.keep(page)
		}
		return nil, otter.CancelOp
	})
}

// onDemand is the lease of renders whose page must outlive the machine.
const onDemand = "on demand"

func (m *memoryStore) Begin(_ context.Context, key string, fresh bool) (Ticket, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	renders := m.open[key]
	if renders == nil {
		renders = &openRenders{}
		m.open[key] = renders
		if base, ok := baseOfVariant(key); ok {
			add(m.openVariants, base, key)
		}
	}
	renders.tickets++
	ticket := Ticket{Key: key, Order: m.order.Add(1)}
	if fresh {
		ticket.Lease = onDemand
	}
	return ticket, nil
}

func (m *memoryStore) Commit(_ context.Context, ticket Ticket, page *Page) error {
	changed := m.store(ticket, page)
	if changed && !m.closed.Load() {
		// What was asked for on demand must not be undone by a restart.
		if err := m.keep(ticket.Key, ticket.Lease == onDemand); err != nil && ticket.Lease == onDemand && page != nil {
			return err
		}
	}
	if !changed && page != nil {
		return ErrLeaseLost
	}
	return nil
}

// keep lets the folder, if there is one, know of a change.
func (m *memoryStore) keep(key string, demanded bool) error {
	switch {
	case m.files != nil:
		return m.files.keep(key, m.peek, demanded)
	case m.unopened != "" && demanded:
		return forget(m.unopened, key)
	}
	return nil
}

// store decides between pages, and says whether anything changed.
func (m *memoryStore) store(ticket Ticket, page *Page) (changed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	renders := m.open[ticket.Key]
	if renders == nil {
		return false
	}
	if renders.tickets--; renders.tickets == 0 {
		delete(m.open, ticket.Key)
		if base, ok := baseOfVariant(ticket.Key); ok {
			remove(m.openVariants, base, ticket.Key)
		}
	}
	if page != nil && ticket.Order < renders.latest {
		return false
	}
	var before *Page
	after, _ := m.pages.Compute(ticket.Key, func(old *Page, found bool) (*Page, otter.ComputeOp) {
		m.hot.forget(ticket.Key)
		before, changed = old, true
		switch {
		case found && old.Order > ticket.Order: // a failure, too, is older news
		case page == nil && found && old.Status != 0:
			return old.Kept(m.now()), otter.WriteOp
		case page != nil:
			renders.latest = ticket.Order
			return page, otter.WriteOp
		}
		changed = false
		return nil, otter.CancelOp
	})
	if changed {
		m.index.change(ticket.Key, before, after)
	}
	return changed
}

func (m *memoryStore) Keys(_ context.Context, tag, prefix string) ([]string, error) {
	found, candidates := m.listed(tag, prefix)
	add := func(key string, page *Page) {
		if page != nil && page.Status != 0 && page.selected(tag, prefix) {
			found[key] = struct{}{}
		}
	}
	if candidates == nil {
		for key, page := range m.pages.All() {
			add(key, page)
		}
	}
	for _, key := range candidates {
		add(key, m.peek(key))
	}
	return slices.Collect(maps.Keys(found)), nil
}

// listed returns the keys that are being rendered, and which of the others may
// be meant; nil is all. A render that ends after this has its page stored.
func (m *memoryStore) listed(tag, prefix string) (open map[string]struct{}, others []string) {
	open = make(map[string]struct{})
	m.mu.Lock()
	defer m.mu.Unlock()
	if base, ok := baseOfPrefix(prefix); ok && tag == "" {
		for key := range members(m.openVariants, base) {
			open[key] = struct{}{}
		}
		return open, slices.AppendSeq([]string{}, members(m.index.variants, base))
	}
	for key := range m.open {
		if tag != "" || strings.HasPrefix(key, prefix) {
			open[key] = struct{}{}
		}
	}
	if tag != "" {
		others = slices.AppendSeq([]string{}, members(m.index.tags, tag))
	}
	return open, others
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
	if m.files == nil || m.closed.Swap(true) {
		return nil
	}
	m.pages.CleanUp() // evictions are a little late, and so are their files
	kept := make(map[string]bool)
	for key := range m.pages.Keys() {
		kept[fileName(key)] = true
	}
	return m.files.close(kept)
}
