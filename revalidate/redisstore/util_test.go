package redisstore_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// server is a Redis of the test's own.
type server struct {
	addr, dir string
	args      []string
	cmd       *exec.Cmd
}

// startRedis runs a Redis server until the test ends. Where there is none to
// run, the test is skipped; in CI it fails.
func startRedis(tb testing.TB, args ...string) *server {
	tb.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatal("redis-server is not installed: apt-get install redis-server")
		}
		tb.Skip("redis-server is not installed: apt-get install redis-server")
	}
	var config net.ListenConfig
	l, err := config.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &server{addr: l.Addr().String(), dir: tb.TempDir(), args: args}
	l.Close()
	tb.Cleanup(s.kill)
	s.start(tb)
	return s
}

// start starts the server, again with what it had written before.
func (s *server) start(tb testing.TB) {
	tb.Helper()
	_, port, _ := net.SplitHostPort(s.addr)
	s.cmd = exec.Command("redis-server", append([]string{ //nolint:noctx // ended by kill
		"--port", port, "--bind", "127.0.0.1", "--dir", s.dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "no", "--loglevel", "warning", "--logfile", "log",
	}, s.args...)...)
	if err := s.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	for range 200 {
		if c, err := s.dial(); err == nil {
			err = c.Do(tb.Context(), c.B().Ping().Build()).Error()
			c.Close()
			if err == nil {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	log, _ := os.ReadFile(s.dir + "/log")
	tb.Fatalf("redis-server does not answer: %s", log)
}

// kill ends the server without notice.
func (s *server) kill() {
	if s.cmd != nil {
		s.signal(syscall.SIGCONT)
		s.signal(syscall.SIGKILL)
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// backUp copies what the server has written.
func (s *server) backUp(tb testing.TB, name string) {
	tb.Helper()
	if err := os.CopyFS(filepath.Join(s.dir, name), os.DirFS(filepath.Join(s.dir, "appendonlydir"))); err != nil {
		tb.Fatal(err)
	}
}

// restore gives a server that was killed what was copied before, or nothing.
func (s *server) restore(tb testing.TB, name string) {
	tb.Helper()
	data := filepath.Join(s.dir, "appendonlydir")
	err := os.RemoveAll(data)
	if name != "" && err == nil {
		err = os.Rename(filepath.Join(s.dir, name), data)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

func (s *server) signal(what os.Signal) { _ = s.cmd.Process.Signal(what) }

// dial makes a plain connection, which Redis tells nothing by itself.
func (s *server) dial() (rueidis.Client, error) {
	return rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{s.addr}, DisableCache: true, ForceSingleClient: true})
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
	config := redisstore.Config{URL: "redis://" + s.addr, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
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
