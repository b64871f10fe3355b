package redisstore

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"
)

// work is what goes on in the background: it watches the link, renews the
// leases of renders that run, and pays what is owed to Redis when it is back.
func (s *Store) work() {
	watch := time.NewTicker(probeTime)
	defer watch.Stop()
	renewed, probed := time.Now(), time.Now()
	for {
		select {
		case <-s.link.ctx.Done():
			return
		case <-s.link.kick:
			// A Redis that was restarted needs a moment; one that was emptied
			// none.
			s.link.probe()
		case <-watch.C:
			if !s.link.up() || time.Since(probed) >= s.config.MaxDrift/4 {
				probed = time.Now()
				s.link.probe()
			}
		}
		if !s.link.up() {
			continue
		}
		s.pay(s.link.ctx)
		if time.Since(renewed) >= s.config.Lease/3 {
			renewed = time.Now()
			s.renew(s.link.ctx)
		}
	}
}

// renew prolongs the leases of renders that run here.
func (s *Store) renew(ctx context.Context) {
	s.mu.Lock()
	open := maps.Clone(s.open)
	s.mu.Unlock()
	for lease, render := range open {
		if strings.HasPrefix(lease, away) || time.Now().After(render.until) {
			continue
		}
		names := []string{s.names.lease(idOf(render.key))}
		if s.script(ctx, renewScript, names, lease, millis(s.config.Lease)).Error() != nil {
			return // the link is lost, or the next turn will do
		}
	}
}

// pay removes pages that are older than what was rendered on demand while Redis
// was away, and leases that nobody holds.
func (s *Store) pay(ctx context.Context) {
	s.mu.Lock()
	owed, lost := maps.Clone(s.owed), maps.Clone(s.lost)
	s.mu.Unlock()
	for key, n := range owed {
		i := idOf(key)
		if s.script(ctx, purgeScript, s.names.all(i), millis(s.orderTime())).Error() != nil {
			return
		}
		s.settle(i, key, n)
	}
	for lease, key := range lost {
		if s.script(ctx, releaseScript, []string{s.names.lease(idOf(key)), s.names.page(idOf(key))}, lease).Error() != nil {
			return
		}
		s.mu.Lock()
		delete(s.lost, lease)
		s.mu.Unlock()
	}
}

// owe says that Redis' page is older than one that was rendered on demand.
func (s *Store) owe(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owed[key] = s.tickets.Add(1)
	s.debt.Store(true)
}

func (s *Store) owes(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, owes := s.owed[key]
	return owes
}

// settle says that Redis has nothing older of a key any more, unless more has
// come to be owed since.
func (s *Store) settle(i id, key string, n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owed[key] != n {
		return
	}
	s.local.drop(i)
	delete(s.owed, key)
	s.debt.Store(len(s.owed) > 0)
}

// most bounds what is remembered for later.
const most = 10000

// lose remembers a lease that Redis may have given, or may not have taken back.
// Beyond a number of them the others just end by themselves.
func (s *Store) lose(key, lease string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lost) < most {
		s.lost[lease] = key
	}
}

// knows returns the page of which Begin has told.
func (s *Store) knows(key string) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[key]
}

// tell remembers that Begin has told of a page, so that it does so once.
func (s *Store) tell(key, order string) {
	n, err := strconv.ParseUint(order, 10, 64)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.told) >= most {
		clear(s.told)
	}
	s.told[key] = n
}
