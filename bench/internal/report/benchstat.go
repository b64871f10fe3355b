package report

import (
	"fmt"
	"strings"
)

// Benchstat returns the measurements in process in the format of go test
// -bench, one line for each round, so that two runs can be compared:
//
//	benchstat -col /by results.txt
//	benchstat old.txt new.txt
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
