package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Store keeps pages in Redis. It implements [revalidate.Store] and is safe for
// concurrent use. Make one with [New] or [Must] for each process.
type Store struct {
	config Config
	names  names
	ids    *ids
	local  *local
	link   *link
	start  time.Time
	owner  string // of leases; differs between processes

	realClock bool // that of the cache, too

	tickets atomic.Uint64 // the latest that was made without Redis, and the number of the latest lease

	mu sync.Mutex
	// told has, for keys that Begin refused, the page that it told about.
	told map[string]uint64
	// open has the renders that run here by their leases, and order the pages
	// that they are of.
	open  map[string]openRender
	order map[string]*openOrder
	// watches has those who wait for the end of a render.
	watches map[id]map[*watch]struct{}
	// lost has leases that Redis may have given without our having heard of it.
	lost map[string]string
	// owed has the keys that were rendered on demand while Redis was away: what
	// it has of them is older. Each has a number of its own.
	owed map[string]uint64
	debt atomic.Bool // owed is not empty
}

var (
	_ revalidate.Store       = (*Store)(nil)
	_ revalidate.FreshGetter = (*Store)(nil)
)

// anew is after how many MaxDrifts a page is read again although no message said
// that it changed, should Redis or what is in between have failed to say so.
const anew = 10

// ErrAway is what [Store.Commit] and [Store.Keys] return, wrapped, while Redis
// does not answer. The page is then seen in this process only.
var ErrAway = errors.New("redisstore: Redis does not answer")

// New returns a store. It is not an error if Redis does not answer: then pages stay
// in the process until it does.
//
// The error names every fault in config.
func New(config Config) (*Store, error) {
	realClock := config.Now == nil
	option, memory, err := config.complete()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	s := &Store{
		config: config, names: newNames(config.Prefix), ids: newIDs(), local: newLocal(memory, anew*config.MaxDrift, start), start: start, owner: rand.Text(), realClock: realClock,
		told: make(map[string]uint64), open: make(map[string]openRender), order: make(map[string]*openOrder),
		lost: make(map[string]string), owed: make(map[string]uint64), watches: make(map[id]map[*watch]struct{}),
	}
	option = config.connection(option, s.names.pages(), s.invalidated)
	s.link = newLink(option, config, start, s.disconnected)
	s.link.probe()
	s.link.running.Go(s.work)
	return s, nil
}

// Must is like [New] and panics if config has a fault.
func Must(config Config) *Store {
	s, err := New(config)
	if err != nil {
		panic(err)
	}
	return s
}

// Close ends the connection. Pages stay in Redis for other processes and the
// next start.
func (s *Store) Close() error {
	s.link.close()
	s.local.pages.StopAllGoroutines()
	return nil
}

// invalidated is told by Redis which pages have changed, or nil: all may have,
// or it will not say so any more, since the connection has ended.
func (s *Store) invalidated(messages []rueidis.RedisMessage) {
	if messages == nil {
		s.link.lose(errConnection)
		return
	}
	for i := range messages {
		if name, err := messages[i].ToString(); err == nil {
			if page, ok := s.names.idOfPage(name); ok {
				s.local.drop(page)
				s.tellEnd(page)
			}
		}
	}
}

// Get returns the page under key: the one that this process holds while it is
// known to be Redis' own, or else the one in Redis. While Redis is away, any
// that the process holds will do.
func (s *Store) Get(ctx context.Context, key string) (*revalidate.Page, error) {
	i := s.ids.of(key)
	now := s.now() // once, since looks at the clock are a good part of a hit
	page, current := s.local.get(i, key, now)
	if s.debt.Load() && s.owes(key) || !s.link.up() {
		return page, nil
	}
	if current && s.link.synced(now) {
		if s.realClock && sample() {
			s.local.heat(i, key, now, s.config.MaxDrift)
		}
		return page, nil
	}
	since := s.local.now(i)
	result := s.link.do(ctx, s.config.Timeout, func(ctx context.Context, c rueidis.Client) rueidis.RedisResult {
		return c.Do(ctx, c.B().Get().Key(s.names.page(i)).Build())
	})
	b, err := result.AsBytes()
	switch {
	case rueidis.IsRedisNil(err):
		return nil, nil //nolint:nilnil // that is how the interface says absent
	case err != nil && !s.link.up():
		return page, nil // the link has logged why
	case err != nil:
		return nil, fault(err)
	}
	page, err = decode(b, key)
	if err != nil {
		return nil, err
	}
	page.Prepare()
	if later, current := s.local.later(i, page); current {
		return later, nil // it came while this one was read
	} else if later != nil {
		// Redis was set back, as by a replica that had not caught up. Others may
		// have had a page that was later still, so it is rendered.
		return nil, nil //nolint:nilnil // absent
	}
	s.local.put(i, page, since)
	return page, nil
}

// now is the time since the store was made.
func (s *Store) now() time.Duration { return time.Since(s.start) }

// fault names the package in an error.
func fault(err error) error {
	if errors.Is(err, ErrAway) {
		return err
	}
	return &storeError{err}
}

type storeError struct{ err error }

func (e *storeError) Error() string { return "redisstore: " + e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

// Marks of leases, in front of the owner.
const (
	onDemand = "d"
	ordinary = "o"
	away     = "a" // the ticket was not made by Redis
)

// Begin takes a ticket and, for as long as the render runs, the right to be the
// only one that renders the page, unless it is fresh: asked for on demand.
// While Redis is away, the ticket is one of this process.
func (s *Store) Begin(ctx context.Context, key string, fresh bool) (revalidate.Ticket, error) {
	if fresh {
		return s.begin(ctx, key, takeAnyway, 0)
	}
	return s.begin(ctx, key, takeFree, s.knows(key))
}

// Which lease a render may take, as beginScript is told.
const (
	takeFree     = "0" // none that another has
	takeAnyway   = "1" // any
	takeUnshared = "2" // any but that of another render on demand
)

// begin takes a ticket, and a lease if the script lets it. Known is the page that
// the caller knows.
func (s *Store) begin(ctx context.Context, key, take string, known uint64) (revalidate.Ticket, error) {
	mark := onDemand
	if take == takeFree {
		mark = ordinary
	}
	i := idOf(key)
	n := s.tickets.Add(1)
	lease := mark + s.owner + utoa(n)
	// Up to the next millisecond, so that a page is only called fresh here if
	// it is fresh for the caller.
	now := s.config.Now().Add(time.Millisecond - time.Nanosecond).UnixMilli()
	reply, err := s.script(ctx, beginScript, s.names.all(i), take, lease, millis(s.config.Lease), millis(s.orderTime()), itoa(now), utoa(known)).ToString()
	if err == nil {
		if ticket, busy := s.refused(key, reply); busy {
			return ticket, revalidate.ErrBusy
		}
		// Keys lists it from here on; what a render reads that begins after this
		// is no older than a call of Keys that came before.
		err = s.list(ctx, s.config.MaxRender, lease+" "+key, s.names.open())
	}
	order, parseErr := strconv.ParseUint(reply, 10, 64)
	if err = errors.Join(err, parseErr); err != nil {
		if ctx.Err() != nil {
			s.lose(key, lease)
			return revalidate.Ticket{}, fault(err)
		}
		return s.beginAway(key, lease, n, mark == onDemand), nil
	}
	s.opened(key, lease, n)
	return revalidate.Ticket{Key: key, Order: order, Lease: lease}, nil
}

// refused says whether the reply of beginScript is that another process renders
// the page, or has.
func (s *Store) refused(key, reply string) (revalidate.Ticket, bool) {
	if page, ok := strings.CutPrefix(reply, "-"); ok {
		s.tell(key, page)
		return revalidate.Ticket{}, true
	}
	if text, ok := strings.CutPrefix(reply, "="); ok {
		order, err := strconv.ParseUint(text, 10, 64)
		return revalidate.Ticket{Key: key, Order: order}, err == nil
	}
	return revalidate.Ticket{}, reply == "0"
}

// beginAway makes a ticket without Redis.
func (s *Store) beginAway(key, lease string, n uint64, fresh bool) revalidate.Ticket {
	s.lose(key, lease)
	s.opened(key, away+lease, n)
	if fresh {
		s.owe(key)
	}
	now := uint64(max(0, time.Now().UnixMicro()))
	if held, _ := s.local.get(idOf(key), key, s.now()); held != nil {
		now = max(now, held.Order+1) // Redis' clock may be ahead
	}
	for {
		last := s.tickets.Load()
		if next := max(now, last+1); s.tickets.CompareAndSwap(last, next) {
			return revalidate.Ticket{Key: key, Order: next, Lease: away + lease}
		}
	}
}

// Commit ends a ticket, and stores its page if there is one and no later one is
// stored. For a page that it refuses, also because Redis has lost what it knew
// of the renders meanwhile, it returns [revalidate.ErrLeaseLost].
func (s *Store) Commit(ctx context.Context, ticket revalidate.Ticket, page *revalidate.Page) error {
	i := idOf(ticket.Key)
	render := s.ending(ticket)
	defer s.ended(render)
	if strings.HasPrefix(ticket.Lease, away) {
		s.commitAway(i, ticket, render, page)
		return ErrAway
	}
	stored, err := s.commit(ctx, i, ticket, render, page)
	if err != nil {
		s.lose(ticket.Key, ticket.Lease)
		if page != nil && strings.HasPrefix(ticket.Lease, onDemand) {
			s.owe(ticket.Key)
		}
		if !s.link.up() {
			s.commitAway(i, ticket, render, page)
		}
		return fault(err)
	}
	if err := s.unlist(ctx, ticket); err != nil || stored || page == nil {
		return err
	}
	return revalidate.ErrLeaseLost
}

// commit says whether Redis took a page.
func (s *Store) commit(ctx context.Context, i id, ticket revalidate.Ticket, render openRender, page *revalidate.Page) (bool, error) {
	if page == nil {
		return false, s.fail(ctx, i, ticket)
	}
	stored := *page
	stored.Order = ticket.Order
	keep := s.keepTime(&stored)
	if err := s.index(ctx, &stored, keep); err != nil {
		return false, err
	}
	since := s.local.now(i)
	done, err := s.script(ctx, commitScript, s.names.all(i), utoa(ticket.Order), ticket.Lease,
		rueidis.BinaryString(encode(&stored)), millis(keep), millis(s.orderTime()+keep), itoa(freshUntil(&stored))).AsInt64()
	if err != nil {
		return false, err
	}
	if done == 0 {
		s.local.drop(i)
		return false, nil
	}
	stored.Prepare()
	s.stored(i, &stored, render, since)
	return true, nil
}

// fail ends the ticket of a failed render: the page that is stored stays, for
// the time that it says itself.
func (s *Store) fail(ctx context.Context, i id, ticket revalidate.Ticket) error {
	b, err := s.link.do(ctx, s.config.Timeout, func(ctx context.Context, c rueidis.Client) rueidis.RedisResult {
		return c.Do(ctx, c.B().Get().Key(s.names.page(i)).Build())
	}).AsBytes()
	if err != nil && !rueidis.IsRedisNil(err) {
		return err
	}
	// Without a page that stays, the lease ends all the same.
	var order, kept, keep, until, was string
	if page, err := decode(b, ticket.Key); err == nil && page.Status != 0 && page.Order <= ticket.Order {
		next := page.Kept(s.config.Now())
		order, kept, keep = utoa(page.Order), rueidis.BinaryString(encode(next)), millis(s.keepTime(next))
		until, was = itoa(freshUntil(next)), itoa(freshUntil(page))
	}
	err = s.script(ctx, keepScript, s.names.all(i), order, ticket.Lease, kept, keep, until, was).Error()
	s.local.drop(i)
	return err
}

// commitAway holds a page, or prolongs the one that is held, in this process.
func (s *Store) commitAway(i id, ticket revalidate.Ticket, render openRender, page *revalidate.Page) {
	defer s.tellEnd(i)
	s.mu.Lock()
	defer s.mu.Unlock()
	old, _ := s.local.get(i, ticket.Key, s.now())
	if order := s.order[render.key]; order != nil {
		if order.latest > render.n {
			return
		}
		if page != nil {
			order.latest = render.n
		}
	}
	switch {
	case page != nil:
		own := *page
		own.Order = ticket.Order
		own.Prepare()
		s.local.keep(i, &own)
	case old != nil && old.Status != 0:
		s.local.keep(i, old.Kept(s.config.Now()))
	}
}

// orderTime is how long Redis remembers the order of renders: longer than any
// of them runs.
func (s *Store) orderTime() time.Duration { return 2 * s.config.MaxRender }

// keepTime is how long Redis keeps a page.
func (s *Store) keepTime(p *revalidate.Page) time.Duration {
	if p.Window < 0 || p.Expire < 0 {
		return s.config.Keep
	}
	left := p.Stored.Add(max(p.Window, p.Expire)).Sub(s.config.Now())
	return min(max(left, s.config.Lease), s.config.Keep)
}

// freshUntil is when a page ends to be fresh, in milliseconds since 1970; -1 is
// never.
func freshUntil(p *revalidate.Page) int64 {
	if p.Window < 0 {
		return -1
	}
	return max(0, p.Stored.Add(p.Window).UnixMilli())
}

func (s *Store) script(ctx context.Context, script *rueidis.Lua, keys []string, args ...string) rueidis.RedisResult {
	return s.link.do(ctx, 3*s.config.Timeout, func(ctx context.Context, c rueidis.Client) rueidis.RedisResult {
		return script.Exec(ctx, c, keys, args)
	})
}

func millis(d time.Duration) string { return itoa(max(1, d.Milliseconds())) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }
