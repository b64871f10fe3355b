package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/upload"
)

// findings are what a run finds out.
type findings struct {
	ledger  *ledger.Ledger
	lag     *ledger.Lag
	uploads *upload.Result
	// before and after are what instances held before the load and after it.
	before, after []subject.Usage
	traffic       time.Duration
}

func newFindings() *findings { return &findings{ledger: ledger.New(), lag: new(ledger.Lag)} }

// all does the whole run.
func (r *endurance) all(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go r.lag.Run(ctx)
	var warming sync.WaitGroup
	for _, seat := range r.seats {
		warming.Go(func() { r.crowd.Warm(ctx, seat.Target) })
	}
	warming.Wait()
	for _, seat := range r.seats {
		usage, err := r.rest(ctx, seat, nil)
		if err != nil {
			return err
		}
		r.before = append(r.before, usage)
	}
	if err := r.load(ctx); err != nil {
		return err
	}
	for i, seat := range r.seats {
		usage, err := r.rest(ctx, seat, &r.before[i])
		if err != nil {
			return err
		}
		r.after = append(r.after, usage)
	}
	if err := r.slowUploads(ctx); err != nil {
		return err
	}
	return r.finish()
}

// load has the mixed traffic and the faults.
func (r *endurance) load(ctx context.Context) error {
	started := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	faulty, stop := context.WithTimeout(ctx, r.o.duration)
	defer stop()
	var running sync.WaitGroup
	running.Go(func() { r.crowd.Run(ctx, r.o.size) })
	running.Go(func() { r.report(ctx) })
	err := r.injector.Run(faulty)
	if err == nil && ctx.Err() == nil {
		pauseFor(ctx, r.o.budget.Back+r.o.gap) // what was acknowledged last becomes visible
	}
	if ctx.Err() != nil {
		err = errors.Join(err, errors.New("endure: interrupted"))
	}
	cancel()
	running.Wait()
	r.traffic = time.Since(started)
	return err
}

func pauseFor(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// report prints a line every few seconds.
func (r *endurance) report(ctx context.Context) {
	const every = 5 * time.Second
	last, told, at := 0, 0, time.Now()
	for {
		pauseFor(ctx, every)
		if ctx.Err() != nil {
			return
		}
		sums := r.ledger.Sums()
		n, now := sums.Requests(), time.Now()
		v := r.shared.Truth.Visibility()
		r.told("%d requests, %.0f a second; %d faults, %d revalidations; lost: %d", n, float64(n-last)/now.Sub(at).Seconds(),
			sums.FaultCount(), v.Acknowledged+r.alone.Truth.Visibility().Acknowledged, sums.Total())
		for _, f := range sums.Findings[told:] {
			r.progress.Printf("lost after %v: %s: %s", f.At.Round(time.Millisecond), f.Class, f.Text)
		}
		last, told, at = n, len(sums.Findings), now
	}
}

// told prints a line of progress.
func (r *endurance) told(format string, args ...any) {
	r.progress.Printf("%7v %s", time.Since(r.started).Round(100*time.Millisecond), fmt.Sprintf(format, args...))
}

// Of the uploads.
const (
	uploadRate  = 1 << 10 // bytes a second, each
	fastRate    = 400     // requests a second that are measured beside
	fastAllowed = 1.5     // times longer they may take
	// perConnection is what an upload may hold beside its body: the buffers
	// and the goroutine of net/http, the context of Gin.
	perConnection = 64 << 10
)

// slowUploads measures what many slow uploads at once cost.
func (r *endurance) slowUploads(ctx context.Context) (err error) {
	r.told("%d slow uploads at once", r.o.uploads)
	seat := r.seats[0]
	r.uploads, err = upload.Run(ctx, &upload.Settings{
		Address: seat.Target.Address(), Uploads: r.o.uploads, Rate: uploadRate, Rounds: r.o.rounds, Window: r.o.window, Requests: fastRate,
		Usage: func() (usage subject.Usage, err error) {
			err = seat.Instance().Tell("/usage", &usage)
			return usage, err
		},
	})
	if err != nil && ctx.Err() == nil {
		r.ledger.Lost(ledger.Wrong, "beside slow uploads: %v", err)
		r.uploads = new(upload.Result)
		return nil
	}
	if err != nil {
		return err
	}
	if most := int64(r.o.uploads) * (subject.UploadLimit + perConnection); r.uploads.Held > most {
		r.ledger.Lost(ledger.Memory, "%d uploads hold %d bytes, more than %d", r.o.uploads, r.uploads.Held, most)
	}
	if r.uploads.Answer != "HTTP/1.1 200" || r.uploads.Broken > 0 {
		r.ledger.Lost(ledger.Wrong, "slow uploads: %d broke off, one that came to its end was answered %q", r.uploads.Broken, r.uploads.Answer)
	}
	if !r.o.short && r.uploads.Median > fastAllowed {
		r.ledger.Lost(ledger.Slow, "with %d slow uploads the 99th percentile of fast requests is %.2f times that without", r.o.uploads, r.uploads.Median)
	}
	_, err = r.rest(ctx, seat, &r.before[0])
	return err
}
