package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// options are what the flags say.
type options struct {
	quick, inProcess, loopback bool
	// rounds in process, and how long a turn is.
	rounds int
	window time.Duration
	// loads are the rounds over loopback.
	loads  int
	load   load.Settings
	out    string
	jobs   []job.Job
	rivals []rival.Rival
	args   []string
}

// parse reads the flags. Its error names every fault.
func parse(args []string, log io.Writer) (*options, error) {
	o := &options{args: args}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.BoolVar(&o.quick, "quick", false, "measure in under 3 minutes: fewer and shorter rounds")
	flags.IntVar(&o.rounds, "rounds", 0, "rounds in which each contender has its turn; 0 is 15 in process and 5 over loopback, with -quick 9 and 2")
	only := flags.String("only", "", `"inprocess" or "loopback"; empty is both, the second if wrk is installed`)
	flags.StringVar(&o.out, "out", "bench/results", `folder for the results; "-" prints the page and writes nothing`)
	scenarios := flags.String("scenario", "", "scenarios to measure, such as S1,S6; empty is all")
	contenders := flags.String("rivals", "", "contenders to measure beside gin, such as apiroutes,echo; empty is all that are installed")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	var faults []error
	if flags.NArg() > 0 {
		faults = append(faults, fmt.Errorf("bench: unknown argument %q; settings are flags, see -help", flags.Arg(0)))
	}
	if o.rounds < 0 {
		faults = append(faults, fmt.Errorf("bench: -rounds is %d; write 1 or more, or leave it out", o.rounds))
	}
	o.inProcess, o.loopback = *only != "loopback", *only != "inprocess"
	switch {
	case !slices.Contains([]string{"", "inprocess", "loopback"}, *only):
		faults = append(faults, fmt.Errorf(`bench: -only is %q; write "inprocess" or "loopback", or leave it out`, *only))
	case *only == "loopback" && !load.Installed():
		faults = append(faults, errors.New("bench: -only loopback needs wrk; apt-get install wrk brings it"))
	case o.loopback && !load.Installed():
		fmt.Fprintln(log, "wrk is not installed (apt-get install wrk), so nothing is measured over loopback")
		o.loopback = false
	}
	o.defaults()
	faults = append(faults, o.choose(split(*scenarios), split(*contenders)))
	return o, errors.Join(faults...)
}

func (o *options) defaults() {
	rounds := o.rounds
	o.rounds, o.window = 15, 100*time.Millisecond
	o.loads, o.load = 5, load.Settings{Connections: 32, Duration: 3 * time.Second}
	if o.quick {
		o.rounds, o.window = 9, 25*time.Millisecond
		o.loads, o.load.Duration = 2, time.Second
	}
	if rounds > 0 {
		o.rounds, o.loads = rounds, rounds
	}
}

// choose picks the jobs and the contenders; no names stand for all. Yardsticks
// are always among them.
func (o *options) choose(scenarios, contenders []string) error {
	var faults []error
	for _, name := range scenarios {
		if !slices.ContainsFunc(job.All(), func(j job.Job) bool { return j.Scenario == name }) {
			faults = append(faults, fmt.Errorf("bench: -scenario: there is no %q; they are S1 to S8", name))
		}
	}
	var known []string
	for _, r := range rival.All() {
		known = append(known, r.Name)
		if len(contenders) == 0 || slices.Contains(contenders, r.Name) || r.Name == job.Gin || r.Name == job.Contrib {
			o.rivals = append(o.rivals, r)
		}
	}
	for _, name := range contenders {
		if !slices.Contains(known, name) {
			faults = append(faults, fmt.Errorf("bench: -rivals: there is no %q; they are %s", name, strings.Join(known, ", ")))
		}
	}
	for _, j := range job.All() {
		if len(scenarios) == 0 || slices.Contains(scenarios, j.Scenario) {
			o.jobs = append(o.jobs, j)
		}
	}
	return errors.Join(faults...)
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

// command is how to do it again.
func (o *options) command() string {
	return strings.TrimSpace("go run ./bench " + strings.Join(o.args, " "))
}
