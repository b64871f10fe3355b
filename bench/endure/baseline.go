package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/fault"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

// What an instance may hold more after the load than before: pools that grew,
// a connection that is about to end.
const (
	moreHeap       = 24 << 20
	moreResident   = 96 << 20
	moreGoroutines = 8
	moreFiles      = 8
	// settle is how long it may take until then.
	settle = 30 * time.Second
)

// rest waits until an instance has come to rest and returns what it holds then.
// Against a base line, it is a loss if that is more than it may be; without one,
// at rest is who does not change any more.
func (r *endurance) rest(ctx context.Context, seat *fault.Seat, base *subject.Usage) (subject.Usage, error) {
	var last subject.Usage
	for deadline := time.Now().Add(settle); ; pauseFor(ctx, 300*time.Millisecond) {
		var usage subject.Usage
		if err := seat.Instance().Tell("/usage", &usage); err != nil {
			return usage, err
		}
		if base == nil && usage.Goroutines == last.Goroutines && usage.Files == last.Files {
			return usage, nil
		}
		if base != nil && usage.Heap <= base.Heap+moreHeap && usage.Resident <= base.Resident+moreResident &&
			usage.Goroutines <= base.Goroutines+moreGoroutines && usage.Files <= base.Files+moreFiles {
			return usage, nil
		}
		last = usage
		if ctx.Err() != nil {
			return usage, fmt.Errorf("endure: interrupted: %w", context.Cause(ctx))
		}
		if time.Now().After(deadline) {
			if base != nil {
				r.exceeds(seat.Target.Name, &usage, base)
			}
			return usage, nil
		}
	}
}

func (r *endurance) exceeds(name string, usage, base *subject.Usage) {
	if usage.Heap > base.Heap+moreHeap || usage.Resident > base.Resident+moreResident {
		r.ledger.Lost(ledger.Memory, "%s: heap %s, resident %s; before the load %s and %s", name,
			megabytes(usage.Heap), megabytes(usage.Resident), megabytes(base.Heap), megabytes(base.Resident))
	}
	if usage.Goroutines > base.Goroutines+moreGoroutines {
		r.ledger.Lost(ledger.Goroutines, "%s: %d goroutines, %d before the load", name, usage.Goroutines, base.Goroutines)
	}
	if usage.Files > base.Files+moreFiles {
		r.ledger.Lost(ledger.Files, "%s: %d open files, %d before the load", name, usage.Files, base.Files)
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

// finish ends the instances in order, and looks at what they leave.
func (r *endurance) finish() error {
	for _, seat := range r.seats {
		begun := time.Now()
		ended, err := seat.Instance().Terminate(20 * time.Second)
		if err != nil {
			r.ledger.Lost(ledger.End, "%s, without load: %v", seat.Target.Name, err)
		}
		r.ledger.Ended(time.Since(begun), ended.Closed)
		entries, err := os.ReadDir(seat.Site.Temporary())
		if err != nil {
			return fmt.Errorf("endure: %w", err)
		}
		for _, entry := range entries {
			r.ledger.Lost(ledger.Files, "%s: %s in the temporary folder", seat.Target.Name, entry.Name())
		}
		if folder := seat.Site.Config.Directory; folder != "" {
			partial, err := filepath.Glob(filepath.Join(folder, "*.partial"))
			if err != nil {
				return fmt.Errorf("endure: %w", err)
			}
			for _, name := range partial {
				r.ledger.Lost(ledger.Files, "%s: %s in the page directory", seat.Target.Name, filepath.Base(name))
			}
		}
		if err := r.listen(seat); err != nil {
			return err
		}
	}
	return nil
}

// noises are in lines of a log that have no good reason here.
var noises = []string{"superfluous", "panic serving", "fatal error", "concurrent map", "DATA RACE", "SIGSEGV", "harness is gone"}

func (r *endurance) listen(seat *fault.Seat) error {
	text, err := os.ReadFile(seat.Site.Log())
	if err != nil {
		return fmt.Errorf("endure: %w", err)
	}
	for line := range bytes.Lines(text) {
		for _, noise := range noises {
			if bytes.Contains(line, []byte(noise)) {
				r.ledger.Lost(ledger.Noise, "%s: %.200s", seat.Target.Name, line)
			}
		}
	}
	return nil
}
