package report

import (
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/growth"
	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

// Run is everything that one run found.
type Run struct {
	Date     time.Time
	Command  string
	Machine  []Fact
	Versions []Fact
	// Rounds and Window describe the measurements in process.
	Rounds int
	Window time.Duration
	// Loads and Load describe those over loopback.
	Loads int
	Load  load.Settings
	// Patterns and Pages say what more of them cost.
	Patterns []growth.Patterns
	Pages    []growth.Pages
	// Busy says that others used the machine meanwhile.
	Busy bool
	// Notes say what could not be measured.
	Notes []string
	// Jobs are in the order of the report.
	Jobs []Result
}

// Fact is a line of the report's head.
type Fact struct{ Name, Value string }

// Result is what was measured at one job.
type Result struct {
	Job job.Job
	// InProcess has the contenders in order.
	InProcess []InProcess
	Loopback  []Loopback
}

// Loopback is what one contender did as a server.
type Loopback struct {
	Rival   string
	Samples []load.Sample
	// Peak is the most memory that it held, in bytes.
	Peak int64
	// Burst is there for jobs with bodies that are too large.
	Burst load.Burst
}

// Add puts what was measured at a job, []InProcess or []Loopback, to what is
// known of it.
func Add[T InProcess | Loopback](run *Run, j *job.Job, found []T) {
	result := run.result(j.String())
	if result == nil {
		run.Jobs = append(run.Jobs, Result{Job: *j})
		result = &run.Jobs[len(run.Jobs)-1]
	}
	switch found := any(found).(type) {
	case []InProcess:
		result.InProcess = found
	case []Loopback:
		result.Loopback = found
	}
}

// InProcess is what one contender took in process.
type InProcess struct {
	Rival  string
	Rounds *inproc.Rounds
}

// inProcess returns the rounds of a contender, nil if it did not take part.
func (r *Result) inProcess(rival string) *inproc.Rounds {
	for i := range r.InProcess {
		if r.InProcess[i].Rival == rival {
			return r.InProcess[i].Rounds
		}
	}
	return nil
}

// The numbers of a contender's rounds in process.
func wall(r *inproc.Rounds) []float64      { return r.Time }
func processor(r *inproc.Rounds) []float64 { return r.CPU }
func allocs(r *inproc.Rounds) []float64    { return r.Allocs }

// compare combines the numbers of two contenders round by round.
func (r *Result) compare(rival, yardstick string, of func(*inproc.Rounds) []float64, combine func(a, b float64) float64) stat.Spread {
	a, b := r.inProcess(rival), r.inProcess(yardstick)
	if a == nil || b == nil {
		return stat.Of(nil)
	}
	return stat.Of(stat.Pairs(of(a), of(b), combine))
}

// row writes a line of a table.
func row(b *strings.Builder, cells ...string) {
	for _, cell := range cells {
		b.WriteString("| ")
		b.WriteString(strings.ReplaceAll(cell, "|", `\|`))
		b.WriteByte(' ')
	}
	b.WriteString("|\n")
}

// header writes the first two lines of a table: texts to the left, numbers,
// whose heading ends with ":", to the right.
func header(b *strings.Builder, cells ...string) {
	line := make([]string, len(cells))
	for i, cell := range cells {
		name, right := strings.CutSuffix(cell, ":")
		cells[i], line[i] = name, "---"
		if right {
			line[i] = "---:"
		}
	}
	row(b, cells...)
	row(b, line...)
}
