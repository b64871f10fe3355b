package ledger

import (
	"slices"
	"time"
)

// Targets of faults beside the instances.
const (
	// Redis is the Redis server.
	Redis = "redis"
	// Disk is the page directory.
	Disk = "disk"
)

// Window is the time of a fault: from before it was done until what it was done
// to works again.
type Window struct {
	target   string
	from, to time.Time
	open     bool
}

// Begin notes a fault of a kind, about to be done to a target.
func (l *Ledger) Begin(fault, target string) *Window {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults[fault]++
	w := &Window{target: target, from: time.Now(), open: true}
	l.windows = append(l.windows, w)
	return w
}

// End notes that the fault is over.
func (l *Ledger) End(w *Window) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w.to, w.open = time.Now(), false
}

// During says whether a fault of the target coincided with a time, or was over
// only so long before.
func (l *Ledger) During(target string, from, to time.Time, after time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.windows, func(w *Window) bool {
		return w.target == target && !w.from.After(to) && (w.open || !w.to.Add(after).Before(from))
	})
}

// due is when something has to be visible everywhere that was acknowledged at a
// time: after the budget or, where Redis was away in the meantime, some time
// after it is back. It is false while that is not known yet.
func (l *Ledger) due(at time.Time, budget Budget) (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := at.Add(budget.Normal)
	for _, w := range l.windows { // in the order of from
		if w.target != Redis || w.from.After(due) {
			continue
		}
		if w.open {
			return due, false
		}
		if back := w.to.Add(budget.Back); back.After(at) && back.After(due) {
			due = back
		}
	}
	return due, true
}
