package redisstore

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// The lists of pages, in Redis, are written before the pages are and may live
// in another slot of a cluster. So they have every page, and some that are gone
// or have lost a tag: readers look at the pages themselves.

// index lists a page for Keys.
func (s *Store) index(ctx context.Context, p *revalidate.Page, keep time.Duration) error {
	if p.Status == 0 {
		return nil // Keys does not list marks
	}
	if err := s.list(ctx, keep, p.Key, s.names.keysByTime(), s.names.keysByName()); err != nil {
		return err
	}
	for _, tag := range p.Tags {
		if err := s.list(ctx, keep, p.Key, s.names.tag(tag)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) list(ctx context.Context, keep time.Duration, member string, lists ...string) error {
	return s.script(ctx, listScript, lists, member, millis(keep)).Error()
}

// unlist takes a ticket off the list of those that are open.
func (s *Store) unlist(ctx context.Context, ticket revalidate.Ticket) error {
	err := s.link.do(ctx, s.config.Timeout, func(ctx context.Context, c rueidis.Client) rueidis.RedisResult {
		return c.Do(ctx, c.B().Zrem().Key(s.names.open()).Member(ticket.Lease+" "+ticket.Key).Build())
	}).Error()
	if err != nil {
		return fault(err)
	}
	return nil
}

// Keys lists the keys of the pages in Redis, and of renders that run in any
// process.
func (s *Store) Keys(ctx context.Context, tag, prefix string) ([]string, error) {
	// Open tickets first: one that ends in between has its page listed.
	open, err := s.script(ctx, liveScript, []string{s.names.open()}).AsStrSlice()
	if err != nil {
		return nil, fault(err)
	}
	found := make(map[string]struct{})
	for _, member := range open {
		if _, key, ok := strings.Cut(member, " "); ok && (tag != "" || strings.HasPrefix(key, prefix)) {
			found[key] = struct{}{}
		}
	}
	if tag != "" {
		err = s.tagged(ctx, tag, found)
	} else {
		err = s.prefixed(ctx, prefix, found)
	}
	if err != nil {
		return nil, fault(err)
	}
	return slices.Collect(maps.Keys(found)), nil
}

// batch is how many members of a list, and at once how many pages, are read in
// one step.
const (
	batch     = 512
	pageBatch = 16
)

func (s *Store) tagged(ctx context.Context, tag string, found map[string]struct{}) error {
	keys, err := s.script(ctx, liveScript, []string{s.names.tag(tag)}).AsStrSlice()
	if err != nil {
		return err
	}
	return s.choose(ctx, keys, found, func(p *revalidate.Page) bool { return slices.Contains(p.Tags, tag) })
}

func (s *Store) prefixed(ctx context.Context, prefix string, found map[string]struct{}) error {
	from, to := "["+prefix, "+"
	if after, ok := successor(prefix); ok {
		to = "(" + after
	}
	for {
		keys, err := s.link.do(ctx, s.config.Timeout, func(ctx context.Context, c rueidis.Client) rueidis.RedisResult {
			return c.Do(ctx, c.B().Zrangebylex().Key(s.names.keysByName()).Min(from).Max(to).Limit(0, batch).Build())
		}).AsStrSlice()
		if err != nil || len(keys) == 0 {
			return err
		}
		if err := s.choose(ctx, keys, found, func(*revalidate.Page) bool { return true }); err != nil {
			return err
		}
		from = "(" + keys[len(keys)-1]
	}
}

// successor is the least string that is greater than all that begin with
// prefix, if there is one.
func successor(prefix string) (string, bool) {
	b := []byte(prefix)
	for len(b) > 0 && b[len(b)-1] == 0xff {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return "", false
	}
	b[len(b)-1]++
	return string(b), true
}

// choose adds those of keys to found whose pages are there and wanted.
func (s *Store) choose(ctx context.Context, keys []string, found map[string]struct{}, want func(*revalidate.Page) bool) error {
	for some := range slices.Chunk(keys, pageBatch) {
		pages, err := s.read(ctx, some)
		if err != nil {
			return err
		}
		for _, page := range pages {
			if page != nil && page.Status != 0 && want(page) {
				found[page.Key] = struct{}{}
			}
		}
	}
	return nil
}

// read returns the pages under keys in one round trip. They are not held, so
// that a call for all pages does not push out those that visitors ask for.
func (s *Store) read(ctx context.Context, keys []string) ([]*revalidate.Page, error) {
	pages := make([]*revalidate.Page, 0, len(keys))
	var missing []string
	now := s.now()
	for _, key := range keys {
		if page, current := s.local.get(idOf(key), key, now); current && s.link.synced(now) {
			pages = append(pages, page)
		} else {
			missing = append(missing, key)
		}
	}
	results, err := s.link.doMulti(ctx, 3*s.config.Timeout, func(ctx context.Context, c rueidis.Client) []rueidis.RedisResult {
		commands := make(rueidis.Commands, len(missing))
		for n, key := range missing {
			commands[n] = c.B().Get().Key(s.names.page(idOf(key))).Build()
		}
		return c.DoMulti(ctx, commands...)
	})
	if err != nil {
		return nil, err
	}
	for n, result := range results {
		b, err := result.AsBytes()
		if err != nil && !rueidis.IsRedisNil(err) {
			return nil, err
		}
		if page, err := decode(b, missing[n]); err == nil {
			pages = append(pages, page)
		}
	}
	return pages, nil
}
