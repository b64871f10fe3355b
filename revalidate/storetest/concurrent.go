package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// concurrent has writers and readers of a few keys. The order under a key only
// grows, and whoever has committed finds a page that is no older than his.
func (s *suite) concurrent() {
	const keys, writers, rounds = 4, 8, 40
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range rounds {
				s.write(fmt.Sprintf("/p%d", (w+i)%keys), w, i)
			}
		})
	}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for k := range keys {
		readers.Go(func() { s.read(fmt.Sprintf("/p%d", k), done) })
	}
	all.Wait()
	close(done)
	readers.Wait()
	got, err := s.store.Keys(s.Context(), "", "/")
	if slices.Sort(got); err != nil || len(got) != keys {
		s.Errorf("Keys: got %q and %v, want %d keys and no render under way", got, err, keys)
	}
}

func (s *suite) write(key string, writer, i int) {
	ticket, err := s.store.Begin(s.Context(), key, true)
	if err != nil {
		s.Errorf("Begin: %v", err)
		return
	}
	var p *revalidate.Page
	if i%5 != 4 {
		p = page(key, fmt.Sprintf("%s by %d", key, writer), "tag", key)
		p.Order = ticket.Order
	}
	if err := s.store.Commit(s.Context(), ticket, p); err != nil && !errors.Is(err, revalidate.ErrLeaseLost) {
		s.Errorf("Commit: %v", err)
	}
	switch got, err := s.store.Get(s.Context(), key); {
	case err != nil:
		s.Errorf("Get: %v", err)
	case p != nil && (got == nil || got.Order < p.Order):
		s.Errorf("after the page with order %d was committed: got %+v", p.Order, got)
	}
}

func (s *suite) read(key string, done <-chan struct{}) {
	var last uint64
	for {
		select {
		case <-done:
			return
		default:
		}
		p, err := s.store.Get(s.Context(), key)
		switch {
		case err != nil:
			s.Errorf("Get: %v", err)
			return
		case p == nil:
			continue
		case p.Key != key || p.Order < last:
			s.Errorf("under %q: got the page of %q with order %d after %d", key, p.Key, p.Order, last)
			return
		}
		last = p.Order
		if _, err := s.store.Keys(s.Context(), "tag", ""); err != nil {
			s.Errorf("Keys: %v", err)
		}
	}
}
