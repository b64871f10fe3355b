package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/fault"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/process"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/source"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/traffic"
)

// endurance is a run: its processes, its visitors, and what is known.
type endurance struct {
	*findings

	o        *options
	progress *log.Logger
	folder   string
	started  time.Time

	redis    *process.Redis
	source   *source.Source
	shared   *traffic.World
	alone    *traffic.World
	crowd    *traffic.Crowd
	seats    []*fault.Seat // the last is the one with a folder
	injector *fault.Injector
}

// nobody is the user that an instance runs as where the harness is root.
const nobody = 65534

// begin starts the processes. If that fails, none of them is left.
func begin(ctx context.Context, o *options, progress *log.Logger) (*endurance, error) {
	r := &endurance{findings: newFindings(), o: o, progress: progress, started: time.Now()}
	err := r.open()
	if err == nil {
		err = r.start(ctx)
	}
	if err != nil {
		r.end()
		return nil, err
	}
	return r, nil
}

// open makes the folder of the run, with a copy of this program that other
// users may start, too.
func (r *endurance) open() (err error) {
	if r.folder, err = os.MkdirTemp("", "endure-"); err != nil {
		return fmt.Errorf("endure: %w", err)
	}
	own, err := os.Executable()
	if err != nil {
		return fmt.Errorf("endure: %w", err)
	}
	from, err := os.Open(own) //nolint:gosec // this program
	if err != nil {
		return fmt.Errorf("endure: %w", err)
	}
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(r.binary(), os.O_CREATE|os.O_WRONLY, 0o755) //nolint:gosec // others must be able to start it
	if err != nil {
		return fmt.Errorf("endure: %w", err)
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close(), os.Chmod(r.folder, 0o755)) //nolint:gosec // others must be able to start the program in it
}

func (r *endurance) binary() string { return filepath.Join(r.folder, "site") }

func (r *endurance) start(ctx context.Context) (err error) {
	seed := r.o.seed
	secret := []byte(strconv.FormatInt(time.Now().UnixNano(), 36))
	random := func(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) } //nolint:gosec // a seed, so that a run can be repeated
	r.shared, r.alone = r.world("redis", true), r.world("directory", false)
	versions := map[string]*ledger.Versions{r.shared.Name: r.shared.Versions, r.alone.Name: r.alone.Versions}
	if r.source, err = source.Start(ctx, versions, secret, random(1<<32)); err != nil {
		return err
	}
	folder := filepath.Join(r.folder, "redis")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return fmt.Errorf("endure: %w", err)
	}
	if r.redis, err = process.StartRedis(folder); err != nil {
		return err
	}
	for _, name := range []string{"a", "b"} {
		if err := r.seat(r.shared, name, &subject.Config{Redis: r.redis.URL()}); err != nil {
			return err
		}
	}
	if err := r.seat(r.alone, "c", &subject.Config{Directory: filepath.Join(r.folder, "c", "pages")}); err != nil {
		return err
	}
	r.crowd = &traffic.Crowd{
		Ledger: r.ledger, Lag: r.lag, Worlds: []*traffic.World{r.shared, r.alone}, Secret: secret, Seed: seed,
	}
	r.injector = &fault.Injector{
		Ledger: r.ledger, Crowd: r.crowd, Redis: r.redis, Shared: r.seats[:2], Disk: r.seats[2], Rand: random(2 << 32),
		Length: r.o.length, Gap: r.o.gap, Once: r.o.short, Progress: r.told,
	}
	return nil
}

func (r *endurance) world(name string, shared bool) *traffic.World {
	return &traffic.World{Name: name, Shared: shared, Versions: ledger.NewVersions(subject.Pages), Truth: ledger.NewTruth(r.ledger, r.lag, r.o.budget, subject.Pages)}
}

func (r *endurance) seat(world *traffic.World, name string, config *subject.Config) error {
	config.Name, config.Source, config.Sabotage = name, r.source.URL+world.Name, r.o.sabotage
	site := &process.Site{Binary: r.binary(), Config: *config, Folder: filepath.Join(r.folder, name)}
	if config.Directory != "" && os.Getuid() == 0 {
		site.User = nobody
	}
	if err := site.Prepare(); err != nil {
		return err
	}
	target := &traffic.Target{Name: name, World: world}
	world.Targets = append(world.Targets, target)
	seat := &fault.Seat{Site: site, Target: target}
	r.seats = append(r.seats, seat)
	return seat.Start()
}

// end ends every process that was started, whatever state it is in, and removes
// what they left.
func (r *endurance) end() {
	for _, seat := range r.seats {
		if instance := seat.Instance(); instance != nil {
			instance.Kill()
		}
	}
	if r.redis != nil {
		r.redis.Stop()
	}
	if r.source != nil {
		r.source.Close()
	}
	if r.o.keep {
		r.progress.Printf("the logs are in %s", r.folder)
	} else if r.folder != "" {
		_ = os.RemoveAll(r.folder) //nolint:gosec // it was made by open
	}
}
