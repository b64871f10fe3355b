package report

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/perf/benchmath"

	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

// delta says what benchstat says of a contender's times and those of the
// yardstick: by how many percent the median differs, or "~" where that may be
// chance, and how probable chance is. Rounds are not paired here, so this has
// less to say than the ratios.
func (r *Result) delta(rival, yardstick string) string {
	a, b := r.inProcess(yardstick), r.inProcess(rival)
	if a == nil || b == nil || a == b {
		return "–"
	}
	sample := func(values []float64) *benchmath.Sample {
		return benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds)
	}
	compared := benchmath.AssumeNothing.Compare(sample(a.Time), sample(b.Time))
	return compared.FormatDelta(stat.Of(a.Time).Median, stat.Of(b.Time).Median) + " (" + compared.String() + ")"
}

// Benchstat returns the measurements in process in the format of go test
// -bench, one line for each round, so that two runs can be compared:
//
//	go run golang.org/x/perf/cmd/benchstat@latest -col /by full.txt
//	go run golang.org/x/perf/cmd/benchstat@latest old.txt full.txt
func Benchstat(run *Run) string {
	var b strings.Builder
	b.WriteString("goos: linux\npkg: github.com/gin-apiroutes/apiroutes/bench\n")
	for i := range run.Jobs {
		r := &run.Jobs[i]
		for _, entry := range r.InProcess {
			name := "Benchmark" + word(r.Job.String()) + "/by=" + word(entry.Rival)
			for n, nanoseconds := range entry.Rounds.Time {
				fmt.Fprintf(&b, "%s 1 %.1f ns/op %.0f B/op %.0f allocs/op\n", name, nanoseconds, entry.Rounds.Bytes[n], entry.Rounds.Allocs[n])
			}
		}
	}
	return b.String()
}

// word makes a name of a benchmark, which has neither blanks nor slashes.
func word(text string) string {
	return strings.NewReplacer(" ", "-", ",", "", "/", "-").Replace(text)
}
