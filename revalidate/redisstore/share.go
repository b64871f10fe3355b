package redisstore

import (
	"context"
	"errors"
	"strconv"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

var _ revalidate.Sharer = (*Store)(nil)

// BeginShared is [Store.Begin] for a render on demand that may be left to
// another process: while one on demand runs anywhere, it returns
// [revalidate.ErrBusy]. It does not wait for a render that nobody has called
// for.
//
// What it returns then is a ticket that nobody renders under, as [Store.Moment]
// does. It returns [revalidate.ErrBusy] as well, but once, where a page that was
// begun after the ticket after is stored. Where tickets can't be compared, it
// does not share.
func (s *Store) BeginShared(ctx context.Context, key string, after uint64) (revalidate.Ticket, error) {
	if !s.Shares(key) {
		return s.begin(ctx, key, takeAnyway, 0)
	}
	held := s.heldOrder(key)
	if after > 0 {
		after = max(after, s.knows(key))
	}
	ticket, err := s.begin(ctx, key, takeUnshared, after)
	if err == nil {
		return ticket, nil
	}
	if ticket.Order > 0 && held > ticket.Order || !s.Shares(key) {
		return s.begin(ctx, key, takeAnyway, 0)
	}
	return ticket, err
}

var errApart = errors.New("redisstore: tickets can't be compared so soon after Redis was away")

// Moment takes a ticket that nobody renders under. A page with a later one was
// begun after the call, as long as all tickets come from the same Redis. Where
// they may not, there is an error: for [Config.MaxRender] after the connection
// was lost, since a ticket from before may be in use that long, and while this
// process has a page or a render with a ticket of its own making.
func (s *Store) Moment(ctx context.Context, key string) (uint64, error) {
	if !s.Shares(key) {
		return 0, errApart
	}
	held := s.heldOrder(key)
	reply, err := s.script(ctx, momentScript, []string{s.names.order(idOf(key))}, millis(s.orderTime())).ToString()
	if err != nil {
		return 0, fault(err)
	}
	order, err := strconv.ParseUint(reply, 10, 64)
	if err != nil {
		return 0, fault(err)
	}
	if held > order || !s.Shares(key) {
		return 0, errApart
	}
	return order, nil
}

// heldOrder is the ticket of the page that this process holds. If Redis makes an
// earlier one after that, they are of different clocks.
func (s *Store) heldOrder(key string) uint64 {
	if held, _ := s.local.get(idOf(key), key, s.now()); held != nil {
		return held.Order
	}
	return 0
}

// Shares reports whether the tickets of a page all come from the Redis that is
// there now, and whether Get has not returned a page that only this process has.
func (s *Store) Shares(key string) bool {
	if !s.link.up() || !s.link.steady(s.config.MaxRender) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	order, open := s.order[key]
	_, owes := s.owed[key]
	return !owes && (!open || !order.away)
}
