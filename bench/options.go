package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"slices"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// options are what the flags say.
type options struct {
	quick, inProcess, loopback, node bool
	// part says that jobs or contenders are left out.
	part bool
	// runs is how often everything is measured, one after the other.
	runs int
	// timeout ends all of it.
	timeout time.Duration
	// rounds in process, of each run, and how long a turn is.
	rounds int
	window time.Duration
	// loads are the rounds over loopback where there is a budget.
	loads  int
	load   load.Settings
	out    string
	jobs   []job.Job
	rivals []rival.Rival
	args   []string
}

// parse reads the flags. Its error names every fault.
func parse(args []string, progress *log.Logger) (*options, error) {
	o := &options{args: args}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress.Writer())
	flags.BoolVar(&o.quick, "quick", false, "measure in under 3 minutes: fewer and shorter rounds")
	flags.IntVar(&o.runs, "runs", 1, "measure everything so often, and print the least, the middle and the greatest of the medians")
	flags.IntVar(&o.rounds, "rounds", 0, "rounds in which each contender has its turn; 0 is 21 in process and 5 over loopback, less with -quick and with several runs")
	flags.DurationVar(&o.timeout, "timeout", time.Hour, "give up after this time")
	only := flags.String("only", "", `"inprocess" or "loopback"; empty is both, the second if wrk is installed`)
	flags.StringVar(&o.out, "out", "bench/results", `folder for the results; "-" prints the page and writes nothing`)
	flags.BoolVar(&o.node, "node", false, "measure Express and Next.js too, over loopback; the first time they are installed by npm, which takes minutes")
	scenarios := flags.String("scenario", "", "scenarios to measure, such as S1,S6; empty is all")
	contenders := flags.String("rivals", "", "contenders to measure beside gin, such as apiroutes,echo; empty is all")
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
	if o.runs < 1 {
		faults = append(faults, fmt.Errorf("bench: -runs is %d; write 1 or more", o.runs))
	}
	if o.timeout <= 0 {
		faults = append(faults, fmt.Errorf("bench: -timeout is %v; write a duration such as 30m", o.timeout))
	}
	o.inProcess, o.loopback = *only != "loopback", *only != "inprocess"
	switch {
	case !slices.Contains([]string{"", "inprocess", "loopback"}, *only):
		faults = append(faults, fmt.Errorf(`bench: -only is %q; write "inprocess" or "loopback", or leave it out`, *only))
	case *only == "loopback" && !load.Installed():
		faults = append(faults, errors.New("bench: -only loopback needs wrk; apt-get install wrk brings it"))
	case o.loopback && !load.Installed():
		progress.Print("wrk is not installed (apt-get install wrk), so nothing is measured over loopback")
		o.loopback = false
	}
	o.part = *only != "" || *scenarios != "" || *contenders != ""
	o.defaults()
	faults = append(faults, o.choose(split(*scenarios), names(*contenders, rival.All())))
	return o, errors.Join(faults...)
}

// defaults are chosen so that everything takes a quarter of an hour on two
// processors, be it in one run or in three.
func (o *options) defaults() {
	rounds := o.rounds
	o.load = load.Settings{Connections: 32, Duration: time.Second}
	switch {
	case o.quick:
		o.rounds, o.window, o.loads = 15, 20*time.Millisecond, 2
	case o.runs > 1:
		o.rounds, o.window, o.loads = 15, 30*time.Millisecond, 2
	default:
		o.rounds, o.window, o.loads = 21, 40*time.Millisecond, 5
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
			faults = append(faults, fmt.Errorf("bench: -scenario: there is no %q; they are S1 to S9", name))
		}
	}
	rivals := rival.All()
	known := make([]string, 0, len(rivals))
	for _, r := range rivals {
		known = append(known, r.Name)
		if len(contenders) == 0 || slices.Contains(contenders, r.Name) || slices.Contains(job.Yardsticks(), r.Name) {
			o.rivals = append(o.rivals, r)
		}
	}
	for _, name := range contenders {
		if !slices.Contains(known, name) {
			faults = append(faults, fmt.Errorf("bench: -rivals: there is no %q; they are %s", name, strings.Join(known, ", ")))
		}
	}
	o.jobs = slices.DeleteFunc(job.All(), func(j job.Job) bool { return len(scenarios) > 0 && !slices.Contains(scenarios, j.Scenario) })
	return errors.Join(faults...)
}

// has says whether a scenario is to be measured.
func (o *options) has(scenario string) bool {
	return slices.ContainsFunc(o.jobs, func(j job.Job) bool { return j.Scenario == scenario })
}

// present leaves out programs that are not there. Those of npm are fetched if
// they are wanted.
func (o *options) present(ctx context.Context, progress *log.Logger) error {
	var here []rival.Rival
	for _, r := range o.rivals {
		switch {
		case (r.External == nil || r.External.Install == nil) && !r.Installed():
			progress.Printf("%s is not installed and left out", r.Name)
			continue
		case r.External == nil || r.External.Install == nil:
		case !o.node:
			continue
		default:
			if err := r.External.Install(ctx, progress); err != nil {
				return err
			}
		}
		here = append(here, r)
	}
	o.rivals = here
	return nil
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// names reads a list of contenders. Some names have a comma in them: of the
// ways to read a list, the one with the longest names counts.
func names(list string, rivals []rival.Rival) []string {
	var parts, found []string
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	for len(parts) > 0 {
		length := len(parts)
		for length > 1 && !slices.ContainsFunc(rivals, func(r rival.Rival) bool { return r.Name == strings.Join(parts[:length], ", ") }) {
			length--
		}
		found = append(found, strings.Join(parts[:length], ", "))
		parts = parts[length:]
	}
	return found
}

// command is how to do it again.
func (o *options) command() string {
	return strings.TrimSpace("go run ./bench " + strings.Join(o.args, " "))
}
