package main

import (
	"context"
	"errors"
	"fmt"
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
func (s *session) loopback(ctx context.Context, run int) error {
	executable, err := os.Executable()
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	for i := range s.o.jobs {
		j := &s.o.jobs[i]
		if j.InProcessOnly || s.o.quick && !slices.Contains(quickJobs, j.String()) {
			continue
		}
		m := &meeting{session: s, job: j, executable: executable, rounds: s.o.loads}
		if !report.Loaded(j) { // no budget depends on it
			m.rounds = (m.rounds + 1) / 2
		}
		s.step(run, i, fmt.Sprintf("%v over loopback, %d rounds of %v", j, m.rounds, s.o.load.Duration))
		if err := m.measure(ctx); err != nil {
			return err
		}
		s.result.AddLoopback(j, m.rounds, m.found)
	}
	return nil
}

// meeting is the contenders at one job.
type meeting struct {
	*session
	job        *job.Job
	executable string
	rounds     int
	running    []*load.Process
	found      []report.Loopback // in the same order
}

func (m *meeting) measure(ctx context.Context) (err error) {
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
	for round := range m.rounds {
		if err := m.round(ctx, round); err != nil {
			return err
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
// left out.
func (m *meeting) start(ctx context.Context, r *rival.Rival) error {
	if !r.Can(m.job.Kind) || m.o.quick && !slices.Contains([]string{rival.Ours, job.Gin}, r.Name) {
		return nil
	}
	p, err := load.Start(ctx, m.executable, r.Name, m.job.Kind)
	if err != nil {
		return m.leaveOut(ctx, r.Name, err)
	}
	if err := load.Check(ctx, m.job, p.Address); err != nil {
		return m.leaveOut(ctx, r.Name, errors.Join(err, p.Stop()))
	}
	if r.Compiles() {
		warm := m.o.load
		warm.Duration *= 2
		if _, err := load.Wrk(ctx, p, m.job, warm); err != nil {
			return m.leaveOut(ctx, r.Name, errors.Join(err, p.Stop()))
		}
	}
	m.running = append(m.running, p)
	m.found = append(m.found, report.Loopback{Rival: r.Name})
	return nil
}

// leaveOut notes a contender's fault; if the end has come, that is the fault.
func (m *meeting) leaveOut(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("bench: stopped: %w", context.Cause(ctx))
	}
	m.fault(name, fmt.Errorf("%v: %w", m.job, err))
	return nil
}

// round loads each contender once; the first one is another in each round.
func (m *meeting) round(ctx context.Context, round int) error {
	for i := range m.running {
		turn := (i + round) % len(m.running)
		found := &m.found[turn]
		if len(found.Samples) < round {
			continue // it is out
		}
		sample, err := load.Wrk(ctx, m.running[turn], m.job, m.o.load)
		if err != nil {
			if err := m.leaveOut(ctx, found.Rival, err); err != nil {
				return err
			}
			continue
		}
		found.Samples = append(found.Samples, sample)
		m.progress.Printf("  round %d: %-22s %.0f/s", round+1, found.Rival, sample.Throughput)
	}
	return nil
}

// bursts asks fresh processes, one at a time, what many bodies at once take.
func (m *meeting) bursts(ctx context.Context) error {
	for i := range m.found {
		p, err := load.Start(ctx, m.executable, m.found[i].Rival, m.job.Kind)
		if err != nil {
			return err
		}
		found, err := load.SendBurst(ctx, p, m.job, burst)
		if err := errors.Join(err, p.Stop()); err != nil {
			return err
		}
		m.found[i].Bursts = append(m.found[i].Bursts, found)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("bench: stopped: %w", context.Cause(ctx))
	}
	return nil
}
