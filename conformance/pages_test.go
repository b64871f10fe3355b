package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/nextserver"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/steps"
	"github.com/gin-apiroutes/apiroutes/conformance/twin"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// shortExpire is the expireTime, in seconds, that sequences may ask for.
const shortExpire = 4

func loadSequences(t *testing.T) []steps.Sequence {
	t.Helper()
	all, err := steps.Load("sequences")
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if all[i].Expire != 0 && all[i].Expire != shortExpire {
			t.Fatalf("%s: expire is 0 or %d", all[i].Name, shortExpire)
		}
	}
	return all
}

func loadRecordedPages(t *testing.T) map[string]record.Recording {
	t.Helper()
	recorded, err := record.Load("recorded/pages")
	if err != nil {
		t.Fatal(err)
	}
	return recorded
}

// pipes is a listener without a network, so that a server on it can run in a
// bubble of package synctest.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

func (p *pipes) dial(context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours, nil
}

// settled waits in a bubble until what is on its way has begun: a render on
// demand waits a few milliseconds for more calls.
func settled() {
	time.Sleep(10 * time.Millisecond)
	synctest.Wait()
}

// replay runs one sequence against a twin of its own, whose pages are built two
// minutes before the first step. Time is that of the bubble: no step waits.
func replay(t *testing.T, s *steps.Sequence) []record.Recording {
	t.Helper()
	var recordings []record.Recording
	synctest.Test(t, func(t *testing.T) {
		keys := revalidate.DraftConfig{ID: strings.Repeat("0a", 16), SigningKey: strings.Repeat("1b", 32), EncryptionKey: strings.Repeat("2c", 32)}
		server, err := twin.New(twin.Config{Logger: slog.New(slog.DiscardHandler), Expire: time.Duration(s.Expire) * time.Second, Draft: keys})
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Build(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		listener := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		web := &http.Server{Handler: server, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), ReadHeaderTimeout: time.Minute}
		go func() { _ = web.Serve(listener) }()
		recordings, err = steps.Server{Dial: listener.dial, ID: keys.ID, Settle: settled}.Run(t.Context(), s, "x0x")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(web.Close(), server.Close(t.Context())); err != nil {
			t.Fatal(err)
		}
	})
	return recordings
}

// replayAll replays every sequence.
func replayAll(t *testing.T, all []steps.Sequence) []record.Recording {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	var recordings []record.Recording
	for i := range all {
		recordings = append(recordings, replay(t, &all[i])...)
	}
	return recordings
}

// attempts is how often a sequence is run before a slow machine, or an answer
// that is not the recorded one, is a failure: as often as the app has built
// pages for it.
const attempts = 6

// atOnce is how many sequences the real server is asked at a time: most of
// their time is waiting.
const atOnce = 6

// askPages runs every sequence against real servers, and once more where the
// machine was too slow. It may have been so without its being noticed where an
// answer is not that of known.
func askPages(t *testing.T, normal, short server, all []steps.Sequence, known map[string]record.Recording) []record.Recording {
	t.Helper()
	id, err := nextserver.PreviewID("nextjs")
	if err != nil {
		t.Fatal(err)
	}
	recordings, errs := make([][]record.Recording, len(all)), make([]error, len(all))
	slots := make(chan struct{}, atOnce)
	var alone sync.Mutex // further attempts, so that they have more of the machine
	var running sync.WaitGroup
	for i := range all {
		target := normal
		if all[i].Expire != 0 {
			target = short
		}
		dial := func(ctx context.Context) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "tcp", target.addr)
		}
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			late := func(attempt int) bool {
				recordings[i], errs[i] = steps.Server{Dial: dial, ID: id}.Run(t.Context(), &all[i], fmt.Sprintf("x%dx", attempt))
				return errors.Is(errs[i], steps.ErrLate) || slices.ContainsFunc(recordings[i], func(r record.Recording) bool {
					want, ok := known[r.Case]
					return ok && len(record.Same(want, r)) > 0
				})
			}
			if !late(0) {
				return
			}
			alone.Lock()
			defer alone.Unlock()
			for attempt := 1; attempt < attempts && late(attempt); attempt++ {
				t.Logf("%s: once more; the machine may have been too slow", all[i].Name)
			}
		})
	}
	running.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	var flat []record.Recording
	for _, list := range recordings {
		flat = append(flat, list...)
	}
	return flat
}
