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
	// Runs is how often everything was measured.
	Runs int
	// Rounds and Window describe the measurements in process of one of them.
	Rounds int
	Window time.Duration
	// Load describes those over loopback.
	Load load.Settings
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
	// Rounds and Loads are how many there are of each contender in one of
	// several runs, in process and over loopback.
	Rounds, Loads int
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
	// Bursts are there for jobs with bodies that are too large: one of each run.
	Bursts []load.Burst
}

// AddInProcess adds what a run of so many rounds found at a job.
func (run *Run) AddInProcess(j *job.Job, rounds int, found []InProcess) {
	r := run.at(j)
	r.Rounds = rounds
	for _, entry := range found {
		if known := r.inProcess(entry.Rival); known != nil {
			known.Append(entry.Rounds)
		} else {
			r.InProcess = append(r.InProcess, entry)
		}
	}
}

// AddLoopback adds what a run of so many rounds found at a job.
func (run *Run) AddLoopback(j *job.Job, rounds int, found []Loopback) {
	r := run.at(j)
	r.Loads = rounds
	for _, entry := range found {
		if len(entry.Samples) == 0 {
			continue // it failed, and a note says so
		}
		if known := r.loopback(entry.Rival); known != nil {
			known.Samples, known.Bursts = append(known.Samples, entry.Samples...), append(known.Bursts, entry.Bursts...)
			known.Peak = max(known.Peak, entry.Peak)
		} else {
			r.Loopback = append(r.Loopback, entry)
		}
	}
}

// at returns what is known of a job so far.
func (run *Run) at(j *job.Job) *Result {
	if result := run.result(j.String()); result != nil {
		return result
	}
	run.Jobs = append(run.Jobs, Result{Job: *j})
	return &run.Jobs[len(run.Jobs)-1]
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
func (r *Result) compare(rival, yardstick string, of func(*inproc.Rounds) []float64, combine func(a, b float64) float64) []float64 {
	a, b := r.inProcess(rival), r.inProcess(yardstick)
	if a == nil || b == nil {
		return nil
	}
	return stat.Pairs(of(a), of(b), combine)
}

// ratio is the spread of a contender's numbers in process, relative to those of
// the yardstick.
func (r *Result) ratio(rival, yardstick string, of func(*inproc.Rounds) []float64) stat.Spread {
	return stat.OfRuns(r.compare(rival, yardstick, of, stat.Ratio), r.Rounds)
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
