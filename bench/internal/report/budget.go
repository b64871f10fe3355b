package report

import (
	"fmt"
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
	MoreTime    What = "ns more in process"
	MoreAllocs  What = "allocations more"
	Allocations What = "allocations" // of one contender, without a comparison
)

// Budgets returns the promises in the order of the scenarios.
func Budgets() []Budget {
	return []Budget{
		{"S1", rival.Ours, job.Gin, MoreTime, 200},
		{"S1", rival.Ours, job.Gin, MoreAllocs, 2},
		{"S1", rival.OursLayers, job.Gin, MoreTime, 200},
		{"S1", rival.OursLayers, job.Gin, MoreAllocs, 2},
		{"S2 dynamic", rival.Ours, job.Gin, TimeRatio, 0.95},
		{"S3 dynamic", rival.Ours, job.Gin, TimeRatio, 0.85},
		{"S2 typed", rival.Ours, job.Gin, TimeRatio, 1.0},
		{"S3 typed", rival.Ours, job.Gin, TimeRatio, 0.9},
		{"S2 typed", rival.OursUndeclared, job.Gin, TimeRatio, 1.15},
		{"S3 typed", rival.OursUndeclared, job.Gin, TimeRatio, 1.15},
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
	case MoreTime:
		return r.compare(b.Rival, b.Against, wall, stat.Difference), r.compare(b.Rival, b.Against, processor, stat.Difference)
	case MoreAllocs:
		return r.compare(b.Rival, b.Against, allocs, stat.Difference), none
	case Allocations:
		if rounds := r.inProcess(b.Rival); rounds != nil {
			return stat.Of(rounds.Allocs), none
		}
	}
	return none, none
}

// met says whether a measured spread keeps the budget. Allocations are counted
// over many requests, and now and then the runtime makes one of its own.
func (b *Budget) met(s stat.Spread) bool {
	const tolerance = 0.05
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
		row(&table, budget.Job, budget.Rival, budget.Against, string(budget.What), fmt.Sprintf("≤ %v", budget.Bound),
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
