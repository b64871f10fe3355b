package middleware

import (
	"maps"
	"sync"
	"sync/atomic"
)

// positions remembers what a layer has learned about its routes. Routes that
// are known well are read without a lock. New ones gather behind it until they
// were asked for often enough to pay for copying the table, so that learning
// many routes costs no more than a few copies.
type positions struct {
	latest atomic.Pointer[position] // the route asked for last: the only one of most layers
	known  atomic.Pointer[map[route]*position]

	mu     sync.Mutex
	recent map[route]*position // not in known yet
	asked  int                 // for recent ones
}

// of returns the position on a route, which it learns the first time.
func (t *positions) of(key route, learn func() *position) *position {
	if p := t.latest.Load(); p != nil && p.route == key {
		return p
	}
	if known := t.known.Load(); known != nil {
		if p := (*known)[key]; p != nil {
			t.latest.Store(p)
			return p
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.recent[key]
	if p == nil {
		p = t.add(key, learn)
	}
	t.latest.Store(p)
	t.promote()
	return p
}

// add learns a route; the caller holds mu.
func (t *positions) add(key route, learn func() *position) *position {
	if known := t.known.Load(); known != nil {
		if p := (*known)[key]; p != nil { // promoted meanwhile
			return p
		}
	}
	if t.recent == nil {
		t.recent = make(map[route]*position)
	}
	p := learn()
	t.recent[key] = p
	return p
}

// promote makes the recent routes known when the lock has been taken as often
// as there are routes to copy; the caller holds mu.
func (t *positions) promote() {
	var known map[route]*position
	if p := t.known.Load(); p != nil {
		known = *p
	}
	t.asked++
	if t.asked < len(known)+len(t.recent) {
		return
	}
	table := make(map[route]*position, len(known)+len(t.recent))
	maps.Copy(table, known)
	maps.Copy(table, t.recent)
	t.known.Store(&table)
	t.recent, t.asked = nil, 0
}
