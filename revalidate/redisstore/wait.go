package redisstore

import (
	"context"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Redis tells all processes of each page that changes, and so of each render
// that ends: one that stores nothing makes Redis say so all the same. No channel
// has to be subscribed to, and what is lost with a connection is known to be.

var _ revalidate.Waiter = (*Store)(nil)

// watch is one call of Wait.
type watch struct {
	ended chan struct{}
	stop  func() bool // ends the watch of its context
}

// Wait returns a channel that is closed when a render of key has ended in any
// process, when the connection to Redis is lost, and sometimes for no reason.
// The error is [ErrAway] while Redis is away.
func (s *Store) Wait(ctx context.Context, key string) (<-chan struct{}, error) {
	i := idOf(key)
	w := &watch{ended: make(chan struct{})}
	s.mu.Lock()
	if s.watches[i] == nil {
		s.watches[i] = make(map[*watch]struct{})
	}
	s.watches[i][w] = struct{}{}
	w.stop = context.AfterFunc(ctx, func() { s.unwatch(i, w) })
	s.mu.Unlock()
	if !s.link.up() { // asked last, since disconnected comes after that
		w.stop()
		s.unwatch(i, w)
		return nil, ErrAway
	}
	return w.ended, nil
}

func (s *Store) unwatch(i id, w *watch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watches[i], w)
	if len(s.watches[i]) == 0 {
		delete(s.watches, i)
	}
}

// tellEnd tells those who wait that a render of a page may have ended.
func (s *Store) tellEnd(i id) {
	s.mu.Lock()
	watches := s.watches[i]
	delete(s.watches, i)
	s.mu.Unlock()
	end(watches)
}

// disconnected is called when the link is lost: pages that are held are not current
// any more, and who waits has to look.
func (s *Store) disconnected() {
	s.local.age()
	s.mu.Lock()
	all := s.watches
	s.watches = make(map[id]map[*watch]struct{})
	s.mu.Unlock()
	for _, watches := range all {
		end(watches)
	}
}

func end(watches map[*watch]struct{}) {
	for w := range watches {
		w.stop()
		close(w.ended)
	}
}
