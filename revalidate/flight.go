package revalidate

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"sync"
	"time"
)

// lane holds the renders of one key: the one that runs, and the one after it,
// which all calls on demand that arrive meanwhile share. They may not join the
// running one, since it may have read its data before they were made.
type lane struct {
	running, next *flight
}

// flight is one render and those who wait for it.
type flight struct {
	*render
	fresh bool // asked for on demand; guarded by the cache's mu until begun
	begun bool // may have read data; guarded by the cache's mu
	done  chan struct{}

	// The result, to be read after done.
	page    *Page // nil unless it was rendered
	outcome outcome
	err     error
}

// job says what a flight is to render.
type job struct {
	key   string   // without the values of headers
	url   *url.URL // has the path, and a query that may say more than the key
	query string   // the query that belongs to the key
	vary  []Field
	fresh bool // on demand: only a render that starts after now will do
}

// uri is what the render requests.
func (j job) uri() string { return j.url.EscapedPath() + j.query }

// join returns a flight that renders the job: the one that runs, unless the
// job asks for data that is newer than its start, or a new one. It is nil when
// the cache is closed.
func (cache *Cache) join(j job) *flight {
	id := variantKey(j.key, j.vary)
	cache.mu.Lock()
	defer cache.mu.Unlock()
	if cache.closed {
		return nil
	}
	l := cache.lanes[id]
	if l == nil {
		l = &lane{running: cache.newFlight(j)}
		cache.lanes[id] = l
		cache.launch(id, l.running)
		return l.running
	}
	if !j.fresh || !l.running.begun {
		cache.count(Coalesced, j.key)
		l.running.fresh = l.running.fresh || j.fresh
		return l.running
	}
	if l.next == nil {
		l.next = cache.newFlight(j)
	} else {
		cache.count(Coalesced, j.key)
	}
	return l.next
}

func (cache *Cache) newFlight(j job) *flight {
	return &flight{
		render: &render{cache: cache, key: variantKey(j.key, j.vary), uri: j.uri(), vary: j.vary},
		fresh:  j.fresh, done: make(chan struct{}),
	}
}

// gather is how long a render on demand waits for more calls to share it, since
// after its start they would need another.
const gather = 5 * time.Millisecond

// begin waits for calls to gather, and takes a ticket.
func (cache *Cache) begin(ctx context.Context, f *flight) (Ticket, *Page) {
	if cache.isFresh(f) {
		select {
		case <-time.After(gather):
		case <-ctx.Done():
		}
	}
	cache.mu.Lock()
	f.begun = true
	onDemand := f.fresh
	cache.mu.Unlock()
	return cache.ticket(ctx, f.key, onDemand)
}

func (cache *Cache) isFresh(f *flight) bool {
	cache.mu.Lock()
	defer cache.mu.Unlock()
	return f.fresh
}

// launch starts a flight; the caller holds mu.
func (cache *Cache) launch(id string, f *flight) {
	cache.running.Go(func() { cache.fly(id, f) })
}

// land settles a flight once, and lets the next one start.
func (cache *Cache) land(id string, f *flight) {
	close(f.done)
	cache.mu.Lock()
	defer cache.mu.Unlock()
	l := cache.lanes[id]
	if l.next == nil {
		delete(cache.lanes, id)
		return
	}
	l.running, l.next = l.next, nil
	cache.launch(id, l.running)
}

// fly renders and stores. At the deadline the flight ends as failed, whatever
// its handler does then.
func (cache *Cache) fly(id string, f *flight) {
	ctx, cancel := context.WithTimeout(cache.ctx, cache.config.RenderTimeout)
	defer cancel()
	ticket, elsewhere := cache.begin(ctx, f)
	if elsewhere != nil {
		f.page = elsewhere
		cache.land(id, f)
		return
	}
	var once sync.Once
	settle := func(page *Page, what outcome, err error) {
		once.Do(func() {
			f.page, f.outcome, f.err = page, what, err
			cache.commit(ticket, f)
			cache.land(id, f)
		})
	}
	stop := context.AfterFunc(ctx, func() { settle(nil, failed, context.Cause(ctx)) })
	defer stop()
	if err := f.through(ctx, newOutside()); err != nil {
		settle(nil, failed, err)
		return
	}
	settle(f.verdict(cache.config.Now()))
}

// ticket asks the store for one. Where another process holds the right to
// render, it waits for the page from there, until the store lets this one.
func (cache *Cache) ticket(ctx context.Context, key string, onDemand bool) (Ticket, *Page) {
	for {
		ticket, err := cache.config.Store.Begin(ctx, key, onDemand)
		if err == nil {
			return ticket, nil
		}
		if !errors.Is(err, ErrBusy) {
			cache.storeFailed(ctx, err)
			return Ticket{Key: key}, nil
		}
		select {
		case <-ctx.Done():
			return Ticket{Key: key}, nil
		case <-time.After(busyWait):
		}
		if page, err := cache.config.Store.Get(ctx, key); err == nil && page != nil && page.at(cache.config.Now()) == fresh {
			return Ticket{}, page
		}
	}
}

// busyWait is the time between two looks at a render in another process.
const busyWait = 20 * time.Millisecond

// commit stores the result of a flight and reports it. A store that fails
// costs a render the next time, never an answer.
func (cache *Cache) commit(ticket Ticket, f *flight) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(cache.ctx), storeTimeout)
	defer cancel()
	page := f.page
	switch f.outcome {
	case rendered:
		cache.count(Rendered, f.key)
	case failed:
		cache.count(Failed, f.key)
		cache.config.Logger.LogAttrs(ctx, slog.LevelError, "revalidate: a render failed",
			slog.String("path", f.uri), slog.Any("error", f.err))
	case unsharable:
		page = cache.pass(f)
	case varied:
	}
	if page != nil {
		page.Order = ticket.Order
	}
	if err := cache.config.Store.Commit(ctx, ticket, page); err != nil {
		cache.storeFailed(ctx, err)
	}
}

// passTime is how long requests for an answer that can't be shared go straight
// to the handler before another attempt to share it.
const passTime = 10 * time.Second

// pass marks a path whose answers can't be shared.
func (cache *Cache) pass(f *flight) *Page {
	p := &Page{Key: f.key, URI: f.uri, Vary: f.vary, Stored: cache.config.Now(), Window: passTime, Expire: passTime}
	p.prepare()
	return p
}

const storeTimeout = 2 * time.Second

func (cache *Cache) storeFailed(ctx context.Context, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	cache.count(StoreFailed, "")
	cache.config.Logger.LogAttrs(ctx, slog.LevelWarn, "revalidate: the store did not answer; pages are rendered without it", slog.Any("error", err))
}
