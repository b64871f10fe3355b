package ledger

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Budget is the time until a revalidation is visible in other processes.
type Budget struct {
	// Normal is that after the acknowledgement, Back that after Redis is back
	// where it was away.
	Normal, Back time.Duration
}

// Truth has the versions of the data of some pages, and knows which of them
// have been acknowledged in a world: the instances that share their pages.
type Truth struct {
	ledger *Ledger
	budget Budget
	lag    *Lag
	pages  []pageTruth
	late   atomic.Int64 // greatest time after an acknowledgement at which an older body was seen
	excess atomic.Int64 // how often it was more than the budget, and explained by the lag of the machine
	acks   atomic.Int64
}

// Versions are those of the data: the database of the site.
type Versions struct{ numbers []atomic.Uint64 }

// NewVersions returns the versions of so many pages.
func NewVersions(pages int) *Versions {
	v := &Versions{numbers: make([]atomic.Uint64, pages)}
	for i := range v.numbers {
		v.numbers[i].Store(1)
	}
	return v
}

// Get is what a render gets.
func (v *Versions) Get(page int) uint64 { return v.numbers[page].Load() }

// Bump changes the data.
func (v *Versions) Bump(page int) uint64 { return v.numbers[page].Add(1) }

type pageTruth struct {
	mu   sync.Mutex
	acks []ack // the latest ones, in the order in which they came
	due  ack   // the greatest of those that are in force everywhere
}

type ack struct {
	version uint64
	at      time.Time
}

// NewTruth returns that of a world with so many pages.
func NewTruth(l *Ledger, lag *Lag, budget Budget, pages int) *Truth {
	return &Truth{ledger: l, lag: lag, budget: budget, pages: make([]pageTruth, pages)}
}

// Acknowledged notes that a revalidation of data of a version, or later, was
// acknowledged just now.
func (t *Truth) Acknowledged(page int, version uint64) time.Time {
	t.acks.Add(1)
	p := &t.pages[page]
	p.mu.Lock()
	defer p.mu.Unlock()
	a := ack{version, time.Now()}
	p.acks = append(p.acks, a)
	return a.at
}

// Budget is what it was made with.
func (t *Truth) Budget() Budget { return t.budget }

// Due says when the page has to be visible everywhere that was acknowledged at
// a time; false while Redis is away.
func (t *Truth) Due(at time.Time) (time.Time, bool) { return t.ledger.due(at, t.budget) }

// Demand is what a request may demand that begins now.
type Demand struct {
	Begun time.Time

	// everywhere is the latest version that must be visible in all processes,
	// and pending are acknowledgements that need not be, yet.
	everywhere ack
	pending    []ack
	// here is what this process has served or acknowledged before.
	here uint64
}

// Demand returns what a request for a page may demand that begins now. here is
// what the process that it goes to has served or acknowledged before.
func (t *Truth) Demand(page int, here uint64) Demand {
	p := &t.pages[page]
	p.mu.Lock()
	defer p.mu.Unlock()
	d := Demand{Begun: time.Now(), here: here}
	left := p.acks[:0]
	for _, a := range p.acks {
		if due, ok := t.ledger.due(a.at, t.budget); !ok || due.After(d.Begun) {
			left = append(left, a)
		} else if a.version > p.due.version {
			p.due = a
		}
	}
	p.acks = left
	d.everywhere = p.due
	d.pending = append(d.pending, left...)
	return d
}

// Judge compares what a request got with what it may demand. It is "" or says
// what is lost.
func (t *Truth) Judge(d *Demand, version uint64) string {
	for _, a := range d.pending {
		if version < a.version {
			t.seen(d.Begun.Sub(a.at))
		}
	}
	if version < d.here {
		return fmt.Sprintf("the process has served or acknowledged %d before", d.here)
	}
	if version >= d.everywhere.version {
		return ""
	}
	after := d.Begun.Sub(d.everywhere.at)
	due, _ := t.ledger.due(d.everywhere.at, t.budget)
	// A chain of a few processes has to be woken up for a message to arrive.
	const wakes = 3
	lag := t.lag.Between(d.everywhere.at, d.Begun.Add(tickTime))
	if d.Begun.Sub(due) < wakes*lag {
		t.seen(after)
		t.excess.Add(1)
		return ""
	}
	return fmt.Sprintf("%d was acknowledged %v before the request, which is %v too late, while the machine was up to %v late",
		d.everywhere.version, after.Round(time.Microsecond), d.Begun.Sub(due).Round(time.Microsecond), lag.Round(time.Microsecond))
}

func (t *Truth) seen(after time.Duration) {
	for {
		last := t.late.Load()
		if int64(after) <= last || t.late.CompareAndSwap(last, int64(after)) {
			return
		}
	}
}

// Visibility is how fast revalidations were seen.
type Visibility struct {
	// Acknowledged is their number, and Latest the longest time after one at
	// which an older body was seen, while that was allowed.
	Acknowledged int64
	Latest       time.Duration
	// Lagging is how often the budget was exceeded by no more than the machine
	// explains.
	Lagging int64
}

// Visibility returns the figures so far.
func (t *Truth) Visibility() Visibility {
	return Visibility{t.acks.Load(), time.Duration(t.late.Load()), t.excess.Load()}
}
