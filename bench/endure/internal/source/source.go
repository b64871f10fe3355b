package source

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/page"
)

// Source serves the versions of the data. Every render asks it once.
type Source struct {
	// URL is where renders ask.
	URL string

	worlds map[string]*ledger.Versions
	secret []byte
	server *http.Server

	mu  sync.Mutex
	rng *rand.Rand

	renders, failed atomic.Int64
}

// Start begins to serve the data of some worlds, each under its name.
func Start(ctx context.Context, worlds map[string]*ledger.Versions, secret []byte, rng *rand.Rand) (*Source, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("endure: %w", err)
	}
	s := &Source{URL: "http://" + listener.Addr().String() + "/", worlds: worlds, secret: secret, rng: rng}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// Close ends it.
func (s *Source) Close() { _ = s.server.Close() }

// Renders is how many asked, and how many of them got no data, on purpose.
func (s *Source) Renders() (all, failed int64) { return s.renders.Load(), s.failed.Load() }

// ServeHTTP implements [http.Handler]. What the data are is decided before the
// delay, so that a slow render has old ones.
func (s *Source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, render := r.FormValue("path"), r.FormValue("render")
	number, err := strconv.Atoi(strings.TrimPrefix(path, "/pages/"))
	versions := s.worlds[strings.TrimPrefix(r.URL.Path, "/")]
	if err != nil || versions == nil {
		http.Error(w, "there is no such page", http.StatusNotFound)
		return
	}
	s.renders.Add(1)
	version := versions.Get(number)
	fails, delay := s.mood()
	time.Sleep(delay)
	if fails {
		s.failed.Add(1)
		http.Error(w, "as it happens", http.StatusServiceUnavailable)
		return
	}
	_, _ = fmt.Fprintln(w, version, page.Sign(s.secret, path, version, render)) //nolint:gosec // no browser reads it
}

// mood is how the source treats a render.
func (s *Source) mood() (fails bool, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n := s.rng.IntN(1000); {
	case n < 5:
		return true, 0
	case n < 100:
		return false, time.Duration(s.rng.IntN(300)) * time.Millisecond
	case n < 300:
		return false, time.Duration(s.rng.IntN(10)) * time.Millisecond
	}
	return false, 0
}
