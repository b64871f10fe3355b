package redisstore_test

import (
	"errors"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// heat asks for a page until it is hot. Redis tells of the page that has just
// been stored here too, after which it is read again.
func heat(tb testing.TB, s *redisstore.Store, key, want string) {
	tb.Helper()
	until(tb, 10*time.Second, key+" is hot", func() bool {
		for range 300 {
			expect(tb, s, key, want)
		}
		return s.GetFresh(key) != nil
	})
}

// TestHotPageLeaves has pages that are asked for all the time, and what ends
// that they are served without another look.
func TestHotPageLeaves(t *testing.T) {
	redis := startRedis(t)
	for _, test := range []struct {
		name string
		end  func(t *testing.T, s, another *redisstore.Store)
		then string // what the store has
	}{
		{"it is stored here", func(t *testing.T, s, _ *redisstore.Store) { t.Helper(); store(t, s, page("/p", "two")) }, "two"},
		{"a render of it fails", func(t *testing.T, s, _ *redisstore.Store) { t.Helper(); commit(t, s, begin(t, s, "/p", true), nil) }, "one"},
		{"it is forgotten", func(_ *testing.T, s, _ *redisstore.Store) { s.Forget("/p") }, "one"},
		{"the connection ends", func(_ *testing.T, s, _ *redisstore.Store) { s.Lose(errors.New("lost")) }, "one"},
		{"the connection ends and is back", func(t *testing.T, s, _ *redisstore.Store) {
			t.Helper()
			s.Lose(errors.New("lost"))
			until(t, 10*time.Second, "the connection is back", s.Up)
		}, "one"},
		{"Redis is owed a page", func(_ *testing.T, s, _ *redisstore.Store) { s.Owe("/q") }, "one"},
		{"it is stored elsewhere", func(t *testing.T, s, another *redisstore.Store) {
			t.Helper()
			store(t, another, page("/p", "two"))
			until(t, 10*time.Second, "the message about it has come", func() bool { return s.GetFresh("/p") == nil })
		}, "two"},
		{"it is evicted", func(t *testing.T, s, _ *redisstore.Store) {
			t.Helper()
			until(t, 10*time.Second, "there is no room for it", func() bool {
				for n := range 100 { // asked for more often than it
					key := "/" + strconv.Itoa(n%20)
					s.Hold(page(key, string(make([]byte, 16<<10))))
					if _, err := s.Get(t.Context(), key); err != nil {
						t.Fatal(err)
					}
				}
				return s.GetFresh("/p") == nil
			})
			if s.Held("/p") != nil {
				t.Error("it is held, but not hot")
			}
		}, "one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			redis.command(t, "FLUSHALL")
			open := func() *redisstore.Store {
				return redis.open(t, func(config *redisstore.Config) { config.MaxMemory, config.MaxDrift = "200kb", time.Minute })
			}
			s, another := open(), open()
			store(t, s, page("/p", "one"))
			heat(t, s, "/p", "one")
			test.end(t, s, another)
			if p := s.GetFresh("/p"); p != nil {
				t.Errorf("%q is hot", p.Body)
			}
			expect(t, s, "/p", test.then)
		})
	}
}

// TestHotPageWhileRedisIsSilent: a page is served without another look no longer
// than it is known that Redis would have told of a change.
func TestHotPageWhileRedisIsSilent(t *testing.T) {
	const drift = 300 * time.Millisecond
	redis := startRedis(t)
	s := redis.open(t, func(config *redisstore.Config) { config.MaxDrift, config.Timeout = drift, time.Minute })
	store(t, s, page("/p", "one"))
	heat(t, s, "/p", "one")
	redis.Signal(syscall.SIGSTOP)
	defer redis.Signal(syscall.SIGCONT)
	for start := time.Now(); ; {
		silent := time.Since(start)
		if silent < drift/2 {
			expect(t, s, "/p", "one") // it is asked for as often as before
		}
		if s.GetFresh("/p") != nil && silent > drift {
			t.Fatalf("hot after a silence of %v", silent)
		}
		if silent > drift+50*time.Millisecond {
			return
		}
	}
}

// TestNoHotPagesByAnotherClock: what is fresh by the real clock may not be by the
// cache's.
func TestNoHotPagesByAnotherClock(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t, func(config *redisstore.Config) { config.Now = time.Now })
	store(t, s, page("/p", "one"))
	for range 1000 {
		expect(t, s, "/p", "one")
	}
	if s.GetFresh("/p") != nil {
		t.Error("a page is hot")
	}
}
