package main

import (
	"context"
	"fmt"
	"log"

	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
)

// inProcess measures the jobs one after the other, with the contenders of each
// in turn, after all have given the right answer.
func inProcess(ctx context.Context, o *options, result *report.Run, progress *log.Logger) error {
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
