package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

// Budget is a promise about a contender at a job. It is met if the median of
// the rounds is within the bound, in each run.
type Budget struct {
	Job            string // as job.Job.String
	Rival, Against string
	What           What
	Bound          float64
}

// What is a way to compare two contenders.
type What string

// The ways to compare. Ratios and differences are taken round by round.
const (
	TimeRatio   What = "time in process, ratio"
	Rate        What = "requests per second in process, ratio"
	MoreTime    What = "ns more in process"
	MoreAllocs  What = "allocations more"
	Allocations What = "allocations" // of one contender, without a comparison
	Throughput  What = "answers per second over loopback, ratio"
	ServerTime  What = "server's processor time over loopback, ratio"
	PeakMemory  What = "peak memory with 200 bodies of 2 MB at once, by 2 × idle + limit"
	Answered    What = "answers read of 200"
)

// Budgets returns the promises in the order of the scenarios.
func Budgets() []Budget {
	return []Budget{
		{"S1", rival.Ours, job.Gin, MoreTime, 200},
		{"S1", rival.Ours, job.Gin, MoreAllocs, 2},
		{"S1", rival.Ours, job.Gin, Throughput, 0.97},
		{"S2 dynamic", rival.Ours, job.Gin, TimeRatio, 0.95},
		{"S2 dynamic", rival.Ours, job.Gin, ServerTime, 0.95},
		{"S3 dynamic", rival.Ours, job.Gin, TimeRatio, 0.85},
		{"S3 dynamic", rival.Ours, job.Gin, ServerTime, 0.85},
		{"S2 typed", rival.Ours, job.Gin, TimeRatio, 1.0},
		{"S2 typed", rival.Ours, job.Gin, ServerTime, 1.0},
		{"S3 typed", rival.Ours, job.Gin, TimeRatio, 0.9},
		{"S3 typed", rival.Ours, job.Gin, ServerTime, 0.9},
		{"S2 typed", rival.OursUndeclared, job.Gin, TimeRatio, 1.15},
		{"S3 typed", rival.OursUndeclared, job.Gin, TimeRatio, 1.15},
		{"S4 length", rival.Ours, job.Gin, Throughput, 15},
		{"S4 length", rival.Ours, "", PeakMemory, 1},
		{"S4 length", rival.Ours, "", Answered, 200},
		{"S4 chunked", rival.Ours, job.Gin, Throughput, 6},
		{"S4 chunked", rival.Ours, "", PeakMemory, 1},
		{"S4 chunked", rival.Ours, "", Answered, 200},
		{"S5 catch-all", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S5 static", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S5 static", rival.Ours, job.Gin, MoreAllocs, 0},
		{"S5 id", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S5 id", rival.Ours, job.Gin, MoreAllocs, 0},
		{"S5 tail", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S5 table", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S6", rival.Ours, job.Gin, TimeRatio, 0.6},
		{"S6", rival.Ours, "", Allocations, 1},
		{"S6", rival.Ours, job.Contrib, TimeRatio, 1.0},
		{"S6", rival.Ours, rival.GinCache, TimeRatio, 1.0},
		{"S6", rival.Ours, rival.Fiber, TimeRatio, 1.0},
		{"S6", rival.Ours, job.Gin, Throughput, 1.0},
		{"S6", rival.Ours, job.Contrib, Throughput, 1.0},
		{"S6", rival.Ours, rival.GinCache, Throughput, 1.0},
		{"S6", rival.OursRedis, rival.Ours, Rate, 0.85},
		{"S6", rival.OursRedis, rival.Ours, Throughput, 0.85},
		{"S7 preflight", rival.Ours, job.Contrib, TimeRatio, 1.0},
		{"S7 actual", rival.Ours, job.Contrib, TimeRatio, 1.0},
		{"S8", rival.Ours, job.Gin, MoreTime, 400},
	}
}

// figures are what a budget is about, a number for each round, and for times
// the same in processor time.
type figures struct {
	found, cpu []float64
	size       int // rounds in a run
}

func (b *Budget) measured(r *Result) figures {
	pair := func(combine func(a, b float64) float64) figures {
		return figures{r.compare(b.Rival, b.Against, wall, combine), r.compare(b.Rival, b.Against, processor, combine), r.Rounds}
	}
	switch b.What {
	case TimeRatio:
		return pair(stat.Ratio)
	case Rate:
		return pair(func(a, b float64) float64 { return stat.Ratio(b, a) })
	case MoreTime:
		return pair(stat.Difference)
	case MoreAllocs:
		return figures{found: r.compare(b.Rival, b.Against, allocs, stat.Difference), size: r.Rounds}
	case Allocations:
		if rounds := r.inProcess(b.Rival); rounds != nil {
			return figures{found: rounds.Allocs, size: r.Rounds}
		}
	case Throughput:
		return figures{r.compareLoads(b.Rival, b.Against, throughput), r.compareLoads(b.Rival, b.Against, serverCPU), r.Loads}
	case ServerTime:
		return figures{found: r.compareLoads(b.Rival, b.Against, serverCPU), size: r.Loads}
	case PeakMemory, Answered:
		return figures{found: b.inBursts(r), size: 1}
	}
	return figures{}
}

// inBursts returns what many bodies at once did, for each run.
func (b *Budget) inBursts(r *Result) []float64 {
	l := r.loopback(b.Rival)
	if l == nil {
		return nil
	}
	numbers := make([]float64, len(l.Bursts))
	for i, burst := range l.Bursts {
		numbers[i] = float64(burst.Peak) / float64(2*burst.Idle+job.Limit)
		if b.What == Answered {
			numbers[i] = float64(burst.Answered)
		}
	}
	return numbers
}

// Loaded says whether there is a budget for a job over loopback.
func Loaded(j *job.Job) bool {
	return slices.ContainsFunc(Budgets(), func(b Budget) bool {
		return b.Job == j.String() && slices.Contains([]What{Throughput, ServerTime, PeakMemory, Answered}, b.What)
	})
}

// least says that the bound is the least, not the most.
func (b *Budget) least() bool { return slices.Contains([]What{Rate, Throughput, Answered}, b.What) }

// met says whether the median of a run keeps the budget. Allocations are counted
// over many requests, and now and then the runtime makes one of its own.
func (b *Budget) met(median float64) bool {
	const tolerance = 0.05
	switch {
	case b.least():
		return median >= b.Bound
	case b.What == MoreAllocs || b.What == Allocations:
		return median <= b.Bound+tolerance
	}
	return median <= b.Bound
}

// verdict says in how many runs the budget is kept.
func (b *Budget) verdict(medians []float64) (text string, kept bool) {
	n := 0
	for _, median := range medians {
		if b.met(median) {
			n++
		}
	}
	switch {
	case n == len(medians):
		return "yes", true
	case n == 0:
		return "**no**", false
	}
	return fmt.Sprintf("**no**: in %d of %d runs", n, len(medians)), false
}

// budgets writes the table of promises that this run has numbers for.
func budgets(b *strings.Builder, run *Run) {
	var table strings.Builder
	kept, all := 0, 0
	for _, budget := range Budgets() {
		result := run.result(budget.Job)
		if result == nil {
			continue
		}
		measured := budget.measured(result)
		if len(measured.found) == 0 {
			continue
		}
		verdict, ok := budget.verdict(stat.Medians(measured.found, measured.size))
		all++
		if ok {
			kept++
		}
		sign := "≤"
		if budget.least() {
			sign = "≥"
		}
		row(&table, budget.Job, budget.Rival, budget.Against, string(budget.What), sign+" "+strconv.FormatFloat(budget.Bound, 'f', -1, 64),
			stat.OfRuns(measured.found, measured.size).String(), stat.OfRuns(measured.cpu, measured.size).String(), verdict)
	}
	if all == 0 {
		return
	}
	by := "this run"
	if run.Runs > 1 {
		by = "each run"
	}
	fmt.Fprintf(b, "## Budgets\n\n%d of %d are met by the median of %s.\n\n", kept, all, by)
	header(b, "job", "who", "against", "what", "budget:", "min / median / max:", "in processor time:", "met")
	b.WriteString(table.String())
	b.WriteByte('\n')
}

// result returns what was measured at a job, nil if nothing was.
func (run *Run) result(name string) *Result {
	for i := range run.Jobs {
		if run.Jobs[i].Job.String() == name {
			return &run.Jobs[i]
		}
	}
	return nil
}
