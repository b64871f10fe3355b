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
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// options are what the flags say.
type options struct {
	quick, loopback bool
	rounds          int
	window          time.Duration
	out             string
	jobs            []job.Job
	rivals          []rival.Rival
	args            []string
}

// parse reads the flags. Its error names every fault.
func parse(args []string, log io.Writer) (*options, error) {
	o := &options{args: args}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.BoolVar(&o.quick, "quick", false, "measure in under 3 minutes: fewer and shorter rounds")
	flags.IntVar(&o.rounds, "rounds", 0, "rounds in which each contender has its turn; 0 is 15, or 9 with -quick")
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
	o.defaults()
	faults = append(faults, o.choose(split(*scenarios), split(*contenders)))
	return o, errors.Join(faults...)
}

func (o *options) defaults() {
	o.window = 100 * time.Millisecond
	if o.quick {
		o.window = 25 * time.Millisecond
	}
	if o.rounds == 0 {
		o.rounds = 15
		if o.quick {
			o.rounds = 9
		}
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
