package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

// The numbers of a contender's rounds over loopback.
func throughput(s *load.Sample) float64 { return s.Throughput }
func serverCPU(s *load.Sample) float64  { return s.CPU }
func median(s *load.Sample) float64     { return s.Latency50 / 1000 }
func slowest(s *load.Sample) float64    { return s.Latency99 / 1000 }
func lost(s *load.Sample) float64       { return s.Lost }

// each is one number of every round.
func (l *Loopback) each(of func(*load.Sample) float64) []float64 {
	numbers := make([]float64, len(l.Samples))
	for i := range l.Samples {
		numbers[i] = of(&l.Samples[i])
	}
	return numbers
}

// loopback returns what a contender did as a server, nil if it did not.
func (r *Result) loopback(rival string) *Loopback {
	for i := range r.Loopback {
		if r.Loopback[i].Rival == rival {
			return &r.Loopback[i]
		}
	}
	return nil
}

// compareLoads divides the numbers of two contenders round by round.
func (r *Result) compareLoads(rival, yardstick string, of func(*load.Sample) float64) []float64 {
	a, b := r.loopback(rival), r.loopback(yardstick)
	if a == nil || b == nil {
		return nil
	}
	return stat.Pairs(a.each(of), b.each(of), stat.Ratio)
}

// loadRatio is the spread of a contender's numbers over loopback, relative to
// those of the yardstick.
func (r *Result) loadRatio(rival, yardstick string, of func(*load.Sample) float64) stat.Spread {
	return stat.OfRuns(r.compareLoads(rival, yardstick, of), r.Loads)
}

func loopback(b *strings.Builder, run *Run) {
	var table, bursts strings.Builder
	for i := range run.Jobs {
		r := &run.Jobs[i]
		for k := range r.Loopback {
			l, against := &r.Loopback[k], r.Job.Yardstick
			middle := func(of func(*load.Sample) float64) string { return number(stat.Of(l.each(of)).Median) }
			row(&table, r.Job.String(), l.Rival, middle(throughput), r.loadRatio(l.Rival, against, throughput).String(),
				middle(serverCPU), r.loadRatio(l.Rival, against, serverCPU).String(), middle(median), middle(slowest), megabytes(l.Peak), middle(lost))
			for _, burst := range l.Bursts {
				row(&bursts, r.Job.String(), l.Rival, fmt.Sprintf("%d of %d", burst.Answered, burst.Requests), megabytes(burst.Idle), megabytes(burst.Peak))
			}
		}
	}
	if table.Len() == 0 {
		return
	}
	fmt.Fprintf(b, "## Over loopback\n\nRounds of %v for each contender in turn, %d connections of wrk, which shares the processor with the server: "+
		"the server's processor time for an answer says more than answers per second. Memory is the most that the process held.\n\n",
		run.Load.Duration, run.Load.Connections)
	header(b, "job", "contender", "answers/s:", "ratio: min / median / max:", "processor µs:", "ratio: min / median / max:", "p50 ms:", "p99 ms:", "peak MB:", "broken connections:")
	b.WriteString(table.String())
	b.WriteByte('\n')
	if bursts.Len() > 0 {
		b.WriteString("Bodies of 2 MB that all arrive at once at a fresh server, from clients that send everything before they read:\n\n")
		header(b, "job", "contender", "answered 413:", "idle MB:", "peak MB:")
		b.WriteString(bursts.String())
		b.WriteByte('\n')
	}
}

func notes(b *strings.Builder, run *Run) {
	if len(run.Notes) == 0 {
		return
	}
	b.WriteString("## Left out\n\n")
	for _, note := range run.Notes {
		fmt.Fprintf(b, "- %s\n", strings.ReplaceAll(note, "\n", " "))
	}
	b.WriteByte('\n')
}

func megabytes(bytes int64) string { return strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64) }
