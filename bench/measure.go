package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/gin-apiroutes/apiroutes/bench/internal/growth"
	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
)

// inProcess measures the jobs one after the other, with the contenders of each
// in turn, after all have given the right answer.
func inProcess(ctx context.Context, o *options, result *report.Run, progress *log.Logger) (err error) {
	for i := range o.rivals {
		stop, startErr := o.rivals[i].Start(ctx)
		if startErr != nil {
			return startErr
		}
		defer func() { err = errors.Join(err, stop()) }() //nolint:revive // all are needed until the end
	}
	for i := range o.jobs {
		j := &o.jobs[i]
		entries, err := handlers(ctx, o, j)
		if err != nil {
			return err
		}
		var found []report.InProcess
		if len(entries) > 0 {
			progress.Printf("[%d/%d] %v in process: %d contenders, %d rounds of %v", i+1, len(o.jobs), j, len(entries), o.rounds, o.window)
			rounds := inproc.Measure(ctx, j, entries, inproc.Settings{Rounds: o.rounds, Window: o.window})
			for _, entry := range entries {
				found = append(found, report.InProcess{Rival: entry.Name, Rounds: rounds[entry.Name]})
			}
		}
		report.Add(result, j, found)
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("bench: stopped: %w", err)
		}
	}
	return nil
}

// grow measures what more patterns and more pages cost, if their scenarios are
// measured.
func grow(ctx context.Context, o *options, result *report.Run, progress *log.Logger) (err error) {
	pages := []int{1000, 10_000, 100_000, 1_000_000}
	if o.quick {
		pages = pages[:2]
	}
	if o.has("S5") {
		progress.Print("10 to 10000 patterns in process")
		if result.Patterns, err = growth.OfPatterns(ctx, 10, 100, 1000, 10_000); err != nil {
			return err
		}
	}
	if o.has("S6") {
		progress.Printf("%d to %d pages in process", pages[0], pages[len(pages)-1])
		result.Pages, err = growth.OfPages(ctx, pages...)
	}
	return err
}

// handlers builds the contenders for a job and asks each once.
func handlers(ctx context.Context, o *options, j *job.Job) ([]inproc.Entry, error) {
	var entries []inproc.Entry
	for i := range o.rivals {
		build := o.rivals[i].Handlers[j.Kind]
		if build == nil || j.LoopbackOnly {
			continue
		}
		entry := inproc.Entry{Name: o.rivals[i].Name, Handler: build()}
		if err := inproc.Check(ctx, j, entry.Handler); err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name, err)
		}
		entries = append(entries, entry)
	}
	return entries, nil
}
