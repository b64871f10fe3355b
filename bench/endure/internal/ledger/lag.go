package ledger

import (
	"context"
	"sync"
	"time"
)

// Lag measures how late this machine wakes up a process that is to run: the
// processes under test share its processors, and are late when it is.
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
	remember = time.Minute
)

// Run measures until ctx ends.
func (l *Lag) Run(ctx context.Context) {
	for last := time.Now(); ctx.Err() == nil; {
		time.Sleep(tickTime)
		now := time.Now()
		late := now.Sub(last) - tickTime
		last = now
		l.mu.Lock()
		l.worst = max(l.worst, late)
		if late > 2*tickTime {
			l.ticks = append(l.ticks, tick{now, late})
		}
		for len(l.ticks) > 0 && now.Sub(l.ticks[0].at) > remember {
			l.ticks = l.ticks[1:]
		}
		l.mu.Unlock()
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
