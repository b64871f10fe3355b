package revalidate

import (
	"context"
	"errors"
	"time"
)

const (
	// busyLook is the time between two looks at a render in another process, for
	// stores that do not tell of its end.
	busyLook = 20 * time.Millisecond
	// watchLook is the same for those that do, should they fail to.
	watchLook = 500 * time.Millisecond
)

// turn is the wait of a flight for the right to render.
type turn struct {
	cache    *Cache
	key      string
	onDemand bool
	floor    uint64    // the page of a call on demand has a greater order
	until    time.Time // when it stops to share renders; zero: it does not share
	ended    <-chan struct{}
}

// ticket asks the store for one. Where another process holds the right to
// render, it waits for the page from there, until the store lets this one. For
// calls on demand, a page with an order greater than floor will do; 0 is not
// known yet.
func (cache *Cache) ticket(ctx context.Context, f *flight, onDemand bool, floor uint64) (Ticket, *Page) {
	t := &turn{cache: cache, key: f.key, onDemand: onDemand, floor: floor}
	if _, shares := cache.config.Store.(Sharer); shares && onDemand {
		t.until = time.Now().Add(cache.config.RenderTimeout / 2)
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	for {
		ticket, err := t.begin(ctx)
		if err == nil {
			f.unstored = nil
			return ticket, nil
		}
		f.unstored = err
		if !errors.Is(err, ErrBusy) {
			cache.storeFailed(ctx, err)
			return Ticket{}, nil
		}
		if t.floor == 0 {
			t.floor = ticket.Order
		}
		if !t.wait(ctx, watching) {
			return Ticket{}, nil
		}
		if page := cache.load(ctx, f.key); page != nil && t.suffices(page) {
			f.unstored = nil
			return Ticket{}, page
		}
	}
}

func (t *turn) begin(ctx context.Context) (Ticket, error) {
	store := t.cache.config.Store
	if sharer, ok := store.(Sharer); ok && time.Now().Before(t.until) {
		return sharer.BeginShared(ctx, t.key, t.floor)
	}
	return store.Begin(ctx, t.key, t.onDemand)
}

// suffices says whether a page that another process has stored is what this
// flight was to render.
func (t *turn) suffices(p *Page) bool {
	if t.onDemand {
		return t.floor > 0 && p.Order > t.floor && t.cache.shares(t.key)
	}
	return t.cache.isFresh(p)
}

// wait returns when there may be news: at once if the store has only now begun
// to watch the key, since the render may have ended before. It is false when
// ctx has ended.
func (t *turn) wait(ctx, watching context.Context) bool {
	look := watchLook
	if t.ended == nil {
		if t.watch(watching); t.ended != nil {
			return ctx.Err() == nil
		}
		look = busyLook
	}
	select {
	case <-ctx.Done():
		return false
	case <-t.ended:
		t.ended = nil
	case <-time.After(look):
	}
	return true
}

func (t *turn) watch(ctx context.Context) {
	waiter, ok := t.cache.config.Store.(Waiter)
	if !ok {
		return
	}
	if ended, err := waiter.Wait(ctx, t.key); err == nil {
		t.ended = ended
	}
}
