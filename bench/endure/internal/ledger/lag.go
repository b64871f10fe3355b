package ledger

import (
	"context"
	"sync"
	"time"
)

// Lag is how late this machine wakes up a process that is to run: the processes
// under test share its processors, and are late when it is. It is measured in
// this process, and by how long answers take for which there is nothing to do.
type Lag struct {
	mu    sync.Mutex
	ticks []tick
	worst time.Duration
}

type tick struct {
	at   time.Time
	late time.Duration
}

const (
	tickTime = 5 * time.Millisecond
	remember = 10 * time.Second
)

// Run measures until ctx ends.
func (l *Lag) Run(ctx context.Context) {
	for last := time.Now(); ctx.Err() == nil; {
		time.Sleep(tickTime)
		now := time.Now()
		late := now.Sub(last) - tickTime
		last = now
		l.Took(now, late)
	}
}

// Took notes that something without any work was late at a time.
func (l *Lag) Took(at time.Time, late time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.worst = max(l.worst, late)
	if late > tickTime {
		l.ticks = append(l.ticks, tick{at, late})
	}
	for len(l.ticks) > 0 && at.Sub(l.ticks[0].at) > remember {
		l.ticks = l.ticks[1:]
	}
}

// Between is the greatest delay between two times.
func (l *Lag) Between(from, to time.Time) (late time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.ticks {
		if !t.at.Before(from) && !t.at.Add(-t.late).After(to) {
			late = max(late, t.late)
		}
	}
	return late
}

// Worst is the greatest delay ever.
func (l *Lag) Worst() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.worst
}
