package revalidate

import "sync/atomic"

// Event is something that a [Cache] reports to its [Observer].
type Event uint8

// The events. Hit, Stale, Miss, Passed and Drafted are requests by what they
// met; the others are about renders and the store.
const (
	Hit         Event = iota // served from the cache, fresh
	Stale                    // served from the cache, with a regeneration behind it
	Miss                     // waited for a render
	Coalesced                // joined a render that ran or was about to
	Rendered                 // a render that made a page
	Failed                   // a render that failed
	StoreFailed              // the store did not answer
	LeaseLost                // a page that the store refused: that of a later render was there first
	Passed                   // went to the handler, whose answers are known not to be shared
	Drafted                  // went to the handler for an editor in draft mode
	events
)

// String returns the event's name as metrics use it.
func (e Event) String() string {
	names := []string{"hit", "stale", "miss", "coalesced", "rendered", "failed", "store_failed", "lease_lost", "passed", "drafted"}
	if int(e) < len(names) {
		return names[e]
	}
	return "unknown"
}

// Observer is told of every event, on the goroutine where it happens: it must
// be quick and safe for concurrent use. The key is the page's, without the
// values of headers, or empty where no page is concerned; it is made of paths
// that visitors chose, so do not use it as a label of metrics.
type Observer interface {
	Observe(event Event, key string)
}

// Stats counts events since the cache was made.
type Stats struct {
	Hits, Stale, Misses, Coalesced, Rendered, Failed, StoreFailed, LeaseLost, Passed, Drafted uint64
}

// counters have an allocation of their own, which keeps them off the cache
// lines that requests only read.
type counters [events]atomic.Uint64

func (cache *Cache) count(event Event, key string) {
	cache.stats[event].Add(1)
	if cache.config.Observer != nil {
		cache.config.Observer.Observe(event, key)
	}
}

// Stats returns the counts so far.
func (cache *Cache) Stats() Stats {
	n := func(e Event) uint64 { return cache.stats[e].Load() }
	return Stats{
		Hits: n(Hit), Stale: n(Stale), Misses: n(Miss), Coalesced: n(Coalesced), Rendered: n(Rendered), Failed: n(Failed),
		StoreFailed: n(StoreFailed), LeaseLost: n(LeaseLost), Passed: n(Passed), Drafted: n(Drafted),
	}
}
