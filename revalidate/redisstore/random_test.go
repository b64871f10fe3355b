package redisstore_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// world is some data, and what is known about the pages that show it.
type world struct {
	clock  *steadyClock
	data   [4]atomic.Int64 // by page
	shared atomic.Int64    // calls that the render of another has answered
	hot    atomic.Int64    // pages that GetFresh had
	mu     sync.Mutex
	acked  [4][]ack
}

// ack is a revalidation that has been acknowledged.
type ack struct {
	number int64
	at     time.Duration // on the clock
	by     int           // store
}

// least is what a store must show of a page: at once what it acknowledged
// itself, and after a while what others did.
func (w *world) least(n, by int, slack time.Duration) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	var least int64
	for _, a := range w.acked[n] {
		if a.by == by || w.clock.now()-a.at > slack {
			least = max(least, a.number)
		}
	}
	return least
}

// longestRender is that of a busy machine: a render takes a tenth of it.
const longestRender = 300 * time.Millisecond

// TestRandomOrder interleaves renders, failures, revalidations, lost connections
// and lost data at random, in several stores. None shows a page that is older
// than the last revalidation that was acknowledged.
func TestRandomOrder(t *testing.T) {
	t.Run("a server", func(t *testing.T) { randomOrder(t, startRedis(t)) })
	t.Run("a cluster", func(t *testing.T) { randomOrder(t, startCluster(t)) })
}

func randomOrder(t *testing.T, redis *server) {
	t.Helper()
	var stores []*redisstore.Store
	for range 3 {
		stores = append(stores, redis.open(t, func(config *redisstore.Config) { config.MaxRender = longestRender }))
	}
	lasts := 2 * time.Second
	if d, err := time.ParseDuration(os.Getenv(envLong)); err == nil {
		lasts = d
	}
	end := time.Now().Add(lasts)
	w := world{clock: redis.clock(t)}
	var shown, acked, away atomic.Int64
	var running sync.WaitGroup
	for by, s := range stores {
		for range 3 {
			running.Go(func() {
				for time.Now().Before(end) {
					n := rand.IntN(len(w.data))
					switch rand.IntN(20) {
					case 0:
						_, _ = s.Keys(t.Context(), "tag", "")
						_, _ = s.Outdate(t.Context(), "tag", "")
					case 1, 2, 3, 4, 5:
						if w.render(t, s, n, by) {
							acked.Add(1)
						} else {
							away.Add(1)
						}
					default:
						if w.look(t, s, n, by) {
							shown.Add(1)
						}
					}
				}
			})
		}
	}
	kinds := make(map[string]int)
	for time.Now().Before(end) {
		time.Sleep(150 * time.Millisecond)
		for kind, n := range redis.clean(t, "apiroutes:", 31*24*time.Hour) {
			kinds[kind] += n
		}
		if rand.IntN(2) == 0 {
			time.Sleep(longestRender) // so that renders on demand are shared again
		}
		switch rand.IntN(3) {
		case 0:
			redis.command(t, "CLIENT", "KILL", "TYPE", "normal")
		case 1:
			redis.command(t, "FLUSHALL")
		case 2:
			redis.command(t, "DEL", stores[0].PageName("/0"))
			redis.command(t, "DEL", stores[0].PageName("/1"))
		}
	}
	running.Wait()
	t.Logf("keys looked at in Redis, by their kinds: %v", kinds)
	t.Logf("%d pages looked at, %d of them hot, %d renders, %d shared, %d not acknowledged", shown.Load(), w.hot.Load(), acked.Load(), w.shared.Load(), away.Load())
	if shown.Load() == 0 || acked.Load() == 0 || len(kinds) == 0 {
		t.Error("nothing was tested")
	}
}

// look checks what a store shows.
func (w *world) look(t *testing.T, s *redisstore.Store, n, by int) bool {
	t.Helper()
	key := "/" + strconv.Itoa(n)
	least := w.least(n, by, time.Second)
	p, err := s.GetFresh(key), error(nil)
	if p == nil {
		p, err = s.Get(t.Context(), key)
	} else {
		w.hot.Add(1)
	}
	if err != nil || p == nil {
		return false
	}
	if number, err := strconv.ParseInt(string(p.Body), 10, 64); err != nil || p.Key != key || number < least {
		t.Errorf("store %d shows %q of %s (ticket %d), %d is due, up %t", by, p.Body, key, p.Order, least, s.Up())
	}
	return true
}

// render renders a page, which may take long, or fail. It reports whether the
// page was acknowledged, or nothing was to be.
func (w *world) render(t *testing.T, s *redisstore.Store, n, by int) bool {
	t.Helper()
	key := "/" + strconv.Itoa(n)
	onDemand := rand.IntN(2) == 0
	var ticket revalidate.Ticket
	var err error
	var called int64 // for this number, or a later one
	if onDemand {
		var done bool
		called = w.data[n].Add(1)
		if ticket, done = w.call(t, s, key, called); done {
			return true
		}
	} else if ticket, err = s.Begin(t.Context(), key, false); err != nil {
		return true
	}
	number := w.data[n].Load()
	time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond)
	if rand.IntN(5) == 0 {
		return s.Commit(t.Context(), ticket, nil) == nil
	}
	p := page(key, strconv.FormatInt(number, 10), "tag", key)
	if rand.IntN(2) == 0 {
		p.Stored = p.Stored.Add(-2 * p.Window) // so that it may be rendered again
	}
	if err := s.Commit(t.Context(), ticket, p); err != nil && !errors.Is(err, revalidate.ErrLeaseLost) {
		return false
	}
	if onDemand {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.acked[n] = append(w.acked[n], ack{called, w.clock.now(), by})
	}
	return true
}

// call takes a ticket on demand, or waits for the page of another store as the
// cache does. That must show the number that was there before the call.
func (w *world) call(t *testing.T, s *redisstore.Store, key string, number int64) (ticket revalidate.Ticket, done bool) {
	t.Helper()
	var floor uint64
	if rand.IntN(2) == 0 { // as where calls gather; an error is no order
		floor, _ = s.Moment(t.Context(), key)
	}
	for {
		ticket, err := s.BeginShared(t.Context(), key, floor)
		if err == nil {
			return ticket, false
		}
		if floor == 0 {
			floor = ticket.Order
		}
		if ended, err := s.Wait(t.Context(), key); err == nil {
			told(ended, 50*time.Millisecond)
		}
		p, err := s.Get(t.Context(), key)
		if err != nil || p == nil || p.Order <= floor {
			continue
		}
		w.shared.Add(1)
		if shown, err := strconv.ParseInt(string(p.Body), 10, 64); err != nil || shown < number {
			t.Errorf("who called for %d of %s was given %q (ticket %d after %d)", number, key, p.Body, p.Order, floor)
		}
		return ticket, true
	}
}
