package redisstore_test

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/gin-apiroutes/apiroutes/internal/redistest"
	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// server is a Redis of the test's own.
type server struct{ *redistest.Server }

// startRedis runs a Redis server until the test ends, which writes down what it
// has.
func startRedis(tb testing.TB, args ...string) *server {
	tb.Helper()
	return &server{redistest.Start(tb, append([]string{"--appendonly", "yes", "--appendfsync", "no"}, args...)...)}
}

// backUp copies what the server has written.
func (s *server) backUp(tb testing.TB, name string) {
	tb.Helper()
	if err := os.CopyFS(filepath.Join(s.Dir, name), os.DirFS(filepath.Join(s.Dir, "appendonlydir"))); err != nil {
		tb.Fatal(err)
	}
}

// restore gives a server that was killed what was copied before, or nothing.
func (s *server) restore(tb testing.TB, name string) {
	tb.Helper()
	data := filepath.Join(s.Dir, "appendonlydir")
	err := os.RemoveAll(data)
	if name != "" && err == nil {
		err = os.Rename(filepath.Join(s.Dir, name), data)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// dial makes a plain connection, which Redis tells nothing by itself.
func (s *server) dial() (rueidis.Client, error) {
	return rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{s.Addr}, DisableCache: true, ForceSingleClient: true})
}

// client is a plain connection for as long as the test runs.
func (s *server) client(tb testing.TB) rueidis.Client {
	tb.Helper()
	c, err := s.dial()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

// command runs a command that must succeed.
func (s *server) command(tb testing.TB, args ...string) rueidis.RedisMessage {
	tb.Helper()
	c, err := s.dial()
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close()
	reply, err := c.Do(tb.Context(), c.B().Arbitrary(args...).Build()).ToMessage()
	if err != nil {
		tb.Fatalf("%q: %v", args, err)
	}
	return reply
}

// open makes a store, as each process has one.
func (s *server) open(tb testing.TB, change ...func(*redisstore.Config)) *redisstore.Store {
	tb.Helper()
	config := redisstore.Config{
		URL: "redis://" + s.Addr, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Timeout: 2 * time.Second, // a busy machine is not a Redis that is away
	}
	for _, f := range change {
		f(&config)
	}
	store, err := redisstore.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { store.Close() })
	return store
}

// until waits for something that becomes true in the background.
func until(tb testing.TB, limit time.Duration, what string, done func() bool) {
	tb.Helper()
	for start := time.Now(); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Since(start) > limit {
			tb.Fatalf("not within %v: %s", limit, what)
		}
	}
}

// page makes one that is fresh for a minute.
func page(key, body string, tags ...string) *revalidate.Page {
	return &revalidate.Page{
		Key: key, URI: key, Status: 200, Body: []byte(body), Tags: tags,
		Header: []revalidate.Field{{Name: "Content-Type", Values: []string{"text/plain"}}},
		Stored: time.Now(), Window: time.Minute, Expire: time.Hour,
	}
}

func begin(tb testing.TB, s revalidate.Store, key string, fresh bool) revalidate.Ticket {
	tb.Helper()
	ticket, err := s.Begin(tb.Context(), key, fresh)
	if err != nil {
		tb.Fatalf("Begin(%q): %v", key, err)
	}
	return ticket
}

func commit(tb testing.TB, s revalidate.Store, ticket revalidate.Ticket, p *revalidate.Page) {
	tb.Helper()
	if err := s.Commit(tb.Context(), ticket, p); err != nil {
		tb.Fatalf("Commit(%q): %v", ticket.Key, err)
	}
}

// store renders a page on demand.
func store(tb testing.TB, s revalidate.Store, p *revalidate.Page) {
	tb.Helper()
	commit(tb, s, begin(tb, s, p.Key, true), p)
}

// body is what a store has under a key, "-" for nothing.
func body(tb testing.TB, s revalidate.Store, key string) string {
	tb.Helper()
	p, err := s.Get(tb.Context(), key)
	switch {
	case err != nil:
		return "error: " + err.Error()
	case p == nil:
		return "-"
	case p.Key != key:
		return fmt.Sprintf("the page of %q", p.Key)
	}
	return string(p.Body)
}

func expect(tb testing.TB, s revalidate.Store, key, want string) {
	tb.Helper()
	if got := body(tb, s, key); got != want {
		tb.Errorf("%s has %q, want %q", key, got, want)
	}
}

func numbered(prefix string, n int) string { return prefix + strconv.Itoa(n) }
