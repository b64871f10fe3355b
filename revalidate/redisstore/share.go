package redisstore

import (
	"context"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

var _ revalidate.Sharer = (*Store)(nil)

// BeginShared is [Store.Begin] for a render on demand that may be left to
// another process: while one on demand runs anywhere, it returns
// [revalidate.ErrBusy]. It does not wait for a render that nobody has called
// for.
//
// What it returns then is a ticket that nobody renders under. A page with a later
// one was begun after the call, as long as all tickets come from the same Redis.
// Where they may not, it does not share: for [Config.MaxRender] after the
// connection was lost, since a ticket from before may be in use that long, and
// while this process has a page or a render with a ticket of its own making.
func (s *Store) BeginShared(ctx context.Context, key string) (revalidate.Ticket, error) {
	if !s.shares(key) {
		return s.begin(ctx, key, takeAnyway)
	}
	ticket, err := s.begin(ctx, key, takeUnshared)
	if err == nil {
		return ticket, nil
	}
	if held, _ := s.local.get(idOf(key), key, s.now()); held != nil && held.Order > ticket.Order || !s.shares(key) {
		return s.begin(ctx, key, takeAnyway)
	}
	return ticket, err
}

// shares says whether the tickets of a page all come from the Redis that is
// there now.
func (s *Store) shares(key string) bool {
	if !s.link.up() || !s.link.steady(s.config.MaxRender) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	order, open := s.order[key]
	_, owes := s.owed[key]
	return !owes && (!open || !order.away)
}
