package responselimit

import (
	"sync"
	"time"
)

// maxRecent bounds the routes that are remembered. A program has fewer; should
// it have more, some of them warn more often than once per interval.
const maxRecent = 4096

// recent knows when each route was last warned about.
type recent struct {
	interval time.Duration
	now      func() time.Time

	mu   sync.Mutex
	last map[string]time.Time
}

func newRecent(interval time.Duration, now func() time.Time) *recent {
	if now == nil {
		now = time.Now
	}
	return &recent{interval: interval, now: now, last: make(map[string]time.Time)}
}

// due reports whether a warning is due for the route, and notes that it is given.
func (r *recent) due(route string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	last, known := r.last[route]
	if known && now.Sub(last) < r.interval {
		return false
	}
	if !known && len(r.last) >= maxRecent {
		r.forget(now)
	}
	r.last[route] = now
	return true
}

// forget drops the routes whose interval is over, and all of them if that makes
// no room.
func (r *recent) forget(now time.Time) {
	for route, last := range r.last {
		if now.Sub(last) >= r.interval {
			delete(r.last, route)
		}
	}
	if len(r.last) >= maxRecent {
		clear(r.last)
	}
}
