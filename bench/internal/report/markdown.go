package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

// Markdown returns the whole page. Charts are the file names of charts that
// stand beside it.
func Markdown(run *Run, charts ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Measured %s\n\n", run.Date.UTC().Format("2006-01-02 15:04 UTC"))
	fmt.Fprintf(&b, "```sh\n%s\n```\n\n", run.Command)
	if run.Runs > 1 {
		fmt.Fprintf(&b, "Everything was measured %d times, one run after the other. Where three numbers stand, they are the least, the middle and the "+
			"greatest of the medians of these runs.\n\n", run.Runs)
	}
	if run.Busy {
		b.WriteString("**Others used the machine meanwhile** (see the load averages below): times are rough, and only the medians, processor times, " +
			"allocations and memory mean something.\n\n")
	}
	for _, chart := range charts {
		fmt.Fprintf(&b, "![%s](%s)\n", strings.TrimSuffix(chart, ".svg"), chart)
	}
	if len(charts) > 0 {
		b.WriteByte('\n')
	}
	for _, part := range []func(*strings.Builder, *Run){budgets, inProcess, loopback, titles, grown, notes, facts} {
		part(&b, run)
	}
	return b.String()
}

func facts(b *strings.Builder, run *Run) {
	b.WriteString("## Machine and versions\n\n")
	header(b, "what", "")
	for _, fact := range append(append([]Fact(nil), run.Machine...), run.Versions...) {
		row(b, fact.Name, fact.Value)
	}
	b.WriteByte('\n')
}

func inProcess(b *strings.Builder, run *Run) {
	if !slices.ContainsFunc(run.Jobs, func(r Result) bool { return len(r.InProcess) > 0 }) {
		return
	}
	fmt.Fprintf(b, "## In process\n\n%d rounds of %v for each contender in turn; ratios are taken within a round. Below 1 is faster. "+
		"Processor time counts the garbage collector on the other core too, and does not count what other programs did meanwhile.\n\n",
		run.Rounds, run.Window)
	header(b, "job", "contender", "ns:", "bytes:", "allocations:", "time, ratio: min / median / max:", "processor time, ratio:", "time as benchstat compares:", "to")
	for i := range run.Jobs {
		r := &run.Jobs[i]
		for _, entry := range r.InProcess {
			rounds := entry.Rounds
			row(b, r.Job.String(), entry.Rival, number(stat.Of(rounds.Time).Median), number(stat.Of(rounds.Bytes).Median),
				number(stat.Of(rounds.Allocs).Median), r.ratio(entry.Rival, r.Job.Yardstick, wall).String(),
				r.ratio(entry.Rival, r.Job.Yardstick, processor).String(), r.delta(entry.Rival, r.Job.Yardstick), r.Job.Yardstick)
		}
	}
	b.WriteByte('\n')
}

func titles(b *strings.Builder, run *Run) {
	if len(run.Jobs) == 0 {
		return
	}
	b.WriteString("## Jobs\n\n")
	for i := range run.Jobs {
		fmt.Fprintf(b, "- %s: %s\n", run.Jobs[i].Job.String(), run.Jobs[i].Job.Title)
	}
	b.WriteByte('\n')
}

// number prints a measured number as far as it means something.
func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.Abs(v) < 9.95 && math.Abs(v-math.Round(v)) > 0.05:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	digits := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
