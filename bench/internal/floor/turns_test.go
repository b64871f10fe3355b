package floor_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// step is one thing to measure.
type step struct {
	name string
	do   func()
}

// turns measures the steps in windows that are too short for most interruptions, and in turn, so that what else the machine
// does meets all of them alike. The order is a new one in each round, because a step pays for what the one before it has left
// to collect and put out of the caches. It reports the median of each in nanoseconds, as name-ns, and the median over all rounds of
// the difference to the first, as name+ns.
func turns(b *testing.B, window time.Duration, steps ...step) {
	b.Helper()
	turnsBy(b, elapsed, window, steps...)
}

func elapsed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// turnsBy is turns by another clock.
func turnsBy(b *testing.B, clock func(func()) time.Duration, window time.Duration, steps ...step) {
	b.Helper()
	counts := make([]int, len(steps))
	for i, s := range steps {
		counts[i] = fitting(window, s.do)
	}
	times := make([][]float64, len(steps))
	for b.Loop() {
		for _, i := range rand.Perm(len(steps)) {
			took := clock(func() {
				for range counts[i] {
					steps[i].do()
				}
			})
			times[i] = append(times[i], float64(took)/float64(counts[i]))
		}
	}
	b.ReportMetric(0, "ns/op") // of a whole round, which says nothing
	for i, s := range steps {
		b.ReportMetric(median(times[i]), s.name+"-ns")
		if i == 0 {
			continue
		}
		more := make([]float64, len(times[i]))
		for round := range more {
			more[round] = times[i][round] - times[0][round]
		}
		b.ReportMetric(median(more), s.name+"+ns")
	}
}

// fitting is how often do fits into a window; it warms up on the way.
func fitting(window time.Duration, do func()) int {
	best := window
	for range 200 {
		start := time.Now()
		do()
		best = min(best, time.Since(start))
	}
	return max(1, int(window/max(best, 1)))
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
