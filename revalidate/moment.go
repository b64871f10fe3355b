package revalidate

import "context"

// moment is where the calls of a flight stand among the tickets of its key. A
// page that another process began after all of them will do for them. It is
// guarded by the cache's mu.
type moment struct {
	calls  int           // on demand, so far
	order  uint64        // of the latest; 0 is not known
	asking chan struct{} // closed when the store has answered for all calls; nil if it is not asked
}

// note asks the store for the moment of a call on demand that has come to a
// flight, in the background. The caller holds mu.
func (cache *Cache) note(f *flight) {
	sharer, ok := cache.config.Store.(Sharer)
	if !ok {
		return
	}
	f.moment.calls++
	if f.moment.asking == nil {
		f.moment.asking = make(chan struct{})
		cache.running.Go(func() { cache.ask(sharer, f) })
	}
}

// ask asks until the answer is for all calls: those that come meanwhile need
// another.
func (cache *Cache) ask(sharer Sharer, f *flight) {
	cache.mu.Lock()
	defer cache.mu.Unlock()
	for calls := 0; calls != f.moment.calls; {
		calls = f.moment.calls
		cache.mu.Unlock()
		order := cache.momentOf(sharer, f.key)
		cache.mu.Lock()
		f.moment.order = order
	}
	close(f.moment.asking)
	f.moment.asking = nil
}

func (cache *Cache) momentOf(sharer Sharer, key string) uint64 {
	ctx, cancel := context.WithTimeout(cache.ctx, storeTimeout)
	defer cancel()
	order, err := sharer.Moment(ctx, key)
	if err != nil {
		return 0 // BeginShared is asked next, and an error of that is logged
	}
	return order
}

// momentsOf waits for the answer to what was asked for a flight. It returns the
// number of the calls that it is for as well.
func (cache *Cache) momentsOf(ctx context.Context, f *flight) (order uint64, calls int) {
	cache.mu.Lock()
	defer cache.mu.Unlock()
	for f.moment.asking != nil {
		asking := f.moment.asking
		cache.mu.Unlock()
		select {
		case <-asking:
		case <-ctx.Done():
		}
		cache.mu.Lock()
		if ctx.Err() != nil {
			return 0, 0
		}
	}
	return f.moment.order, f.moment.calls
}

// shares says whether what was just loaded will do for calls on demand in all
// processes.
func (cache *Cache) shares(key string) bool {
	sharer, ok := cache.config.Store.(Sharer)
	return !ok || sharer.Shares(key)
}

// answered returns a page that another process has begun after the calls of a
// flight, and stored, while this one rendered for others. No call can join the
// flight then.
func (cache *Cache) answered(ctx context.Context, f *flight) *Page {
	order, calls := cache.momentsOf(ctx, f)
	if order == 0 {
		return nil
	}
	page := cache.load(ctx, f.key)
	if page == nil || page.Order <= order || !cache.shares(f.key) {
		return nil
	}
	cache.mu.Lock()
	defer cache.mu.Unlock()
	if f.moment.calls != calls {
		return nil // one has come that is later than the page
	}
	f.begun = true
	return page
}
