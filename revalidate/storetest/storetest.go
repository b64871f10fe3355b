package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Run tests the stores that open returns, each empty and for one test. The
// suite closes them.
func Run(t *testing.T, open func(t *testing.T) revalidate.Store) {
	t.Helper()
	tests := []struct {
		name string
		run  func(*suite)
	}{
		{"an absent page is no error", (*suite).absent},
		{"a page comes back whole", (*suite).whole},
		{"pages of any size", (*suite).sizes},
		{"keys are told apart", (*suite).keysApart},
		{"later tickets have greater orders", (*suite).orders},
		{"the page of the latest ticket wins", (*suite).latestWins},
		{"an evicted page is not followed by an older one", (*suite).eviction},
		{"a failed render keeps the page", (*suite).failure},
		{"an older failure changes nothing", (*suite).olderFailure},
		{"marks without an answer", (*suite).marks},
		{"keys by tag", (*suite).byTag},
		{"keys by prefix", (*suite).byPrefix},
		{"keys of renders under way", (*suite).underWay},
		{"one render at a time, or all", (*suite).busy},
		{"ends of renders are told", (*suite).ends},
		{"renders on demand are shared", (*suite).shared},
		{"fresh pages are found quickly", (*suite).fresh},
		{"used by many at once", (*suite).concurrent},
		{"closed twice", (*suite).closed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := open(t)
			t.Cleanup(func() {
				if err := store.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			test.run(&suite{T: t, store: store})
		})
	}
}

// suite is one test with its store.
type suite struct {
	*testing.T
	store revalidate.Store
}

// page makes one that is fresh for an hour.
func page(key, body string, tags ...string) *revalidate.Page {
	return &revalidate.Page{
		Key: key, URI: "/uri", Status: 200, Body: []byte(body), ETag: `"tag"`, Tags: tags,
		Header: []revalidate.Field{{Name: "Content-Type", Values: []string{"text/plain"}}},
		Stored: time.Now().Truncate(time.Millisecond), Window: time.Hour, Expire: 2 * time.Hour,
	}
}

// begin takes a ticket that no other render can refuse.
func (s *suite) begin(key string) revalidate.Ticket {
	s.Helper()
	ticket, err := s.store.Begin(s.Context(), key, true)
	if err != nil || ticket.Key != key || ticket.Order == 0 {
		s.Fatalf("Begin(%q, fresh): got %+v and %v", key, ticket, err)
	}
	return ticket
}

func (s *suite) commit(ticket revalidate.Ticket, p *revalidate.Page) {
	s.Helper()
	if p != nil {
		p.Order = ticket.Order
	}
	if err := s.store.Commit(s.Context(), ticket, p); err != nil {
		s.Fatalf("Commit(%+v): %v", ticket, err)
	}
}

// refused commits a page for which there is a later one.
func (s *suite) refused(ticket revalidate.Ticket, p *revalidate.Page) {
	s.Helper()
	p.Order = ticket.Order
	if err := s.store.Commit(s.Context(), ticket, p); !errors.Is(err, revalidate.ErrLeaseLost) {
		s.Errorf("Commit(%+v) after the page of a later ticket: got %v, want %v", ticket, err, revalidate.ErrLeaseLost)
	}
}

// put stores a page.
func (s *suite) put(p *revalidate.Page) { s.Helper(); s.commit(s.begin(p.Key), p) }

func (s *suite) get(key string) *revalidate.Page {
	s.Helper()
	p, err := s.store.Get(s.Context(), key)
	if err != nil {
		s.Fatalf("Get(%q): %v", key, err)
	}
	return p
}

// body is that of the stored page, "-" for none.
func (s *suite) body(key string) string {
	s.Helper()
	if p := s.get(key); p != nil {
		return string(p.Body)
	}
	return "-"
}

func (s *suite) want(key, body string) {
	s.Helper()
	if got := s.body(key); got != body {
		s.Errorf("the page under %q has the body %.40q, want %.40q", key, got, body)
	}
}

func (s *suite) wantKeys(tag, prefix string, want ...string) {
	s.Helper()
	got, err := s.store.Keys(s.Context(), tag, prefix)
	slices.Sort(got)
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		s.Errorf("Keys(%q, %q): got %q and %v, want %q", tag, prefix, got, err, want)
	}
}

func (s *suite) absent() {
	s.want("/absent", "-")
	s.wantKeys("", "/")
	s.wantKeys("tag", "")
}

func (s *suite) whole() {
	want := &revalidate.Page{
		Key: "/päge?q=%2F\x00X-A 2 1:a 0:;", URI: "/p%C3%A4ge?q=%2F",
		Vary:   []revalidate.Field{{Name: "X-A", Values: []string{"a", ""}}, {Name: "X-B"}},
		Status: 404, ETag: `"abc"`, Tags: []string{"a,b", "", "ä\x00"},
		Header: []revalidate.Field{{Name: "Link", Values: []string{"one", "two, three", ""}}, {Name: "Content-Type", Values: nil}},
		Body:   []byte("\x00\xff\r\n{}"), Stored: time.Now().Truncate(time.Millisecond), Window: 90 * time.Second, Expire: revalidate.Never,
	}
	s.put(want)
	got := s.get(want.Key)
	switch {
	case got == nil:
		s.Fatal("the page is absent")
	case got.Key != want.Key || got.URI != want.URI || got.Status != want.Status || got.ETag != want.ETag || got.Order != want.Order,
		!bytes.Equal(got.Body, want.Body) || !slices.Equal(got.Tags, want.Tags) || !sameFields(got.Vary, want.Vary) || !sameFields(got.Header, want.Header),
		!got.Stored.Equal(want.Stored) || got.Window != want.Window || got.Expire != want.Expire:
		s.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func sameFields(a, b []revalidate.Field) bool {
	return slices.EqualFunc(a, b, func(a, b revalidate.Field) bool {
		return a.Name == b.Name && slices.Equal(a.Values, b.Values)
	})
}

func (s *suite) sizes() {
	for _, size := range []int{0, 1, 100, 65536, 1 << 20} {
		p := page("/size", strings.Repeat("x", size))
		s.put(p)
		s.want("/size", string(p.Body))
	}
	long := "/" + strings.Repeat("k", 8000)
	s.put(page(long, "long key"))
	s.want(long, "long key")
}

// similarKeys are easily mixed up by stores that build names or patterns of them.
var similarKeys = []string{
	"/", "/a", "/a/", "/A", "/a:", "/a b", "/a%20b", "/a\n", "/a?b=1", "/a?b=1&c=2", "/a\x00B 1 1:c;", "/a\x00B 1 2:c;;", "/a\x00B 0;C 1 1:c;",
	"/{a}", "/{a}b", "/a}", "/*", "/?", "/[a]", "/\\", "/ä", "/a\u0308", "/日本", "/..", "/./", "/a.page", "//a",
}

func (s *suite) keysApart() {
	for _, key := range similarKeys {
		s.put(page(key, "of "+key, "tag of "+key))
	}
	for _, key := range similarKeys {
		s.want(key, "of "+key)
		s.wantKeys("tag of "+key, "", key)
		var begin []string
		for _, other := range similarKeys {
			if strings.HasPrefix(other, key) {
				begin = append(begin, other)
			}
		}
		s.wantKeys("", key, begin...)
	}
}

func (s *suite) orders() {
	var last uint64
	for i := range 20 {
		ticket := s.begin("/p")
		if ticket.Order <= last {
			s.Fatalf("ticket %d has the order %d after %d", i, ticket.Order, last)
		}
		last = ticket.Order
		switch i % 3 {
		case 0:
			s.commit(ticket, page("/p", "x"))
		case 1:
			s.commit(ticket, nil)
		}
	}
}

func (s *suite) latestWins() {
	first, second, third := s.begin("/p"), s.begin("/p"), s.begin("/p")
	s.commit(second, page("/p", "second"))
	s.want("/p", "second")
	s.refused(first, page("/p", "first"))
	s.want("/p", "second")
	s.commit(third, page("/p", "third"))
	s.want("/p", "third")

	// A failure stores nothing, so what is older than it may still come.
	first, second = s.begin("/q"), s.begin("/q")
	s.commit(second, nil)
	s.want("/q", "-")
	s.commit(first, page("/q", "first"))
	s.want("/q", "first")
}

// eviction fills the store until the page of a later ticket is gone, if it ever
// is, and then ends an earlier one.
func (s *suite) eviction() {
	body := strings.Repeat("x", 1<<20)
	earlier, later := s.begin("/p"), s.begin("/p")
	s.commit(later, page("/p", body))
	for i := range 96 {
		s.put(page("/fill/"+strings.Repeat("i", i), body))
		if i%16 == 15 && s.body("/p") == "-" { // seldom, since reading makes a page worth keeping
			break
		}
	}
	left := s.body("/p")
	s.refused(earlier, page("/p", "earlier"))
	if got := s.body("/p"); got == "earlier" {
		s.Errorf("%.10q was followed by the page of an earlier ticket", left)
	}
	s.put(page("/p", "latest"))
	if got := s.body("/p"); got != "latest" && got != "-" {
		s.Errorf("got %.10q after the latest", got)
	}
}

func (s *suite) failure() {
	for _, test := range []struct{ window, expire, wantWindow, wantExpire time.Duration }{
		{time.Second, time.Hour, 3 * time.Second, time.Hour},
		{10 * time.Second, 11 * time.Second, 10 * time.Second, 13 * time.Second},
		{time.Hour, 2 * time.Hour, 30 * time.Second, 2 * time.Hour},
		{revalidate.Never, revalidate.Never, 3 * time.Second, revalidate.Never},
		{time.Minute, revalidate.Never, 30 * time.Second, revalidate.Never},
	} {
		p := page("/p", "kept", "tag")
		p.Window, p.Expire = test.window, test.expire
		s.put(p)
		before := time.Now().Add(-time.Second) // the store may have a clock of its own
		s.commit(s.begin("/p"), nil)
		got := s.get("/p")
		if got == nil || string(got.Body) != "kept" || got.Stored.Before(before) || got.Window != test.wantWindow || got.Expire != test.wantExpire {
			s.Errorf("a page for %v and %v became %+v, want it kept for %v and %v", test.window, test.expire, got, test.wantWindow, test.wantExpire)
		}
		s.wantKeys("tag", "", "/p")
	}
	s.commit(s.begin("/absent"), nil)
	s.want("/absent", "-")
}

func (s *suite) olderFailure() {
	older := s.begin("/p")
	s.put(page("/p", "newer"))
	s.commit(older, nil)
	if got := s.get("/p"); got == nil || got.Window != time.Hour {
		s.Errorf("the failure of an older render made %+v of a page for an hour", got)
	}
}

func (s *suite) marks() {
	pass := &revalidate.Page{Key: "/own", URI: "/own", Stored: time.Now(), Window: time.Hour, Expire: time.Hour}
	split := &revalidate.Page{Key: "/vary", URI: "/vary", Splits: []string{"X-A", "X-B"}, Stored: time.Now(), Window: revalidate.Never, Expire: revalidate.Never}
	s.put(pass)
	s.put(split)
	for range 2 { // before and after a failure
		if got := s.get("/own"); got == nil || got.Status != 0 || len(got.Splits) != 0 || got.Window != time.Hour {
			s.Errorf("the mark of an answer that is not shared came back as %+v", got)
		}
		if got := s.get("/vary"); got == nil || got.Status != 0 || !slices.Equal(got.Splits, split.Splits) || got.Window != revalidate.Never {
			s.Errorf("the mark of answers that vary came back as %+v", got)
		}
		s.wantKeys("", "/")
		s.commit(s.begin("/own"), nil)
		s.commit(s.begin("/vary"), nil)
	}
	s.put(page("/own", "an answer now"))
	s.want("/own", "an answer now")
}

func (s *suite) byTag() {
	s.put(page("/1", "1", "a", "b"))
	s.put(page("/2", "2", "b", "b"))
	s.put(page("/3", "3"))
	s.wantKeys("a", "", "/1")
	s.wantKeys("b", "", "/1", "/2")
	s.wantKeys("", "", "/1", "/2", "/3")
	s.wantKeys("B", "")
	s.put(page("/1", "1", "c"))
	s.wantKeys("a", "")
	s.wantKeys("b", "", "/2")
	s.wantKeys("c", "", "/1")
}

func (s *suite) byPrefix() {
	for _, key := range []string{"/a", "/ab", "/a/b", "/b"} {
		s.put(page(key, "x"))
	}
	s.wantKeys("", "/a", "/a", "/ab", "/a/b")
	s.wantKeys("", "/a/", "/a/b")
	s.wantKeys("", "/c")
}

func (s *suite) underWay() {
	s.put(page("/kept", "x", "tag"))
	first, second := s.begin("/new"), s.begin("/kept")
	s.wantKeys("tag", "", "/kept", "/new")
	s.wantKeys("other", "", "/kept", "/new")
	s.wantKeys("", "/n", "/new")
	s.commit(first, nil)
	s.commit(second, nil)
	s.wantKeys("tag", "", "/kept")
	s.wantKeys("", "/n")
}

func (s *suite) busy() {
	first, err := s.store.Begin(s.Context(), "/p", false)
	if err != nil {
		s.Fatal(err)
	}
	second, err := s.store.Begin(s.Context(), "/p", false)
	switch {
	case err == nil && second.Order <= first.Order:
		s.Errorf("the orders are %d and %d", first.Order, second.Order)
	case err == nil:
		s.commit(second, nil)
	case !errors.Is(err, revalidate.ErrBusy):
		s.Errorf("got %v, want %v or a ticket", err, revalidate.ErrBusy)
	}
	onDemand := s.begin("/p")
	old := page("/p", "on demand")
	old.Stored = old.Stored.Add(-old.Window - time.Minute) // there is a reason to render it again
	s.commit(onDemand, old)
	s.refused(first, page("/p", "first"))
	s.want("/p", "on demand")
	third, err := s.store.Begin(s.Context(), "/p", false)
	if err != nil {
		s.Fatalf("after all renders had ended: %v", err)
	}
	s.commit(third, page("/p", "third"))
	s.want("/p", "third")
}

func (s *suite) closed() {
	s.put(page("/p", "x"))
	for range 2 {
		if err := s.store.Close(); err != nil {
			s.Errorf("Close: %v", err)
		}
	}
	// What it answers now is its own affair, but it does answer.
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	if p, err := s.store.Get(ctx, "/p"); p != nil && err != nil {
		s.Errorf("got both a page and %v", err)
	}
	if ticket, err := s.store.Begin(ctx, "/p", true); err == nil {
		_ = s.store.Commit(ctx, ticket, nil)
	}
	_, _ = s.store.Keys(ctx, "", "/")
}
