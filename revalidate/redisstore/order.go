package redisstore

import (
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// openRender is a render that runs in this process.
type openRender struct {
	key   string
	n     uint64    // in the order in which they were begun here
	until time.Time // its lease is not renewed after
}

// openOrder is the order of the renders of one page in this process, for as long
// as any of them runs. It decides where Redis can't.
type openOrder struct {
	open   int
	latest uint64 // of those whose page was stored, or held
	away   bool   // one of them has a ticket that Redis has not made
}

// opened remembers a render.
func (s *Store) opened(key, lease string, n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.told, key)
	s.open[lease] = openRender{key, n, time.Now().Add(s.config.MaxRender)}
	order := s.order[key]
	if order == nil {
		order = new(openOrder)
		s.order[key] = order
	}
	order.open++
	order.away = order.away || strings.HasPrefix(lease, away)
}

// ending returns what is remembered of a render. Its lease is not renewed any
// more.
func (s *Store) ending(ticket revalidate.Ticket) openRender {
	s.mu.Lock()
	defer s.mu.Unlock()
	render := s.open[ticket.Lease]
	delete(s.open, ticket.Lease)
	return render
}

// ended forgets a render after its page has been dealt with.
func (s *Store) ended(render openRender) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if order := s.order[render.key]; order != nil {
		if order.open--; order.open <= 0 {
			delete(s.order, render.key)
		}
	}
}

// stored holds a page that Redis has taken. If its render began after what is
// owed came to be, Redis has something newer now.
func (s *Store) stored(i id, page *revalidate.Page, render openRender, since moment) {
	s.local.replace(i, page, since)
	s.mu.Lock()
	defer s.mu.Unlock()
	if order := s.order[render.key]; order != nil {
		order.latest = max(order.latest, render.n)
	}
	if n, owes := s.owed[page.Key]; owes && n < render.n {
		delete(s.owed, page.Key)
		s.debt.Store(len(s.owed) > 0)
	}
}
