package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"slices"
	"strings"

	"github.com/gin-apiroutes/apiroutes/bench/internal/growth"
	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// session is what goes on while it is measured.
type session struct {
	o        *options
	progress *log.Logger
	result   *report.Run
	// failed has the faults that make the whole session fail: those of ours and
	// of yardsticks. Without another contender the rest still means something.
	failed error
}

// fault notes that a contender is left out of a job, once.
func (s *session) fault(name string, err error) {
	note := fmt.Sprintf("%s: %v", name, err)
	s.progress.Print(note)
	if !slices.Contains(s.result.Notes, note) {
		s.result.Notes = append(s.result.Notes, note)
	}
	if strings.HasPrefix(name, rival.Ours) || slices.Contains(job.Yardsticks(), name) {
		s.failed = errors.Join(s.failed, errors.New(note))
	}
}

// step prints what is done next.
func (s *session) step(run, i int, what string) {
	text := fmt.Sprintf("[%d/%d] %s", i+1, len(s.o.jobs), what)
	if s.o.runs > 1 {
		text = fmt.Sprintf("run %d of %d %s", run+1, s.o.runs, text)
	}
	s.progress.Print(text)
}

// measure does everything as often as it is wanted. Its error says that there
// is nothing to show; faults of single contenders are in the session.
func (s *session) measure(ctx context.Context) error {
	for run := range s.o.runs {
		if s.o.inProcess {
			if err := s.inProcess(ctx, run); err != nil {
				return err
			}
		}
		if s.o.loopback {
			if err := s.loopback(ctx, run); err != nil {
				return err
			}
		}
	}
	if s.o.inProcess {
		return s.grow(ctx)
	}
	return nil
}

// inProcess measures the jobs one after the other, with the contenders of each
// in turn, after all have given the right answer.
func (s *session) inProcess(ctx context.Context, run int) (err error) {
	for i := range s.o.rivals {
		stop, startErr := s.o.rivals[i].Start(ctx)
		if startErr != nil {
			return startErr
		}
		defer func() { err = errors.Join(err, stop()) }() //nolint:gocritic // all are needed until the end
	}
	for i := range s.o.jobs {
		j := &s.o.jobs[i]
		entries := s.handlers(ctx, j)
		if len(entries) == 0 {
			continue
		}
		s.step(run, i, fmt.Sprintf("%v in process: %d contenders, %d rounds of %v", j, len(entries), s.o.rounds, s.o.window))
		rounds := inproc.Measure(ctx, j, entries, inproc.Settings{Rounds: s.o.rounds, Window: s.o.window})
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("bench: stopped: %w", context.Cause(ctx))
		}
		found := make([]report.InProcess, 0, len(entries))
		for _, entry := range entries {
			found = append(found, report.InProcess{Rival: entry.Name, Rounds: rounds[entry.Name]})
		}
		s.result.AddInProcess(j, s.o.rounds, found)
	}
	return nil
}

// handlers builds the contenders for a job and asks each. One that does not give
// the answer is left out.
func (s *session) handlers(ctx context.Context, j *job.Job) []inproc.Entry {
	var entries []inproc.Entry
	for i := range s.o.rivals {
		if j.LoopbackOnly {
			continue
		}
		handler, ok := s.o.rivals[i].Build(j.Kind)
		if !ok {
			continue
		}
		entry := inproc.Entry{Name: s.o.rivals[i].Name, Handler: handler}
		if err := inproc.Check(ctx, j, entry.Handler); err != nil {
			s.fault(entry.Name, err)
			continue
		}
		entries = append(entries, entry)
	}
	return entries
}

// grow measures what more patterns and more pages cost, if their scenarios are
// measured.
func (s *session) grow(ctx context.Context) (err error) {
	pages := []int{1000, 10_000, 100_000, 1_000_000}
	if s.o.quick {
		pages = pages[:2]
	}
	if s.o.has("S5") {
		s.progress.Print("10 to 10000 patterns in process")
		if s.result.Patterns, err = growth.OfPatterns(ctx, 10, 100, 1000, 10_000); err != nil {
			return err
		}
	}
	if s.o.has("S6") {
		s.progress.Printf("%d to %d pages in process", pages[0], pages[len(pages)-1])
		s.result.Pages, err = growth.OfPages(ctx, pages...)
	}
	return err
}
