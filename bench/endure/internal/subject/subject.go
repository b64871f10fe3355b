package subject

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// Config is what an instance is told at its start.
type Config struct {
	// Name begins the names of its renders.
	Name string
	// Source is the URL of the data.
	Source string
	// Redis is the URL of a Redis that instances share. Empty is none: then
	// pages are in memory and in Directory.
	Redis, Directory string
	// Sabotage is what it shall do wrong.
	Sabotage []string
}

// Listening is the first line that an instance writes, in JSON.
type Listening struct {
	// Address is that of the site, Control that of what the harness asks and
	// tells.
	Address, Control string
}

// Ended is its last line, when it was asked to end.
type Ended struct {
	// Drained is how long answers in flight took, Closed what ending the pages
	// took.
	Drained, Closed time.Duration
	// Error is what they said, if anything.
	Error string
}

// site is an instance.
type site struct {
	config  Config
	clock   clock
	away    away
	pages   *revalidate.Cache
	store   revalidate.Store // nil for the built-in one
	client  *http.Client
	renders atomic.Uint64
	wrongs  atomic.Uint64
	last    atomic.Value
}

// clock is a clock that the harness sets.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Run serves until ctx ends, as after SIGTERM; then it finishes what is in
// flight. If in ends first, the harness is gone, and it ends at once.
func Run(ctx context.Context, config Config, in io.Reader, out io.Writer) error {
	s := &site{config: config, away: away{Handler: slog.NewTextHandler(os.Stderr, nil)}, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Second}}}
	engine, err := newEngine(s)
	if err != nil {
		return err
	}
	logger := slog.New(&s.away)
	settings := revalidate.Config{Logger: logger, Now: s.clock.now, RenderTimeout: 20 * time.Second}
	if config.Redis == "" {
		settings.Directory = config.Directory
	} else if s.store, err = redisstore.New(redisstore.Config{URL: config.Redis, Logger: logger, Now: s.clock.now}); err != nil {
		return err
	} else {
		settings.Store = s.store
	}
	if slices.Contains(config.Sabotage, "older") && s.store != nil {
		settings.Store = &olderStore{Store: s.store, site: s}
	}
	if s.pages, err = revalidate.New(engine, settings); err != nil {
		return err
	}
	s.register(engine)
	site, control, err := listen(ctx)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(Listening{site.Addr().String(), control.Addr().String()}); err != nil {
		return err
	}
	server := &http.Server{
		Handler: engine, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Minute, IdleTimeout: time.Minute,
		ErrorLog: log.New(os.Stderr, "", 0),
	}
	operator := &http.Server{Handler: s.control(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(site) }()
	go func() { failed <- operator.Serve(control) }()
	alone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, in)
		close(alone)
	}()
	select {
	case err := <-failed:
		return err
	case <-alone:
		return errors.New("endure: the harness is gone")
	case <-ctx.Done():
	}
	return json.NewEncoder(out).Encode(s.end(server))
}

func listen(ctx context.Context) (site, control net.Listener, err error) {
	var config net.ListenConfig
	if site, err = config.Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return nil, nil, fmt.Errorf("endure: %w", err)
	}
	if control, err = config.Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return nil, nil, fmt.Errorf("endure: %w", err)
	}
	return site, control, nil
}

// patience is how long each step of an end may take.
const patience = 10 * time.Second

// end does what a program should on SIGTERM.
func (s *site) end(server *http.Server) Ended {
	started := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := server.Shutdown(ctx)
	drained := time.Since(started)
	within, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	err = errors.Join(err, s.pages.Close(within))
	if s.store != nil {
		err = errors.Join(err, s.store.Close())
	}
	ended := Ended{Drained: drained, Closed: time.Since(started) - drained}
	if err != nil {
		ended.Error = err.Error()
	}
	return ended
}
