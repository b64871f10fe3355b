package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"slices"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// burst is how many large bodies are sent at once for S4.
const burst = 200

// quickJobs are what -quick measures over loopback.
var quickJobs = []string{"S1", "S3 dynamic", "S4 length", "S6"}

// loopback measures the jobs with each contender as a process of its own.
func loopback(ctx context.Context, o *options, result *report.Run, progress *log.Logger) error {
	executable, err := os.Executable()
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	for i := range o.jobs {
		j := &o.jobs[i]
		if j.InProcessOnly || o.quick && !slices.Contains(quickJobs, j.String()) {
			continue
		}
		m := &meeting{o: o, job: j, executable: executable}
		progress.Printf("[%d/%d] %v over loopback, %d rounds of %v", i+1, len(o.jobs), j, o.loads, o.load.Duration)
		if err := m.measure(ctx, progress); err != nil {
			return err
		}
		result.Notes = append(result.Notes, m.notes...)
		report.Add(result, j, m.found)
	}
	return nil
}

// meeting is the contenders at one job.
type meeting struct {
	o          *options
	job        *job.Job
	executable string
	running    []*load.Process
	found      []report.Loopback
	notes      []string
}

func (m *meeting) measure(ctx context.Context, progress *log.Logger) (err error) {
	defer func() {
		for _, p := range m.running {
			err = errors.Join(err, p.Stop())
		}
	}()
	for i := range m.o.rivals {
		if err := m.start(ctx, &m.o.rivals[i]); err != nil {
			return err
		}
	}
	for round := range m.o.loads {
		for i := range m.running {
			turn := (i + round) % len(m.running)
			sample, err := load.Wrk(ctx, m.running[turn], m.job, m.o.load)
			if err != nil {
				return fmt.Errorf("%s: %v: %w", m.found[turn].Rival, m.job, err)
			}
			m.found[turn].Samples = append(m.found[turn].Samples, sample)
			progress.Printf("  round %d: %-22s %.0f/s", round+1, m.found[turn].Rival, sample.Throughput)
		}
	}
	for i, p := range m.running {
		usage, err := p.Usage()
		if err != nil {
			return err
		}
		m.found[i].Peak = usage.Peak
	}
	if m.job.Want.Status >= 400 {
		return m.bursts(ctx)
	}
	return nil
}

// start runs a contender and asks it. One that does not give the answer is
// left out, and the report says so; for ours it is an error.
func (m *meeting) start(ctx context.Context, r *rival.Rival) error {
	if !r.Can(m.job.Kind) || m.o.quick && !slices.Contains([]string{rival.Ours, job.Gin}, r.Name) {
		return nil
	}
	p, err := load.Start(ctx, m.executable, r.Name, m.job.Kind)
	if err != nil {
		return err
	}
	if err := load.Check(ctx, m.job, p.Address); err != nil {
		err = errors.Join(fmt.Errorf("%s: %w", r.Name, err), p.Stop())
		if r.Name == rival.Ours {
			return err
		}
		m.notes = append(m.notes, err.Error())
		return nil
	}
	m.running = append(m.running, p)
	m.found = append(m.found, report.Loopback{Rival: r.Name})
	return nil
}

// bursts asks fresh processes, one at a time, what many bodies at once take.
func (m *meeting) bursts(ctx context.Context) error {
	for i := range m.found {
		p, err := load.Start(ctx, m.executable, m.found[i].Rival, m.job.Kind)
		if err != nil {
			return err
		}
		m.found[i].Burst, err = load.SendBurst(ctx, p, m.job, burst)
		if err := errors.Join(err, p.Stop()); err != nil {
			return err
		}
	}
	return nil
}
