package revalidate

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// lane holds the renders of one key: the one that runs, and the one after it,
// which all calls on demand that arrive meanwhile share. They may not join the
// running one, since it may have read its data before they were made.
type lane struct {
	running, next *flight
}

// errand is what a render is asked for.
type errand uint8

const (
	aVisit  errand = iota // any page that is fresh will do
	manyOf                // on demand, of many pages at once
	thisOne               // on demand
)

func (e errand) onDemand() bool { return e != aVisit }

// flight is one render and those who wait for it.
type flight struct {
	*render
	base   string // the key without headers
	want   errand // the greatest of those that wait; guarded by the cache's mu until begun
	begun  bool   // may have read data; guarded by the cache's mu
	moment moment
	done   chan struct{}

	// The result, to be read after done.
	page     *Page // nil if it failed
	outcome  outcome
	err      error
	unstored error // why the store has not got the page
}

// join returns a flight that renders a key: the one that runs, or, on demand, a
// new one unless that has not begun yet. It is nil when the cache is closed.
func (cache *Cache) join(id string, want errand) *flight {
	f, joined := cache.board(id, want)
	if joined {
		cache.count(Coalesced, f.base)
	}
	return f
}

func (cache *Cache) board(id string, want errand) (f *flight, joined bool) {
	cache.mu.Lock()
	defer cache.mu.Unlock()
	if cache.closed {
		return nil, false
	}
	l := cache.lanes[id]
	if l == nil {
		l = &lane{running: cache.newFlight(id, want)}
		cache.lanes[id] = l
		cache.launch(l.running)
		return l.running, false
	}
	if !want.onDemand() || !l.running.begun {
		if l.running.want = max(l.running.want, want); want.onDemand() {
			cache.note(l.running)
		}
		return l.running, true
	}
	if joined = l.next != nil; !joined {
		l.next = cache.newFlight(id, want)
	}
	l.next.want = max(l.next.want, want)
	cache.note(l.next)
	return l.next, joined
}

func (cache *Cache) newFlight(id string, want errand) *flight {
	key, vary, _ := splitKey(id)
	return &flight{
		render: &render{cache: cache, key: id, uri: pageURI(key), vary: vary},
		base:   key, want: want, done: make(chan struct{}),
	}
}

// begin waits for calls to gather, and takes a ticket. It returns a page instead
// if the store has got one since the visitors looked, or that was begun since
// the calls were made.
func (cache *Cache) begin(ctx context.Context, f *flight) (Ticket, *Page) {
	var page *Page
	if want := cache.wanted(f, false); want.onDemand() {
		if page := cache.answered(ctx, f); page != nil {
			return Ticket{}, page
		}
		cache.gather(ctx, f, want)
	} else {
		page = cache.load(ctx, f.key)
	}
	if cache.wanted(f, true).onDemand() {
		order, _ := cache.momentsOf(ctx, f)
		return cache.ticket(ctx, f, true, order)
	}
	if page != nil && cache.isFresh(page) {
		return Ticket{}, page
	}
	return cache.ticket(ctx, f, false, 0)
}

// wanted says what a flight is asked for, and whether that is the last word.
func (cache *Cache) wanted(f *flight, begun bool) errand {
	cache.mu.Lock()
	defer cache.mu.Unlock()
	f.begun = begun
	return f.want
}

// launch starts a flight; the caller holds mu.
func (cache *Cache) launch(f *flight) {
	cache.running.Go(func() { cache.fly(f) })
}

// land ends a flight, and lets the next one start.
func (cache *Cache) land(f *flight) {
	defer close(f.done) // who comes now does not get this result any more
	cache.mu.Lock()
	defer cache.mu.Unlock()
	l := cache.lanes[f.key]
	if l.next == nil {
		delete(cache.lanes, f.key)
		return
	}
	l.running, l.next = l.next, nil
	cache.launch(l.running)
}

// fly renders and stores. At the deadline the flight ends as failed, whatever
// its handler does then.
func (cache *Cache) fly(f *flight) {
	ctx, cancel := context.WithTimeout(cache.ctx, cache.config.RenderTimeout)
	defer cancel()
	ticket, elsewhere := cache.begin(ctx, f)
	if elsewhere != nil {
		f.page, f.outcome = elsewhere, outcomeOf(elsewhere)
		cache.land(f)
		return
	}
	var once sync.Once
	settle := func(page *Page, what outcome, err error) {
		once.Do(func() {
			f.page, f.outcome, f.err = page, what, err
			cache.commit(ticket, f)
			cache.land(f)
		})
	}
	defer settle(nil, failed, errEnded) // where the handler called runtime.Goexit
	stop := context.AfterFunc(ctx, func() { settle(nil, failed, context.Cause(ctx)) })
	defer stop()
	var err error
	if ctx.Err() == nil {
		start := time.Now()
		err = f.through(ctx)
		cache.pace.note(f.key, time.Since(start))
	}
	switch {
	case ctx.Err() != nil: // which the handler may have noticed, and given up
		settle(nil, failed, context.Cause(ctx))
	case err != nil:
		settle(nil, failed, err)
	default:
		settle(f.verdict(cache.config.Now()))
	}
}

// outcomeOf says what the render of a page that was stored came to.
func outcomeOf(p *Page) outcome {
	switch {
	case p.Status != 0:
		return rendered
	case len(p.Splits) > 0:
		return varied
	}
	return unsharable
}

// commit stores the result of a flight and reports it. A store that fails
// costs a render the next time, never an answer.
func (cache *Cache) commit(ticket Ticket, f *flight) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(cache.ctx), storeTimeout)
	defer cancel()
	switch f.outcome {
	case rendered:
		cache.count(Rendered, f.base)
	case failed:
		cache.count(Failed, f.base)
		cache.config.Logger.LogAttrs(ctx, slog.LevelError, "revalidate: a render failed",
			slog.String("path", f.uri), slog.Any("error", f.err))
	case unsharable:
		f.page = f.mark(cache.config.Now(), nil)
	case varied:
	}
	if ticket.Key == "" {
		return // the store gave none
	}
	f.unstored = nil
	if f.page != nil {
		f.page.Order = ticket.Order
	}
	switch err := cache.config.Store.Commit(ctx, ticket, f.page); {
	case errors.Is(err, ErrLeaseLost):
		cache.count(LeaseLost, f.base)
	case err != nil:
		f.unstored = err
		cache.storeFailed(ctx, err)
	}
}

// passTime is how long requests for an answer that can't be shared go straight
// to the handler before another attempt to share it.
const passTime = 10 * time.Second

const storeTimeout = 2 * time.Second

func (cache *Cache) storeFailed(ctx context.Context, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	cache.count(StoreFailed, "")
	cache.config.Logger.LogAttrs(ctx, slog.LevelWarn, "revalidate: the store did not answer; pages are rendered without it", slog.Any("error", err))
}
