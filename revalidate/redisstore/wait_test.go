package redisstore_test

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// wait watches a page that must be watchable.
func wait(t *testing.T, s *redisstore.Store, key string) <-chan struct{} {
	t.Helper()
	ended, err := s.Wait(t.Context(), key)
	if err != nil {
		t.Fatalf("Wait(%q): %v", key, err)
	}
	return ended
}

// told says whether an end is heard of within a time.
func told(ended <-chan struct{}, limit time.Duration) bool {
	select {
	case <-ended:
		return true
	case <-time.After(limit):
		return false
	}
}

const patience = 10 * time.Second

// TestEndIsTold to another process, however a render ends.
func TestEndIsTold(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	for name, end := range map[string]func(key string){
		"a page": func(key string) { store(t, a, page(key, "one")) },
		"a failure": func(key string) {
			commit(t, a, begin(t, a, key, true), nil)
		},
		"a failure beside an expired page": func(key string) {
			ticket := begin(t, a, key, true)
			redis.command(t, "PEXPIRE", a.PageName(key), "1")
			commit(t, a, ticket, nil)
		},
		"a page that comes too late": func(key string) {
			older := begin(t, a, key, true)
			redis.command(t, "HSET", a.OrderName(key), "c", "9000000000000000")
			if err := a.Commit(t.Context(), older, page(key, "older")); !errors.Is(err, revalidate.ErrLeaseLost) {
				t.Errorf("an older page: %v", err)
			}
		},
		"a lease that was lost": func(key string) {
			ticket := begin(t, a, key, true)
			redis.command(t, "CONFIG", "SET", "maxmemory", "1", "maxmemory-policy", "noeviction")
			if err := a.Commit(t.Context(), ticket, page(key, "two")); err == nil {
				t.Error("a full Redis took a page")
			}
			redis.command(t, "CONFIG", "SET", "maxmemory", "0")
		},
	} {
		for _, before := range []string{"nothing", "a page"} {
			key := "/" + name + "/" + before
			if before == "a page" {
				store(t, a, page(key, "zero"))
			}
			expect(t, b, key, map[string]string{"nothing": "-", "a page": "zero"}[before])
			time.Sleep(20 * time.Millisecond) // messages about what was before have come
			ended := wait(t, b, key)
			end(key)
			if !told(ended, patience) {
				t.Errorf("%s after %s is not told", name, before)
			}
		}
	}
	if n := b.Watches(); n != 0 {
		t.Errorf("%d waits are remembered", n)
	}
}

// TestWhoIsToldSeesIt measures the time until another process has the page.
func TestWhoIsToldSeesIt(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	var took []time.Duration
	for i := range 100 {
		key, want := "/p", numbered("version ", i)
		ticket := begin(t, a, key, true)
		ended := wait(t, b, key)
		for told(ended, 0) { // of the begin before
			ended = wait(t, b, key)
		}
		start := time.Now()
		commit(t, a, ticket, page(key, want))
		if !told(ended, patience) {
			t.Fatal("an end is not told")
		}
		expect(t, b, key, want)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	t.Logf("another process had the page %v after Commit was called (p50), %v (p90), %v (all)", took[49], took[89], took[99])
}

// TestWaitWithoutRedis ends when Redis does, and begins again with it.
func TestWaitWithoutRedis(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	s := redis.open(t)
	for name, fault := range map[string]struct{ begin, end func() }{
		"killed":       {redis.Stop, func() { redis.Restart(t) }},
		"disconnected": {func() { redis.command(t, "CLIENT", "KILL", "TYPE", "normal") }, func() {}},
		"paused":       {func() { redis.Signal(syscall.SIGSTOP) }, func() { redis.Signal(syscall.SIGCONT) }},
	} {
		until(t, patience, "the store is up", s.Up)
		ended := wait(t, s, "/p")
		fault.begin()
		if !told(ended, patience) {
			t.Errorf("%s: who waits is not told", name)
		}
		fault.end()
		until(t, patience, "it can wait again", func() bool {
			ended, err := s.Wait(t.Context(), "/p")
			if err != nil {
				if !errors.Is(err, redisstore.ErrAway) {
					t.Errorf("%s: Wait: %v", name, err)
				}
				return false
			}
			ticket := begin(t, s, "/p", true)
			return s.Commit(t.Context(), ticket, nil) == nil && told(ended, time.Second)
		})
	}
	redis.Stop()
	until(t, patience, "the store knows", func() bool { return !s.Up() })
	if _, err := s.Wait(t.Context(), "/p"); !errors.Is(err, redisstore.ErrAway) {
		t.Errorf("Wait without Redis: %v", err)
	}
	if n := s.Watches(); n != 0 {
		t.Errorf("%d waits are remembered", n)
	}
}

// TestNobodyWaits: what a wait holds is released with its context.
func TestNobodyWaits(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	s := redis.open(t)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		for i := range 10 {
			if _, err := s.Wait(ctx, numbered("/p/", i%5)); err != nil {
				t.Fatal(err)
			}
		}
		cancel()
		until(t, patience, "all are released", func() bool { return s.Watches() == 0 })
	}
}
