package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// share takes a ticket on demand, or returns false with the one of a refusal.
func share(t *testing.T, s *redisstore.Store) (revalidate.Ticket, bool) {
	t.Helper()
	ticket, err := s.BeginShared(t.Context(), "/p", 0)
	if err != nil && !errors.Is(err, revalidate.ErrBusy) {
		t.Fatalf("BeginShared: %v", err)
	}
	return ticket, err == nil
}

// refused is share of /p that has to be refused.
func refused(t *testing.T, s *redisstore.Store) revalidate.Ticket {
	t.Helper()
	ticket, ok := share(t, s)
	if ok {
		t.Fatal("a render of /p on demand is not shared")
	}
	return ticket
}

// patient is for tests that fail where Redis is slow once, or a renewal late.
func patient(config *redisstore.Config) {
	config.Timeout, config.Lease = 5*time.Second, 20*time.Second
}

// TestShared: calls in several processes share the render after the one that
// runs, which began before them.
func TestShared(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	a, b, c := redis.open(t), redis.open(t), redis.open(t)
	first, ok := share(t, a)
	if !ok {
		t.Fatal("the first render is refused")
	}
	one, another := refused(t, b), refused(t, c)
	if one.Order <= first.Order || another.Order <= first.Order {
		t.Errorf("the page of ticket %d would do for who was refused with %d and %d", first.Order, one.Order, another.Order)
	}
	commit(t, a, first, page("/p", "one"))
	second, ok := share(t, b)
	if !ok || second.Order <= max(one.Order, another.Order) {
		t.Errorf("the next render has %d, those who wait for it %d and %d", second.Order, one.Order, another.Order)
	}
	refused(t, c)
	commit(t, b, second, page("/p", "two"))
	until(t, patience, "all have it", func() bool { return body(t, a, "/p") == "two" && body(t, c, "/p") == "two" })
	if third, ok := share(t, c); !ok {
		t.Error("refused after all renders had ended")
	} else {
		commit(t, c, third, nil)
	}
}

// TestSharedLate: who has looked for the page too early, before the render that
// it waits for was even begun, is told of that page, and does not render.
func TestSharedLate(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	a, b := redis.open(t, patient), redis.open(t, patient)
	first, _ := share(t, a)
	moment := refused(t, b).Order
	commit(t, a, first, page("/p", "one"))
	if p, err := b.Get(t.Context(), "/p"); err != nil || p == nil || p.Order > moment {
		t.Fatalf("the page of the render before the call: %+v %v", p, err)
	}
	store(t, a, page("/p", "two"))
	if _, err := b.BeginShared(t.Context(), "/p", moment); !errors.Is(err, revalidate.ErrBusy) {
		t.Fatalf("told to render a page that has been since: %v", err)
	}
	expect(t, b, "/p", "two")
	ticket, err := b.BeginShared(t.Context(), "/p", moment) // as if that page were damaged
	if err != nil {
		t.Fatalf("told twice: %v", err)
	}
	commit(t, b, ticket, nil)

	later, err := b.Moment(t.Context(), "/p")
	if err != nil {
		t.Fatal(err)
	}
	if ticket, err = b.BeginShared(t.Context(), "/p", later); err != nil {
		t.Fatalf("told to wait for a page that was there before: %v", err)
	}
	commit(t, b, ticket, nil)
}

// momentStore counts the moments that a cache has learned.
type momentStore struct {
	*redisstore.Store
	moments atomic.Int64
}

func (s *momentStore) Moment(ctx context.Context, key string) (uint64, error) {
	defer s.moments.Add(1)
	return s.Store.Moment(ctx, key)
}

// caller is a process whose page shows the number that it read, once it may.
type caller struct {
	engine *gin.Engine
	pages  *revalidate.Cache
	store  *momentStore
}

func (s *server) caller(t *testing.T, number *atomic.Int64, render func()) *caller {
	t.Helper()
	c := &caller{engine: gin.New(), store: &momentStore{Store: s.open(t, patient)}}
	c.pages = revalidate.Must(c.engine, revalidate.Config{Store: c.store})
	c.engine.GET("/p", c.pages.Page(revalidate.Never), func(c *gin.Context) {
		read := number.Load()
		render()
		c.String(http.StatusOK, "%d", read)
	})
	return c
}

// call edits and calls for the page, which has to show the edit after that.
func (c *caller) call(t *testing.T, number *atomic.Int64) {
	t.Helper()
	wrote := number.Add(1)
	if err := c.pages.Revalidate(t.Context(), "/p"); err != nil {
		t.Errorf("Revalidate: %v", err)
	}
	answer := httptest.NewRecorder()
	c.engine.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/p", http.NoBody))
	if shown, err := strconv.ParseInt(answer.Body.String(), 10, 64); err != nil || shown < wrote {
		t.Errorf("after the call for %d the page shows %q", wrote, answer.Body)
	}
}

// TestSharedCalls has calls in three processes, all made while the first of them
// renders: one render more will do for all.
func TestSharedCalls(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	var number, renders atomic.Int64
	first, goOn := make(chan struct{}), make(chan struct{})
	render := func() {
		if renders.Add(1) == 1 {
			close(first)
			<-goOn
		}
	}
	var callers []*caller
	for range 3 {
		callers = append(callers, redis.caller(t, &number, render))
	}
	var calls sync.WaitGroup
	calls.Go(func() { callers[0].call(t, &number) })
	<-first
	for range 3 {
		for i, c := range callers {
			before := c.store.moments.Load()
			calls.Go(func() { c.call(t, &number) })
			until(t, patience, fmt.Sprintf("a call in process %d is known", i), func() bool { return c.store.moments.Load() > before })
		}
	}
	close(goOn)
	calls.Wait()
	if n := renders.Load(); n != 2 {
		t.Errorf("%d renders, want the one that all calls but one came too late for, and one for those", n)
	}
}

// TestSharedOnDemandOnly: a call waits for no render that began on its own, and
// a visitor for one that was called for.
func TestSharedOnDemandOnly(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	ordinary := begin(t, a, "/p", false)
	called, ok := share(t, b)
	if !ok {
		t.Fatal("a call waits for a render that began on its own")
	}
	if _, err := a.Begin(t.Context(), "/p", false); !errors.Is(err, revalidate.ErrBusy) {
		t.Errorf("a visitor beside a render on demand: %v", err)
	}
	commit(t, a, ordinary, page("/p", "old"))
	refused(t, a)
	commit(t, b, called, page("/p", "new"))
	expect(t, b, "/p", "new")
}

// TestSharedWithTheDead: a process that dies holds up nobody for longer than its
// lease.
func TestSharedWithTheDead(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	short := func(config *redisstore.Config) { config.Lease = 400 * time.Millisecond }
	a, b := redis.open(t, short), redis.open(t, short)
	share(t, a)
	refused(t, b)
	a.Close()
	until(t, patience, "the page is free", func() bool { _, ok := share(t, b); return ok })
}

// TestSharedAfterAway: tickets of the time before Redis was lost can't be
// compared with those after. So calls share no render until those are over, and
// then they do again.
func TestSharedAfterAway(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	const render = 500 * time.Millisecond
	short := func(config *redisstore.Config) { config.MaxRender = render }
	a, b := redis.open(t, short), redis.open(t, short)
	share(t, a)
	refused(t, b)
	redis.Stop()
	until(t, patience, "both know", func() bool { return !a.Up() && !b.Up() })
	if ticket, ok := share(t, b); !ok {
		t.Error("refused without Redis")
	} else if err := b.Commit(t.Context(), ticket, page("/p", "here")); !errors.Is(err, redisstore.ErrAway) {
		t.Error(err)
	}
	expect(t, b, "/p", "here")
	back := time.Now()
	redis.Restart(t)
	until(t, patience, "both are up", func() bool { return a.Up() && b.Up() })
	running := begin(t, a, "/p", true)
	if _, ok := share(t, b); !ok && time.Since(back) < render {
		t.Error("refused while older tickets may be in use")
	}
	// The page is refused if b has told Redis of its own meanwhile.
	if err := a.Commit(t.Context(), running, page("/p", "there")); err != nil && !errors.Is(err, revalidate.ErrLeaseLost) {
		t.Error(err)
	}
	until(t, patience, "it is shared again", func() bool {
		ticket, ok := share(t, a)
		another, too := share(t, b)
		if ok {
			commit(t, a, ticket, nil)
		}
		if too {
			commit(t, b, another, nil)
		}
		return ok && !too
	})
	if took := time.Since(back); took < render {
		t.Errorf("it was shared after %v", took)
	}
}

// TestSharedAndHeld: a page that this process holds, with a ticket of a clock
// that is ahead, is never taken for the one that was called for.
func TestSharedAndHeld(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	a, b := redis.open(t), redis.open(t)
	share(t, a)
	refused(t, b)
	ahead := page("/p", "old")
	ahead.Order = uint64(time.Now().Add(time.Hour).UnixMicro())
	b.Hold(ahead)
	if ticket, ok := share(t, b); !ok {
		t.Errorf("told to wait for a page after %d, and holds %d", ticket.Order, ahead.Order)
	}
}
