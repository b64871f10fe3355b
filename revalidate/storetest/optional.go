package storetest

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// patience is how long a store may take to tell of an end.
const patience = 10 * time.Second

// ends tests stores that are a [revalidate.Waiter].
func (s *suite) ends() {
	waiter, ok := s.store.(revalidate.Waiter)
	if !ok {
		s.Skip("the store is no revalidate.Waiter")
	}
	for _, key := range similarKeys {
		for _, end := range []struct {
			name string
			page *revalidate.Page
		}{{"a page", page(key, "done")}, {"a failure", nil}} {
			earlier := s.begin(key)
			one, another := s.watch(waiter, key), s.watch(waiter, key)
			s.commit(earlier, end.page)
			later := s.begin(key)
			told := []<-chan struct{}{one, another, s.watch(waiter, key)}
			s.commit(later, end.page)
			for i, ended := range told {
				select {
				case <-ended:
				case <-time.After(patience):
					s.Fatalf("%q ended with %s, and watcher %d was not told within %v", key, end.name, i, patience)
				}
			}
			s.want(key, "done")
		}
	}
	// Nobody is there any more.
	ctx, cancel := context.WithCancel(s.Context())
	if _, err := waiter.Wait(ctx, "/left"); err != nil {
		s.Errorf("Wait: %v", err)
	}
	cancel()
	s.put(page("/left", "x"))
	if _, err := waiter.Wait(ctx, "/left"); err == nil {
		s.put(page("/left", "y"))
	}
}

func (s *suite) watch(waiter revalidate.Waiter, key string) <-chan struct{} {
	s.Helper()
	ended, err := waiter.Wait(s.Context(), key)
	if err != nil || ended == nil {
		s.Fatalf("Wait(%q): got %v, %v", key, ended, err)
	}
	return ended
}

// shared tests stores that are a [revalidate.Sharer].
func (s *suite) shared() {
	sharer, ok := s.store.(revalidate.Sharer)
	if !ok {
		s.Skip("the store is no revalidate.Sharer")
	}
	begin := func(key string, after uint64) (revalidate.Ticket, bool) {
		s.Helper()
		ticket, err := sharer.BeginShared(s.Context(), key, 0)
		switch {
		case ticket.Key != key || ticket.Order < after || err == nil && ticket.Order == after:
			s.Fatalf("BeginShared(%q): got %+v and %v after order %d", key, ticket, err, after)
		case err != nil && !errors.Is(err, revalidate.ErrBusy):
			s.Fatalf("BeginShared(%q): %v", key, err)
		}
		return ticket, err == nil
	}
	first, ok := begin("/p", 0)
	if !ok {
		s.Fatal("BeginShared refused the first render")
	}
	second, ok := begin("/p", first.Order)
	if ok { // it need not share
		s.commit(second, nil)
	}
	if second.Order < first.Order {
		s.Errorf("a page with an order above %d need not be later than the render with %d", second.Order, first.Order)
	}
	unshared := s.begin("/p") // who does not share is not refused
	if !ok && unshared.Order <= second.Order {
		s.Errorf("the render that began later has order %d, not above %d", unshared.Order, second.Order)
	}
	s.commit(first, page("/p", "first"))
	s.commit(unshared, page("/p", "unshared"))
	s.want("/p", "unshared")
	third, ok := begin("/p", unshared.Order)
	if !ok {
		s.Fatal("BeginShared refused a render after all others had ended")
	}
	s.commit(third, nil)
	s.want("/p", "unshared")

	ordinary, err := s.store.Begin(s.Context(), "/q", false)
	if err != nil {
		s.Fatal(err)
	}
	if onDemand, ok := begin("/q", ordinary.Order); ok {
		s.commit(onDemand, nil)
	}
	s.commit(ordinary, page("/q", "ordinary"))
	s.moments(sharer)
}

// moments tests what [revalidate.Sharer] says about the order of calls and
// renders.
func (s *suite) moments(sharer revalidate.Sharer) {
	moment := func() uint64 {
		s.Helper()
		order, err := sharer.Moment(s.Context(), "/m")
		if err != nil {
			s.Fatalf("Moment: %v", err)
		}
		return order
	}
	before := moment()
	first := s.begin("/m")
	during := moment()
	if first.Order <= before || during < first.Order {
		s.Errorf("a render between the moments %d and %d has order %d", before, during, first.Order)
	}
	s.commit(first, page("/m", "first"))
	second, err := sharer.BeginShared(s.Context(), "/m", during)
	if err != nil {
		s.Fatalf("BeginShared refused a render although none after the moment %d was begun: %v", during, err)
	}
	if second.Order <= during {
		s.Errorf("a render after the moment %d has order %d", during, second.Order)
	}
	s.commit(second, page("/m", "second"))
	for told := 0; ; told++ { // of the second page, which is not necessary
		third, err := sharer.BeginShared(s.Context(), "/m", during)
		if err == nil {
			s.commit(third, nil)
			break
		}
		if told > 0 || !errors.Is(err, revalidate.ErrBusy) {
			s.Fatalf("BeginShared refused a render %d times although none ran: %v", told+1, err)
		}
		s.want("/m", "second")
	}
	s.want("/m", "second")
}

// fresh tests stores that are a [revalidate.FreshGetter].
func (s *suite) fresh() {
	getter, ok := s.store.(revalidate.FreshGetter)
	if !ok {
		s.Skip("the store is no revalidate.FreshGetter")
	}
	// often asks for a page as often as makes a store notice.
	often := func(key, want string) {
		s.Helper()
		for range 300 {
			s.want(key, want)
			if p := getter.GetFresh(key); p != nil && (p.Key != key || string(p.Body) != want) {
				s.Fatalf("GetFresh(%q): got %q with the body %q, want %q", key, p.Key, p.Body, want)
			}
		}
	}
	if p := getter.GetFresh("/absent"); p != nil {
		s.Errorf("GetFresh of an absent page: got %+v", p)
	}
	for n := range 3 {
		for _, key := range similarKeys {
			s.put(page(key, strconv.Itoa(n)+" of "+key))
		}
		for _, key := range similarKeys {
			often(key, strconv.Itoa(n)+" of "+key)
		}
	}
	s.commit(s.begin("/"), nil)
	often("/", "2 of /")

	for _, age := range []time.Duration{2 * time.Hour, -time.Hour} {
		p := page("/stale", "x")
		p.Stored, p.Window, p.Expire = time.Now().Add(-age), time.Hour, 3*time.Hour
		s.put(p)
		often("/stale", "x")
		if getter.GetFresh("/stale") != nil {
			s.Errorf("GetFresh returned a page of an hour that was %v old", age)
		}
	}
	s.ending(getter)
}

// ending asks for a page until after its window.
func (s *suite) ending(getter revalidate.FreshGetter) {
	p := page("/ends", "x")
	p.Stored, p.Window = time.Now(), 400*time.Millisecond
	s.put(p)
	for end := p.Stored.Add(p.Window); ; {
		s.want("/ends", "x")
		now := time.Now()
		if got := getter.GetFresh("/ends"); got != nil && now.After(end) {
			s.Fatalf("GetFresh returned a page %v after its window", now.Sub(end))
		}
		if now.After(end.Add(20 * time.Millisecond)) {
			return
		}
	}
}
