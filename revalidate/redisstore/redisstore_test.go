package redisstore_test

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
	"github.com/gin-apiroutes/apiroutes/revalidate/storetest"
)

// TestSuite holds the store to what every store has to do.
func TestSuite(t *testing.T) {
	redis := startRedis(t)
	n := 0
	storetest.Run(t, func(t *testing.T) revalidate.Store {
		t.Helper()
		n++
		return redis.open(t, func(config *redisstore.Config) { config.Prefix = numbered("suite:", n) })
	})
}

// TestSeenByOthers is what the store is for: a page that one process stores is
// what the others have, although they hold pages themselves.
func TestSeenByOthers(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	expect(t, b, "/p", "-")
	store(t, a, page("/p", "one"))
	expect(t, a, "/p", "one")
	expect(t, b, "/p", "one")
	expect(t, b, "/p", "one")
	if b.Held("/p") == nil {
		t.Fatal("the page is not held")
	}
	store(t, a, page("/p", "two"))
	expect(t, a, "/p", "two") // at once: it was stored here
	redis.clock(t).until(t, seenWithin, "the other process has the new page", func() bool { return body(t, b, "/p") == "two" })
	store(t, b, page("/p", "three"))
	redis.clock(t).until(t, seenWithin, "the first process has the new page", func() bool { return body(t, a, "/p") == "three" })
}

// TestHeldPagesNeedNoRedis counts what Redis is asked for.
func TestHeldPagesNeedNoRedis(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	store(t, a, page("/p", "one"))
	expect(t, b, "/p", "one")
	gets := func() string {
		message := redis.command(t, "INFO", "commandstats")
		out, err := message.ToString()
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(out, "cmdstat_get:calls=")
		calls, _, _ := strings.Cut(after, ",")
		return calls
	}
	redis.settle(t, a)
	redis.settle(t, b)
	expect(t, a, "/p", "one")
	expect(t, b, "/p", "one")
	before := gets()
	for range 1000 {
		expect(t, a, "/p", "one")
		expect(t, b, "/p", "one")
	}
	if after := gets(); after != before {
		t.Errorf("GET was called %s times, and %s before", after, before)
	}
}

// TestMissedMessage costs some time, but is not for ever.
func TestMissedMessage(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t, func(config *redisstore.Config) { config.MaxDrift = 200 * time.Millisecond })
	store(t, s, page("/p", "new"))
	redis.settle(t, s)
	s.Hold(page("/p", "old"))
	until(t, patience, "the page is read anew", func() bool { return body(t, s, "/p") == "new" })
	slow := redis.open(t, func(config *redisstore.Config) { config.MaxDrift = time.Hour })
	slow.Hold(page("/p", "old"))
	expect(t, slow, "/p", "old") // so it is the time that matters
}

// TestOldRenders never overwrite what is newer, however Redis came to forget
// about it.
func TestOldRenders(t *testing.T) {
	for name, meanwhile := range map[string]struct {
		happens func(t *testing.T, redis *server, s *redisstore.Store)
		want    string
	}{
		"a later page was stored": {func(t *testing.T, _ *server, s *redisstore.Store) {
			t.Helper()
			store(t, s, page("/p", "new"))
		}, "new"},
		"a later page was stored and evicted": {func(t *testing.T, redis *server, s *redisstore.Store) {
			t.Helper()
			store(t, s, page("/p", "new"))
			redis.command(t, "DEL", s.PageName("/p"))
		}, "-"},
		"its order was evicted, and its page": {func(t *testing.T, redis *server, s *redisstore.Store) {
			t.Helper()
			store(t, s, page("/p", "new"))
			redis.command(t, "DEL", s.OrderName("/p"), s.PageName("/p"))
		}, "-"},
		"its order was evicted, and begun again": {func(t *testing.T, redis *server, s *redisstore.Store) {
			t.Helper()
			store(t, s, page("/p", "new"))
			redis.command(t, "DEL", s.OrderName("/p"), s.PageName("/p"))
			begin(t, s, "/p", true)
		}, "-"},
		"Redis lost everything": {func(t *testing.T, redis *server, s *redisstore.Store) {
			t.Helper()
			store(t, s, page("/p", "new"))
			redis.command(t, "FLUSHALL")
		}, "-"},
		"Redis lost everything, and got a later page": {func(t *testing.T, redis *server, s *redisstore.Store) {
			t.Helper()
			redis.command(t, "FLUSHALL")
			redis.settle(t, s)
			until(t, patience, "the store is up", s.Up)
			store(t, s, page("/p", "new"))
		}, "new"},
		"nothing": {func(*testing.T, *server, *redisstore.Store) {}, "old"},
	} {
		t.Run(name, func(t *testing.T) {
			redis := startRedis(t)
			a, b := redis.open(t), redis.open(t)
			old := begin(t, a, "/p", false)
			meanwhile.happens(t, redis, b)
			until(t, patience, "both are up", func() bool { return a.Up() && b.Up() })
			var refused error
			if meanwhile.want != "old" {
				refused = revalidate.ErrLeaseLost
			}
			if err := a.Commit(t.Context(), old, page("/p", "old")); !errors.Is(err, refused) {
				t.Errorf("Commit: got %v, want %v", err, refused)
			}
			a.Forget("/p")
			b.Forget("/p")
			expect(t, a, "/p", meanwhile.want)
			expect(t, b, "/p", meanwhile.want)
		})
	}
}

// TestOneRenderAtATime in all processes, and how the right to it passes on.
func TestOneRenderAtATime(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	busy := func(s *redisstore.Store, key string) bool {
		ticket, err := s.Begin(t.Context(), key, false)
		if err != nil && !errors.Is(err, revalidate.ErrBusy) {
			t.Fatal(err)
		}
		if err == nil {
			commit(t, s, ticket, nil)
		}
		return err != nil
	}

	first := begin(t, a, "/p", false)
	if !busy(b, "/p") || !busy(a, "/p") {
		t.Error("a second render may start")
	}
	if busy(b, "/other") {
		t.Error("another page may not be rendered")
	}
	second := begin(t, b, "/p", true) // on demand
	if second.Order <= first.Order {
		t.Errorf("the second ticket is %d, the first %d", second.Order, first.Order)
	}
	stale := page("/p", "one")
	stale.Stored = stale.Stored.Add(-2 * stale.Window) // so that only the lease counts
	commit(t, a, first, stale)
	if !busy(a, "/p") {
		t.Error("the first render ended the lease of the second")
	}
	commit(t, b, second, nil)
	leases := redis.command(t, "KEYS", "*l:{*")
	if names, err := leases.AsStrSlice(); err != nil || len(names) > 0 {
		t.Errorf("leases stay: %q %v", names, err)
	}
}

// TestJustRendered: who comes after a render looks at its page before it renders
// once more, and then may.
func TestJustRendered(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	store(t, a, page("/p", "one"))
	if _, err := b.Begin(t.Context(), "/p", false); !errors.Is(err, revalidate.ErrBusy) {
		t.Errorf("got %v, want to look at the page", err)
	}
	commit(t, b, begin(t, b, "/p", false), page("/p", "two"))
	expect(t, b, "/p", "two")

	stale := page("/q", "old")
	stale.Stored = stale.Stored.Add(-2 * stale.Window)
	store(t, a, stale)
	begin(t, b, "/q", false)
}

// TestDeadRender frees the page soon, and one that lives keeps it.
func TestDeadRender(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	short := func(config *redisstore.Config) { config.Lease = 2 * time.Second }
	a, b := redis.open(t, short), redis.open(t, short)
	ticket := begin(t, a, "/p", false)
	for start := time.Now(); time.Since(start) < 2500*time.Millisecond; time.Sleep(20 * time.Millisecond) {
		if _, err := b.Begin(t.Context(), "/p", false); !errors.Is(err, revalidate.ErrBusy) {
			t.Fatalf("after %v, of a render that runs: %v", time.Since(start), err)
		}
	}
	a.Close()
	var late revalidate.Ticket
	until(t, patience, "the page is free", func() (free bool) {
		var err error
		late, err = b.Begin(t.Context(), "/p", false)
		return err == nil
	})
	if late.Order <= ticket.Order {
		t.Errorf("the ticket %d is not after %d", late.Order, ticket.Order)
	}
}

// TestFailedRender keeps the page that is stored, for a shorter time.
func TestFailedRender(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	commit(t, a, begin(t, a, "/none", false), nil)
	expect(t, a, "/none", "-")

	store(t, a, page("/p", "one"))
	expect(t, b, "/p", "one")
	commit(t, a, begin(t, a, "/p", true), nil)
	for name, s := range map[string]*redisstore.Store{"a": a, "b": b} {
		until(t, patience, name+" has the shorter lifetime", func() bool {
			p, err := s.Get(t.Context(), "/p")
			return err == nil && p != nil && string(p.Body) == "one" && p.Window == 30*time.Second
		})
	}

	old := begin(t, a, "/p", true)
	store(t, b, page("/p", "two"))
	commit(t, a, old, nil)
	a.Forget("/p")
	if p, err := a.Get(t.Context(), "/p"); err != nil || string(p.Body) != "two" || p.Window != time.Minute {
		t.Errorf("the failure of an older render touched a newer page: %v %v", p, err)
	}
	mark := page("/mark", "")
	mark.Status = 0
	store(t, a, mark)
	commit(t, a, begin(t, a, "/mark", true), nil)
	if p, err := a.Get(t.Context(), "/mark"); err != nil || p == nil || p.Window != time.Minute {
		t.Errorf("a failure prolonged a mark: %v %v", p, err)
	}
}

// TestKeys lists by tag and by prefix.
func TestKeys(t *testing.T) {
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	for _, p := range []*revalidate.Page{
		page("/", "", "all"), page("/a", "", "all", "x"), page("/a/b", "", "all"), page("/a}b{", "", "x"), page("/ab\x00 1:\xff", "", "all"), page("/b", ""),
	} {
		store(t, a, p)
	}
	mark := page("/a/mark", "", "x")
	mark.Status = 0
	store(t, a, mark)
	store(t, a, page("/b", "", "gone"))
	store(t, a, page("/b", "", "stays"))
	store(t, a, page("/a/evicted", "", "x"))
	redis.command(t, "DEL", a.PageName("/a/evicted"))
	open := begin(t, a, "/a/open", false)

	for _, test := range []struct{ tag, prefix, want string }{
		{"", "/a", `"/a" "/a/b" "/a/open" "/ab\x00 1:\xff" "/a}b{"`},
		{"", "/a/", `"/a/b" "/a/open"`},
		{"", "/ab\x00", `"/ab\x00 1:\xff"`},
		{"", "", `"/" "/a" "/a/b" "/a/open" "/ab\x00 1:\xff" "/a}b{" "/b"`},
		{"", "/none", ``},
		{"x", "", `"/a" "/a/open" "/a}b{"`},
		{"all", "", `"/" "/a" "/a/b" "/a/open" "/ab\x00 1:\xff"`},
		{"gone", "", `"/a/open"`},
		{"stays", "", `"/a/open" "/b"`},
	} {
		until(t, patience, test.want, func() bool {
			keys, err := b.Keys(t.Context(), test.tag, test.prefix)
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(keys)
			for i := range keys {
				keys[i] = strconv.Quote(keys[i])
			}
			return strings.Join(keys, " ") == test.want
		})
	}
	commit(t, a, open, nil)
	if keys, err := b.Keys(t.Context(), "none", ""); err != nil || len(keys) != 0 {
		t.Errorf("a render that has ended is listed: %q %v", keys, err)
	}
}

// TestManyKeys lists more than fits into one step.
func TestManyKeys(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t)
	const n = 700
	for i := range n {
		store(t, s, page(numbered("/many/", i), "body", "all"))
	}
	for _, test := range [][2]string{{"", "/many/"}, {"all", ""}} {
		if keys, err := s.Keys(t.Context(), test[0], test[1]); err != nil || len(keys) != n {
			t.Errorf("%q: %d keys, %v", test, len(keys), err)
		}
	}
}

// clean looks at all keys in Redis. Each has the prefix (a regular expression),
// the version of the format, a lifetime, and one pair of braces, which chooses its slot. It returns
// how many there are of each kind.
func (s *server) clean(t *testing.T, prefix string, most time.Duration) map[string]int {
	t.Helper()
	// Version, kind, and what chooses the slot.
	pattern := regexp.MustCompile("^" + prefix + `1:(?:([gmplt]):\{[0-9a-f]{32}|([kx]):\{keys|(o):\{open)\}$`)
	kinds := make(map[string]int)
	c := s.client(t)
	for cursor := uint64(0); ; {
		entry, err := c.Do(t.Context(), c.B().Scan().Cursor(cursor).Count(1000).Build()).AsScanEntry()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range entry.Elements {
			ttl, err := c.Do(t.Context(), c.B().Pttl().Key(name).Build()).AsInt64()
			if ttl == -2 {
				continue // it has ended since
			}
			if err != nil || ttl < 0 || ttl > most.Milliseconds() {
				t.Errorf("%s lives for %d ms, %v", name, ttl, err)
			}
			parts := pattern.FindStringSubmatch(name)
			if parts == nil {
				t.Errorf("a key is called %q", name)
				continue
			}
			kinds[strings.Join(parts[1:], "")]++
		}
		if cursor = entry.Cursor; cursor == 0 {
			return kinds
		}
	}
}

// TestHygiene looks at all keys in Redis: their names, slots and lifetimes.
func TestHygiene(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t, func(config *redisstore.Config) { config.Prefix, config.Keep = "shop:", time.Hour })
	store(t, s, page("/a}{b", "one", "tag"))
	never := page("/never", "one")
	never.Window, never.Expire = revalidate.Never, -1
	store(t, s, never)
	short := page("/short", "one")
	short.Window, short.Expire = time.Second, time.Minute
	store(t, s, short)
	begin(t, s, "/open", false)

	redis.clean(t, "shop:", time.Hour+2*time.Minute)
	if ttl := redis.lifetime(t, s.PageName("/short")); ttl > time.Minute.Milliseconds() {
		t.Errorf("the page that may be served for a minute lives for %d ms", ttl)
	}
	for _, key := range []string{"/a}{b", "/never"} {
		p, o := s.PageName(key), s.OrderName(key)
		if p[strings.IndexByte(p, '{'):] != o[strings.IndexByte(o, '{'):] {
			t.Errorf("%s and %s may be in two slots", p, o)
		}
	}
}

// TestListsAreTrimmed: what has ended does not stay in the lists.
func TestListsAreTrimmed(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t, func(config *redisstore.Config) {
		config.Keep, config.MaxRender = 50*time.Millisecond, 50*time.Millisecond
	})
	for i := range 5 {
		store(t, s, page(numbered("/old/", i), "", "tag"))
		begin(t, s, numbered("/open/", i), false)
	}
	time.Sleep(60 * time.Millisecond) // Redis has a clock of its own
	if keys, err := s.Keys(t.Context(), "", ""); err != nil || len(keys) != 0 {
		t.Errorf("%q are listed, %v", keys, err)
	}
	store(t, s, page("/new", "", "tag"))
	c := redis.client(t)
	for _, name := range []string{"k:{keys}", "x:{keys}"} {
		if n, err := c.Do(t.Context(), c.B().Zcard().Key("apiroutes:1:"+name).Build()).AsInt64(); err != nil || n != 1 {
			t.Errorf("%s has %d members, %v", name, n, err)
		}
	}
}
