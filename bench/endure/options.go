package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/traffic"
)

// options are what the flags say, and what follows from them.
type options struct {
	args     []string
	duration time.Duration
	seed     uint64
	out      string
	short    bool
	sabotage []string
	keep     bool

	size   traffic.Size
	budget ledger.Budget
	// Of faults.
	length, gap time.Duration
	// Of uploads.
	uploads, rounds int
	window          time.Duration
}

// parse reads the flags. Its error names every fault.
func parse(args []string, progress *log.Logger) (*options, error) {
	o := &options{args: args, budget: ledger.Budget{Back: 2 * time.Second}}
	flags := flag.NewFlagSet("endure", flag.ContinueOnError)
	flags.SetOutput(progress.Writer())
	flags.DurationVar(&o.duration, "for", 30*time.Minute, "how long the mixed traffic lasts; 20s at most with -short")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of what is chosen at random")
	flags.StringVar(&o.out, "out", "bench/results/endure.md", `file for the report; "-" prints it and writes nothing`)
	flags.BoolVar(&o.short, "short", false, "each fault once and shorter, fewer uploads, and no judgement from times")
	flags.DurationVar(&o.budget.Normal, "visible", 100*time.Millisecond, "how long after its acknowledgement a revalidation may be unseen by other instances; with -short the default is 1s, as redisstore promises")
	flags.IntVar(&o.uploads, "uploads", 0, "slow uploads at once; 0 is 1000, 200 with -short")
	flags.BoolVar(&o.keep, "keep", false, "keep the folder with the logs of the processes")
	sabotage := flags.String("sabotage", "", "what the site shall do wrong, to see that it is found: "+strings.Join(subject.Sabotages, ", "))
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	given := make(map[string]bool)
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	o.sabotage = strings.FieldsFunc(*sabotage, func(r rune) bool { return r == ',' })
	o.defaults(given)
	var faults []error
	if flags.NArg() > 0 {
		faults = append(faults, fmt.Errorf("endure: unknown argument %q; settings are flags, see -help", flags.Arg(0)))
	}
	if o.duration <= 0 || o.budget.Normal <= 0 || o.uploads < 1 {
		faults = append(faults, errors.New("endure: -for, -visible and -uploads must be positive"))
	}
	for _, name := range o.sabotage {
		if !slices.Contains(subject.Sabotages, name) {
			faults = append(faults, fmt.Errorf("endure: -sabotage: there is no %q; they are %s", name, strings.Join(subject.Sabotages, ", ")))
		}
	}
	if _, err := exec.LookPath("redis-server"); err != nil {
		faults = append(faults, errors.New("endure: redis-server is not installed; apt-get install redis-server brings it"))
	}
	return o, errors.Join(faults...)
}

// defaults fills in what depends on the form of the run.
func (o *options) defaults(given map[string]bool) {
	o.size = traffic.Size{Quick: 12, Awkward: 24, Editors: 6}
	o.length, o.gap = 2*time.Second, 3*time.Second
	uploads := 1000
	o.rounds, o.window = 15, 5*time.Second
	if o.short {
		o.size = traffic.Size{Quick: 4, Awkward: 12, Editors: 3}
		o.length, o.gap = 400*time.Millisecond, 200*time.Millisecond
		uploads = 200
		o.rounds, o.window = 1, time.Second
		if !given["for"] {
			o.duration = 20 * time.Second
		}
		if !given["visible"] {
			o.budget.Normal = time.Second
		}
	}
	if o.uploads == 0 {
		o.uploads = uploads
	}
}

// command is how to do it again.
func (o *options) command() string {
	return strings.TrimSpace("go run ./bench/endure " + strings.Join(o.args, " "))
}
