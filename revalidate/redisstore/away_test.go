package redisstore_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// quickly runs what must not wait for Redis.
func quickly(tb testing.TB, what string, do func()) {
	tb.Helper()
	start := time.Now()
	do()
	if took := time.Since(start); took > patience {
		tb.Errorf("%s took %v, more than %v", what, took, patience)
	}
}

// renderAway renders a page while Redis is away.
func renderAway(tb testing.TB, s *redisstore.Store, p *revalidate.Page, fresh bool) {
	tb.Helper()
	if err := s.Commit(tb.Context(), begin(tb, s, p.Key, fresh), p); !errors.Is(err, redisstore.ErrAway) {
		tb.Errorf("Commit(%q) while Redis is away: %v", p.Key, err)
	}
}

// TestPagesOfOneProcessAreNotShared: a visitor's page that is rendered while
// Redis is away is later than a call before that, but no answer to it, since the
// others do not get it; neither then, nor when Redis is just back.
func TestPagesOfOneProcessAreNotShared(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	s := redis.open(t)
	store(t, s, page("/p", "old"))
	moment, err := s.Moment(t.Context(), "/p")
	if err != nil || !s.Shares("/p") {
		t.Fatal(moment, err)
	}
	redis.Stop()
	until(t, patience, "Redis is away", func() bool { return !s.Up() })
	renderAway(t, s, page("/p", "here"), false)
	if p, err := s.Get(t.Context(), "/p"); err != nil || p == nil || p.Order <= moment || s.Shares("/p") {
		t.Errorf("%+v %v, a call was at %d and may share: %t", p, err, moment, s.Shares("/p"))
	}
	redis.Restart(t)
	until(t, patience, "Redis is back", s.Up)
	if s.Shares("/p") {
		t.Error("shared when Redis is just back")
	}
}

// TestStartsWithoutRedis, and takes it up when it comes.
func TestStartsWithoutRedis(t *testing.T) {
	redis := startRedis(t)
	redis.Stop()
	var s *redisstore.Store
	quickly(t, "New", func() { s = redis.open(t) })
	expect(t, s, "/p", "-")
	renderAway(t, s, page("/p", "here"), false)
	expect(t, s, "/p", "here")
	failed := begin(t, s, "/p", false)
	if err := s.Commit(t.Context(), failed, nil); !errors.Is(err, redisstore.ErrAway) {
		t.Error(err)
	}
	if p, err := s.Get(t.Context(), "/p"); err != nil || string(p.Body) != "here" || p.Window != 30*time.Second {
		t.Errorf("after a failure: %+v %v", p, err)
	}
	if _, err := s.Keys(t.Context(), "", "/"); !errors.Is(err, redisstore.ErrAway) {
		t.Errorf("Keys: %v", err)
	}
	redis.Restart(t)
	until(t, patience, "the store is up", s.Up)
	expect(t, s, "/p", "-") // Redis says what is true
	store(t, s, page("/p", "there"))
	expect(t, redis.open(t), "/p", "there")
}

// TestKilled: a Redis that dies takes no page with it that a process holds, and
// its return takes nothing back.
func TestKilled(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	store(t, a, page("/p", "one"))
	store(t, a, page("/called", "one"))
	for _, key := range []string{"/p", "/called"} {
		expect(t, b, key, "one")
		until(t, patience, "it is held", func() bool { expect(t, a, key, "one"); return a.Held(key) != nil })
		until(t, patience, "it is held", func() bool { expect(t, b, key, "one"); return b.Held(key) != nil })
	}
	running := begin(t, b, "/running", false)
	redis.Stop()
	quickly(t, "all while Redis is away", func() {
		for range 20 { // a time-out each would take minutes
			expect(t, a, "/p", "one")
			expect(t, b, "/p", "one")
			expect(t, b, "/none", "-")
		}
		if err := b.Commit(t.Context(), running, page("/running", "here")); !errors.Is(err, redisstore.ErrAway) {
			t.Errorf("Commit: %v", err)
		}
		expect(t, b, "/running", "here")
		renderAway(t, a, page("/called", "on demand"), true)
		expect(t, a, "/called", "on demand")
	})
	redis.Restart(t)
	for start := time.Now(); time.Since(start) < time.Second; time.Sleep(5 * time.Millisecond) {
		if got := body(t, a, "/called"); got != "on demand" && got != "-" {
			t.Fatalf("the page that was called for was taken back: %q", got)
		}
	}
	for name, s := range map[string]*redisstore.Store{"a": a, "b": b} {
		until(t, patience, name+" has no old page any more", func() bool { return body(t, s, "/called") == "-" })
		expect(t, s, "/p", "one")
	}
	store(t, b, page("/called", "after"))
	until(t, patience, "all is as before", func() bool { return body(t, a, "/called") == "after" })
	if a.Owes("/called") {
		t.Error("the debt stays")
	}
}

// TestProbes: while Redis is away, it is asked for now and then only.
func TestProbes(t *testing.T) {
	var dials atomic.Int32
	s, err := redisstore.New(redisstore.Config{
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Options: func(option *rueidis.ClientOption) {
			option.DialCtxFn = func(context.Context, string, *net.Dialer, *tls.Config) (net.Conn, error) {
				dials.Add(1)
				return nil, errors.New("no network")
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	start := time.Now()
	until(t, patience, "it is asked for again", func() bool { return dials.Load() >= 8 })
	if took := time.Since(start); took < 300*time.Millisecond {
		t.Errorf("%d connections were tried within %v", dials.Load(), took)
	}
}

// TestPaused: a Redis that does not answer costs one call its time, and leaves
// nothing behind.
func TestPaused(t *testing.T) {
	redis := startRedis(t)
	short := func(config *redisstore.Config) { config.Timeout = time.Second }
	a, b := redis.open(t, short), redis.open(t, short)
	store(t, a, page("/p", "one"))
	until(t, patience, "it is held", func() bool { expect(t, b, "/p", "one"); return b.Held("/p") != nil })
	redis.Signal(syscall.SIGSTOP)
	quickly(t, "the first call", func() { begin(t, b, "/q", false) })
	quickly(t, "a hundred more", func() { // a time-out each would take minutes
		for range 100 {
			begin(t, b, "/q", false)
			expect(t, b, "/p", "one")
			expect(t, b, "/none", "-")
		}
	})
	redis.Signal(syscall.SIGCONT)
	until(t, patience, "both are up", func() bool { return a.Up() && b.Up() })
	// The call that ran into the time-out took a lease in the end.
	until(t, patience, "the page is free", func() bool {
		_, err := a.Begin(t.Context(), "/q", false)
		return err == nil
	})
}

// TestLostConnection: messages that came while there was no connection are not
// missed.
func TestLostConnection(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	for i := range 20 {
		key := numbered("/p/", i)
		store(t, a, page(key, "one"))
		until(t, patience, "it is held", func() bool { expect(t, b, key, "one"); return b.Held(key) != nil })
		redis.command(t, "CLIENT", "KILL", "TYPE", "normal")
		until(t, patience, "the writer is up", func() bool {
			p := page(key, "two")
			return a.Commit(t.Context(), begin(t, a, key, true), p) == nil
		})
		until(t, patience, "the reader has the new page", func() bool { return body(t, b, key) == "two" })
	}
}

// TestReconnected: what is held is not trusted after the connection was lost.
func TestReconnected(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t, func(config *redisstore.Config) { config.MaxDrift = time.Hour })
	store(t, s, page("/p", "new"))
	redis.settle(t, s)
	s.Hold(page("/p", "old")) // as if one more had got lost
	expect(t, s, "/p", "old")
	redis.command(t, "CLIENT", "KILL", "TYPE", "normal")
	until(t, patience, "the page is read anew", func() bool { return body(t, s, "/p") == "new" })
}

// TestRefusedWrites: a Redis that is full answers, but keeps nothing.
func TestRefusedWrites(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	store(t, a, page("/p", "one"))
	expect(t, b, "/p", "one")
	redis.command(t, "CONFIG", "SET", "maxmemory", "1", "maxmemory-policy", "noeviction")
	renderAway(t, a, page("/p", "two"), true)
	expect(t, a, "/p", "two")
	time.Sleep(300 * time.Millisecond) // the background tries to tell Redis
	expect(t, a, "/p", "two")
	redis.command(t, "CONFIG", "SET", "maxmemory", "0")
	until(t, patience, "the old page is gone", func() bool { return body(t, b, "/p") == "-" })
	until(t, patience, "and the one of a", func() bool { return body(t, a, "/p") == "-" }) // when it has Redis' answer
}

// TestDamagedInRedis: what is no page of that key is not served, and a render
// replaces it.
func TestDamagedInRedis(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t)
	store(t, s, page("/other", "other"))
	for name, damage := range map[string]string{
		"junk":              "junk",
		"nothing":           "",
		"another page":      string(redisstore.Encode(page("/other", "other"))),
		"a part of a page":  string(redisstore.Encode(page("/p", "one"))[:40]),
		"a page and a half": string(redisstore.Encode(page("/p", "one"))) + "half",
	} {
		store(t, s, page("/p", "one"))
		redis.command(t, "SET", s.PageName("/p"), damage)
		s.Forget("/p")
		if p, err := s.Get(t.Context(), "/p"); err == nil || p != nil {
			t.Errorf("%s: got %+v", name, p)
		}
		var ticket revalidate.Ticket
		until(t, patience, "it may be rendered", func() (ok bool) {
			var err error
			ticket, err = s.Begin(t.Context(), "/p", false)
			return err == nil
		})
		commit(t, s, ticket, page("/p", "two"))
		expect(t, s, "/p", "two")
	}
	redis.command(t, "DEL", s.PageName("/p"))
	redis.command(t, "HSET", s.PageName("/p"), "a", "b")
	s.Forget("/p")
	if p, err := s.Get(t.Context(), "/p"); err == nil || p != nil {
		t.Errorf("a hash became %+v", p)
	}
}

// TestNothingLeft: a store that is closed has no goroutines, and answers.
func TestNothingLeft(t *testing.T) {
	redis := startRedis(t)
	redis.open(t).Close()
	before := runtime.NumGoroutine()
	for i := range 5 {
		s := redis.open(t)
		store(t, s, page(numbered("/p/", i), "one"))
		expect(t, s, numbered("/p/", i), "one")
		s.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		quickly(t, "a closed store", func() { // a time-out each would take minutes
			for range 50 {
				body(t, s, "/none")
				renderAway(t, s, page("/p", "one"), true)
			}
		})
	}
	redis.Stop()
	for range 5 {
		redis.open(t).Close()
	}
	until(t, patience, "all goroutines end", func() bool { return runtime.NumGoroutine() <= before })
}

// TestOrderWithoutRedis: an old render does not take back what was stored since
// it began, whether Redis was there for one or the other.
func TestOrderWithoutRedis(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t)
	before := begin(t, s, "/p", false)
	beforeToo := begin(t, s, "/p", true)
	store(t, s, page("/p", "new"))
	redis.Stop()
	until(t, patience, "the store knows", func() bool { body(t, s, "/none"); return !s.Up() })
	if err := s.Commit(t.Context(), before, page("/p", "old")); !errors.Is(err, redisstore.ErrAway) {
		t.Error(err)
	}
	if got := body(t, s, "/p"); got == "old" {
		t.Error("an old render replaced a page that Redis had taken")
	}
	meanwhile := begin(t, s, "/p", false)
	renderAway(t, s, page("/p", "newer"), true)
	if err := s.Commit(t.Context(), meanwhile, page("/p", "old")); !errors.Is(err, redisstore.ErrAway) {
		t.Error(err)
	}
	if err := s.Commit(t.Context(), beforeToo, nil); !errors.Is(err, redisstore.ErrAway) {
		t.Error(err)
	}
	expect(t, s, "/p", "newer")
}

// TestSlowClock: pages that are rendered while Redis is away replace those that
// it had, though its clock be ahead.
func TestSlowClock(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t)
	ahead := time.Now().Add(time.Hour).UnixMicro()
	redis.command(t, "HSET", s.OrderName("/p"), "t", strconv.FormatInt(ahead, 10), "i", "1")
	ticket := begin(t, s, "/p", true)
	if ticket.Order != uint64(ahead)+1 {
		t.Fatalf("the ticket after %d is %d", ahead, ticket.Order)
	}
	commit(t, s, ticket, page("/p", "one"))
	until(t, patience, "it is held", func() bool { expect(t, s, "/p", "one"); return s.Held("/p") != nil })
	redis.Stop()
	until(t, patience, "the store knows", func() bool { body(t, s, "/none"); return !s.Up() })
	here := begin(t, s, "/p", false)
	if here.Order <= ticket.Order {
		t.Errorf("the ticket after %d is %d", ticket.Order, here.Order)
	}
	if err := s.Commit(t.Context(), here, page("/p", "two")); !errors.Is(err, redisstore.ErrAway) {
		t.Error(err)
	}
	expect(t, s, "/p", "two")
}
