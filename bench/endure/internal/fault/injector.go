package fault

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/process"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/traffic"
)

// Injector does one thing after another. No two overlap, so that each finding
// has one cause; between them what was acknowledged has time to become visible.
type Injector struct {
	Ledger *ledger.Ledger
	Crowd  *traffic.Crowd
	Redis  *process.Redis
	// Shared are the instances that share Redis, Disk is the one with a folder.
	Shared []*Seat
	Disk   *Seat
	Rand   *rand.Rand
	// Length is how long a fault lasts on average, and Gap the time between two.
	Length, Gap time.Duration
	// Once is to do each thing once only.
	Once bool
	// Progress is told what is done.
	Progress func(format string, args ...any)
}

type step struct {
	name string
	do   func(ctx context.Context, name string) error
}

func (i *Injector) steps() []step {
	return []step{
		{"Redis killed, started again without data", i.killRedis},
		{"instance with a page directory killed (SIGKILL), started again", i.killDisk},
		{"Redis paused (SIGSTOP)", i.pauseRedis},
		{"instance on Redis ended (SIGTERM), started again", i.endShared},
		{"page directory full", i.full},
		{"instance on Redis killed (SIGKILL), started again", i.killShared},
		{"Redis restarted with its data", i.restartRedis},
		{"clock of an instance set forward or back", i.clock},
		{"page directory read-only", i.readOnly},
		{"instance with a page directory ended (SIGTERM), started again", i.endDisk},
	}
}

// Run does all of it, in a new order each time, until ctx ends. What it has
// begun it brings to its end.
func (i *Injector) Run(ctx context.Context) error {
	steps := i.steps()
	for {
		for _, s := range steps {
			if !wait(ctx, i.Gap) {
				return nil
			}
			i.Progress("%s", s.name)
			if err := s.do(ctx, s.name); err != nil {
				return fmt.Errorf("endure: %s: %w", s.name, err)
			}
			for _, seat := range append([]*Seat{i.Disk}, i.Shared...) {
				if err := seat.Died(); err != nil {
					return err
				}
			}
		}
		if i.Once {
			return nil
		}
		i.Rand.Shuffle(len(steps), func(a, b int) { steps[a], steps[b] = steps[b], steps[a] })
	}
}

// wait is false if ctx ends before.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// some is a length of a fault.
func (i *Injector) some() time.Duration {
	return i.Length/4 + time.Duration(i.Rand.Int64N(int64(i.Length)*3/2))
}

func (i *Injector) shared() *Seat { return i.Shared[i.Rand.IntN(len(i.Shared))] }

func (i *Injector) killRedis(ctx context.Context, name string) error {
	defer i.Ledger.End(i.Ledger.Begin(name, ledger.Redis))
	i.Redis.Kill()
	wait(ctx, i.some())
	return i.Redis.Start()
}

func (i *Injector) pauseRedis(ctx context.Context, name string) error {
	defer i.Ledger.End(i.Ledger.Begin(name, ledger.Redis))
	if err := i.Redis.Pause(); err != nil {
		return err
	}
	wait(ctx, i.some())
	if err := i.Redis.Resume(); err != nil {
		return err
	}
	return i.Redis.Wait(10 * time.Second)
}

func (i *Injector) restartRedis(ctx context.Context, name string) error {
	defer i.Ledger.End(i.Ledger.Begin(name, ledger.Redis))
	if err := i.Redis.Terminate(); err != nil {
		return err
	}
	wait(ctx, i.some()/2)
	return i.Redis.Start()
}

func (i *Injector) killShared(ctx context.Context, name string) error {
	return i.kill(ctx, name, i.shared())
}

func (i *Injector) killDisk(ctx context.Context, name string) error { return i.kill(ctx, name, i.Disk) }

func (i *Injector) kill(ctx context.Context, name string, seat *Seat) error {
	defer i.Ledger.End(i.Ledger.Begin(name, seat.Target.Name))
	seat.instance.Kill()
	if err := seat.Site.Sweep(); err != nil {
		return err
	}
	wait(ctx, i.some()/4)
	return seat.Start()
}

func (i *Injector) endShared(ctx context.Context, name string) error {
	return i.end(ctx, name, i.shared())
}

func (i *Injector) endDisk(ctx context.Context, name string) error { return i.end(ctx, name, i.Disk) }

// orderly is how long an instance may take to end after SIGTERM.
const orderly = 20 * time.Second

// end asks an instance to end in order while it has answers in flight.
func (i *Injector) end(ctx context.Context, name string, seat *Seat) error {
	flights, err := takeOff(seat.instance.Address)
	if err != nil {
		return err
	}
	defer flights.close()
	defer i.Ledger.End(i.Ledger.Begin(name, seat.Target.Name))
	begun := time.Now()
	ended, err := seat.instance.Terminate(orderly)
	if err != nil {
		i.Ledger.Lost(ledger.End, "%s: %v", seat.Target.Name, err)
	}
	if err := flights.landed(); err != nil {
		i.Ledger.Lost(ledger.End, "%s: an answer in flight: %v", seat.Target.Name, err)
	}
	i.Ledger.Ended(time.Since(begun), ended.Closed)
	wait(ctx, i.some()/4)
	return seat.Start()
}

// full lets no file of the instance grow beyond less than a page. Afterwards
// all pages are written again, since those of that time are in memory only.
func (i *Injector) full(ctx context.Context, name string) error {
	return i.disk(ctx, name, func() error { return i.Disk.instance.Tell("/full?bytes=100", nil) },
		func() error { return i.Disk.instance.Tell("/full?bytes=", nil) })
}

func (i *Injector) readOnly(ctx context.Context, name string) error {
	folder := i.Disk.Site.Config.Directory
	mode := func(mode os.FileMode) func() error { return func() error { return os.Chmod(folder, mode) } }
	return i.disk(ctx, name, mode(0o500), mode(0o700))
}

func (i *Injector) disk(ctx context.Context, name string, spoil, repair func() error) error {
	defer i.Ledger.End(i.Ledger.Begin(name, ledger.Disk))
	if err := spoil(); err != nil {
		return err
	}
	wait(ctx, i.some())
	if err := repair(); err != nil {
		return err
	}
	i.Crowd.Refresh(context.WithoutCancel(ctx), i.Disk.Target)
	return nil
}

// clock sets the clock of an instance, and puts it right again.
func (i *Injector) clock(ctx context.Context, name string) error {
	seats := append([]*Seat{i.Disk}, i.Shared...)
	seat := seats[i.Rand.IntN(len(seats))]
	jumps := []time.Duration{time.Minute, time.Hour, 400 * 24 * time.Hour}
	jump := jumps[i.Rand.IntN(len(jumps))]
	if i.Rand.IntN(2) == 0 {
		jump = -jump
	}
	defer i.Ledger.End(i.Ledger.Begin(name, "clock"))
	if err := seat.instance.Tell("/clock?ahead="+jump.String(), nil); err != nil {
		return err
	}
	wait(ctx, i.some())
	return seat.instance.Tell("/clock?ahead=0s", nil)
}
