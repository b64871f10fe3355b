package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

// Budget is a promise about a contender at a job. It is met if the median of
// the rounds is within the bound.
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
	PeakMemory  What = "peak MB for 200 bodies of 2 MB at once" // of one contender; the bound is its own
	Answered    What = "answers read of 200"
)

// Budgets returns the promises in the order of the scenarios.
func Budgets() []Budget {
	return []Budget{
		{"S1", rival.Ours, job.Gin, MoreTime, 200},
		{"S1", rival.Ours, job.Gin, MoreAllocs, 2},
		{"S1", rival.OursLayers, job.Gin, MoreTime, 200},
		{"S1", rival.OursLayers, job.Gin, MoreAllocs, 2},
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
		{"S4 length", rival.Ours, "", PeakMemory, 0},
		{"S4 length", rival.Ours, "", Answered, 200},
		{"S4 chunked", rival.Ours, job.Gin, Throughput, 6},
		{"S4 chunked", rival.Ours, "", PeakMemory, 0},
		{"S4 chunked", rival.Ours, "", Answered, 200},
		{"S5 catch-all", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S5 static", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S5 static", rival.Ours, job.Gin, MoreAllocs, 0},
		{"S5 id", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S5 id", rival.Ours, job.Gin, MoreAllocs, 0},
		{"S5 tail", rival.Ours, job.Gin, TimeRatio, 1.10},
		{"S6", rival.Ours, job.Gin, TimeRatio, 0.6},
		{"S6", rival.Ours, "", Allocations, 1},
		{"S6", rival.Ours, job.Contrib, TimeRatio, 1.0},
		{"S6", rival.Ours, rival.GinCache, TimeRatio, 1.0},
		{"S6", rival.Ours, job.Gin, Throughput, 1.0},
		{"S6", rival.OursRedis, rival.Ours, Rate, 0.85},
		{"S6", rival.OursRedis, rival.Ours, Throughput, 0.85},
		{"S7 preflight", rival.Ours, job.Contrib, TimeRatio, 1.0},
		{"S7 actual", rival.Ours, job.Contrib, TimeRatio, 1.0},
		{"S8", rival.Ours, job.Gin, MoreTime, 400},
	}
}

// measured returns what the budget is about, and for times the same in
// processor time.
func (b *Budget) measured(r *Result) (found, cpu stat.Spread) {
	none := stat.Of(nil)
	switch b.What {
	case TimeRatio:
		return r.compare(b.Rival, b.Against, wall, stat.Ratio), r.compare(b.Rival, b.Against, processor, stat.Ratio)
	case Rate:
		inverse := func(a, b float64) float64 { return stat.Ratio(b, a) }
		return r.compare(b.Rival, b.Against, wall, inverse), r.compare(b.Rival, b.Against, processor, inverse)
	case MoreTime:
		return r.compare(b.Rival, b.Against, wall, stat.Difference), r.compare(b.Rival, b.Against, processor, stat.Difference)
	case MoreAllocs:
		return r.compare(b.Rival, b.Against, allocs, stat.Difference), none
	case Allocations:
		if rounds := r.inProcess(b.Rival); rounds != nil {
			return stat.Of(rounds.Allocs), none
		}
	case Throughput:
		return r.compareLoads(b.Rival, b.Against, throughput), r.compareLoads(b.Rival, b.Against, serverCPU)
	case ServerTime:
		return r.compareLoads(b.Rival, b.Against, serverCPU), none
	case PeakMemory, Answered:
		return b.inBurst(r), none
	}
	return none, none
}

// inBurst returns what many bodies at once did. The bound for memory, twice
// that of the idle server and the limit of one body, is known only now.
func (b *Budget) inBurst(r *Result) stat.Spread {
	l := r.loopback(b.Rival)
	if l == nil || l.Burst.Requests == 0 {
		return stat.Of(nil)
	}
	if b.What == Answered {
		return stat.Of([]float64{float64(l.Burst.Answered)})
	}
	b.Bound = math.Round(float64(2*l.Burst.Idle+job.Limit)/(1<<20)*10) / 10
	return stat.Of([]float64{float64(l.Burst.Peak) / (1 << 20)})
}

// least says that the bound is the least, not the most.
func (b *Budget) least() bool { return slices.Contains([]What{Rate, Throughput, Answered}, b.What) }

// met says whether a measured spread keeps the budget. Allocations are counted
// over many requests, and now and then the runtime makes one of its own.
func (b *Budget) met(s stat.Spread) bool {
	const tolerance = 0.05
	if b.least() {
		return s.Median >= b.Bound
	}
	if b.What == MoreAllocs || b.What == Allocations {
		return s.Median <= b.Bound+tolerance
	}
	return s.Median <= b.Bound
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
		found, cpu := budget.measured(result)
		if found.None() {
			continue
		}
		all++
		verdict := "**no**"
		if budget.met(found) {
			kept++
			verdict = "yes"
		}
		sign := "≤"
		if budget.least() {
			sign = "≥"
		}
		row(&table, budget.Job, budget.Rival, budget.Against, string(budget.What), sign+" "+strconv.FormatFloat(budget.Bound, 'f', -1, 64),
			found.String(), cpu.String(), verdict)
	}
	if all == 0 {
		return
	}
	fmt.Fprintf(b, "## Budgets\n\n%d of %d are met by the median of this run.\n\n", kept, all)
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
