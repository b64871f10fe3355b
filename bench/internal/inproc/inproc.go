package inproc

import (
	"context"
	"runtime"
	"syscall"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// Entry is a contender at a job.
type Entry struct {
	Name    string
	Handler Handler
}

// Rounds has what was measured, one number for each round.
type Rounds struct {
	// Nanoseconds on the clock, nanoseconds of processor time with that of the
	// garbage collector, bytes and allocations of a request. The second is what
	// counts when others use the machine.
	Time, CPU, Bytes, Allocs []float64
}

// Append adds the rounds of a later run.
func (r *Rounds) Append(later *Rounds) {
	r.Time, r.CPU = append(r.Time, later.Time...), append(r.CPU, later.CPU...)
	r.Bytes, r.Allocs = append(r.Bytes, later.Bytes...), append(r.Allocs, later.Allocs...)
}

// Settings say how long to measure.
type Settings struct {
	// Rounds is how often each contender has its turn.
	Rounds int
	// Window is how long a turn is. It must be long beside the pauses of the
	// garbage collector and short beside the moods of the machine.
	Window time.Duration
}

// Measure lets the entries take turns at a job. It ends early, with what it
// has, when ctx ends.
func Measure(ctx context.Context, j *job.Job, entries []Entry, s Settings) map[string]*Rounds {
	turns := make([]*turn, len(entries))
	results := make(map[string]*Rounds, len(entries))
	for i, entry := range entries {
		turns[i] = &turn{sender: newSender(ctx, j, entry.Handler), rounds: &Rounds{}}
		turns[i].calibrate(s.Window)
		results[entry.Name] = turns[i].rounds
	}
	for round := range s.Rounds {
		for i := range turns {
			if ctx.Err() != nil {
				return results
			}
			turns[(i+round)%len(turns)].take() // nobody is always the first, or always after the same one
		}
	}
	return results
}

// turn is a contender's place in the row.
type turn struct {
	sender   sender
	requests int
	rounds   *Rounds
}

// calibrate finds out how many requests fit into the window. It warms up on
// the way. The machine may be away for as long as a window, so that no single
// measurement decides: windows of a few requests would measure a cold start.
func (t *turn) calibrate(window time.Duration) {
	for t.requests = 1; ; {
		elapsed := t.run()
		for again := 0; again < 2 && elapsed >= window/4; again++ {
			elapsed = min(elapsed, t.run())
		}
		if elapsed >= window/4 || t.requests > 1<<30 {
			t.requests = max(1, int(float64(t.requests)*float64(window)/float64(max(elapsed, 1))))
			return
		}
		t.requests *= 2
	}
}

func (t *turn) run() time.Duration {
	start := time.Now()
	for range t.requests {
		t.sender.once()
	}
	return time.Since(start)
}

// take measures one window, without the garbage of the one before.
func (t *turn) take() {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	used := processorTime()
	elapsed := t.run()
	used = processorTime() - used
	runtime.ReadMemStats(&after)
	n := float64(t.requests)
	t.rounds.Time = append(t.rounds.Time, float64(elapsed.Nanoseconds())/n)
	t.rounds.CPU = append(t.rounds.CPU, float64(used.Nanoseconds())/n)
	t.rounds.Bytes = append(t.rounds.Bytes, float64(after.TotalAlloc-before.TotalAlloc)/n)
	t.rounds.Allocs = append(t.rounds.Allocs, float64(after.Mallocs-before.Mallocs)/n)
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
