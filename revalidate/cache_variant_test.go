package revalidate_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// TestVariantsOfVariants has answers that vary by a second header only where
// the first has a certain value.
func TestVariantsOfVariants(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p/:id", s.pages.Page(time.Minute), func(c *gin.Context) {
		c.Header("Vary", "X-A")
		if c.GetHeader("X-A") == "1" {
			c.Header("Vary", "X-A, X-B")
		}
		c.String(http.StatusOK, "%s%s %d", c.GetHeader("X-A"), c.GetHeader("X-B"), s.runs.Add(1))
	})
	s.expect(t, "/p/1", "MISS", "2 2", "X-A", "2")
	s.expect(t, "/p/1", "MISS", "13 4", "X-A", "1", "X-B", "3")
	s.expect(t, "/p/1", "HIT", "2 2", "X-A", "2", "X-B", "9")
	s.expect(t, "/p/1", "MISS", "14 5", "X-A", "1", "X-B", "4")
	s.expect(t, "/p/1", "HIT", "13 4", "X-A", "1", "X-B", "3")
	// Of another page of the route nothing is known yet.
	s.expect(t, "/p/2", "MISS", "2 7", "X-A", "2")
	if err := s.pages.Revalidate(t.Context(), "/p/1"); err != nil {
		t.Fatal(err)
	}
	for _, a := range []string{"1", "2"} {
		if w := s.do(t.Context(), http.MethodGet, "/p/1", "X-A", a, "X-B", "3"); w.Header().Get("X-Nextjs-Cache") != "HIT" || strings.HasSuffix(w.Body.String(), " 2") || strings.HasSuffix(w.Body.String(), " 4") {
			t.Errorf("after the revalidation: %q %q", w.Header().Get("X-Nextjs-Cache"), w.Body)
		}
	}
	s.expect(t, "/p/2", "HIT", "2 7", "X-A", "2")
}

// TestAnswersNameWhatTheirKeyHas lets shared caches on the way keep variants
// apart too, even where the handler forgets to say so.
func TestAnswersNameWhatTheirKeyHas(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute, revalidate.Vary("accept-language", "X-B", "X-B")), func(c *gin.Context) {
		if own := c.GetHeader("X-B"); own != "" {
			c.Header("Vary", own)
		}
		c.String(http.StatusOK, "%s", c.GetHeader("Accept-Language"))
	})
	for own, want := range map[string]string{"": "Accept-Language, X-B", "X-B": "Accept-Language, X-B", "x-b, accept-language": "x-b, accept-language", "X-C": "Accept-Language, X-B, X-C"} {
		for _, state := range []string{"MISS", "HIT"} {
			w := s.expect(t, "/p", state, "de", "Accept-Language", "de", "X-B", own)
			if own == "X-C" {
				want = "Accept-Language, X-B, X-C"
			}
			if got := strings.Join(w.Header().Values("Vary"), ", "); got != want {
				t.Errorf("%q: Vary is %q, want %q", own, got, want)
			}
		}
	}
	for _, name := range []string{"Cookie", "authorization", "Host", "*", "", "a b", "Proxy-Authorization"} {
		if !panics(func() { revalidate.Vary("Accept", name) }) {
			t.Errorf("Vary(%q) was accepted", name)
		}
	}
}

// TestVaryWithoutEnd has answers that name a new header each time.
func TestVaryWithoutEnd(t *testing.T) {
	s := newSite(t, revalidate.Config{})
	s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
		c.Header("Vary", fmt.Sprintf("X-%d", s.runs.Add(1)))
		c.String(http.StatusOK, "own")
	})
	for range 5 {
		s.expect(t, "/p", "", "own")
	}
	if got := s.runs.Load(); got > 30 {
		t.Errorf("%d renders", got)
	}
}

// TestOnDemandReachesAllVariants, from outside too, and those that are being
// rendered when the call comes.
func TestOnDemandReachesAllVariants(t *testing.T) {
	calls := map[string]func(t *testing.T, s *site) error{
		"path": func(t *testing.T, s *site) error { t.Helper(); return s.pages.Revalidate(t.Context(), "/p") },
		"tag": func(t *testing.T, s *site) error {
			t.Helper()
			_, err := s.pages.RevalidateTag(t.Context(), "x")
			return err
		},
		"prefix": func(t *testing.T, s *site) error {
			t.Helper()
			_, err := s.pages.RevalidatePrefix(t.Context(), "/")
			return err
		},
		"outside": func(t *testing.T, s *site) error {
			t.Helper()
			if w := s.do(t.Context(), http.MethodGet, "/p", "X-Prerender-Revalidate", secret, "X-Lang", "de"); w.Header().Get("X-Nextjs-Cache") != "REVALIDATED" || w.Body.String() != "de 2" {
				return errors.New(w.Body.String())
			}
			return nil
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var data atomic.Int32
				s := newSite(t, revalidate.Config{Secret: secret})
				s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
					read := data.Load()
					revalidate.Tag(c, "x")
					c.Header("Vary", "X-Lang")
					time.Sleep(time.Second)
					c.String(http.StatusOK, "%s %d", c.GetHeader("X-Lang"), read)
				})
				data.Store(1)
				s.expect(t, "/p", "MISS", "de 1", "X-Lang", "de")
				s.expect(t, "/p", "MISS", "en 1", "X-Lang", "en")
				go s.do(t.Context(), http.MethodGet, "/p", "X-Lang", "fr")
				time.Sleep(time.Second / 2)
				data.Store(2)
				if err := call(t, s); err != nil {
					t.Fatal(err)
				}
				for _, lang := range []string{"de", "en", "fr"} {
					s.expect(t, "/p", "HIT", lang+" 2", "X-Lang", lang)
				}
			})
		})
	}
}

// TestTagsOfPagesUnderWay revalidates a tag while the first page that will
// carry it is being rendered, from data that was read before.
func TestTagsOfPagesUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var data atomic.Int32
		s := newSite(t, revalidate.Config{})
		s.GET("/p/:id", s.pages.Page(time.Minute), func(c *gin.Context) {
			read := data.Load()
			time.Sleep(time.Second)
			switch c.Param("id") {
			case "broken":
				panic("broken")
			case "tagged":
				revalidate.Tag(c, "x")
			}
			c.String(http.StatusOK, "%d", read)
		})
		for _, id := range []string{"tagged", "other", "broken"} {
			go s.do(t.Context(), http.MethodGet, "/p/"+id)
		}
		time.Sleep(time.Second / 2)
		data.Store(1)
		results, err := s.pages.RevalidateTag(t.Context(), "x")
		if err != nil || len(results) != 1 || results[0].Path != "/p/tagged" {
			t.Errorf("got %v %v, want the page that turned out to have the tag", results, err)
		}
		s.expect(t, "/p/tagged", "HIT", "1")
	})
}

// brokenStore fails on request.
type brokenStore struct {
	revalidate.Store
	get, begin, commit, keys atomic.Bool
}

var errBroken = errors.New("no connection")

func (b *brokenStore) Get(ctx context.Context, key string) (*revalidate.Page, error) {
	if b.get.Load() {
		return nil, errBroken
	}
	return b.Store.Get(ctx, key)
}

func (b *brokenStore) Begin(ctx context.Context, key string, fresh bool) (revalidate.Ticket, error) {
	if b.begin.Load() {
		return revalidate.Ticket{}, errBroken
	}
	return b.Store.Begin(ctx, key, fresh)
}

func (b *brokenStore) Commit(ctx context.Context, ticket revalidate.Ticket, page *revalidate.Page) error {
	if ticket.Key == "" {
		panic("a ticket that the store never gave")
	}
	if b.commit.Load() {
		return errors.Join(errBroken, b.Store.Commit(ctx, ticket, nil))
	}
	return b.Store.Commit(ctx, ticket, page)
}

func (b *brokenStore) Keys(ctx context.Context, tag, prefix string) ([]string, error) {
	if b.keys.Load() {
		return nil, errBroken
	}
	return b.Store.Keys(ctx, tag, prefix)
}

// TestStoreInTrouble serves visitors, and acknowledges nothing that the store
// has not got.
func TestStoreInTrouble(t *testing.T) {
	tests := map[string]struct {
		fail  func(*brokenStore) *atomic.Bool
		visit string // what a visitor meets meanwhile
	}{
		"get":    {func(b *brokenStore) *atomic.Bool { return &b.get }, "MISS"},
		"begin":  {func(b *brokenStore) *atomic.Bool { return &b.begin }, "HIT"},
		"commit": {func(b *brokenStore) *atomic.Bool { return &b.commit }, "HIT"},
		"keys":   {func(b *brokenStore) *atomic.Bool { return &b.keys }, "HIT"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			memory, err := revalidate.NewMemoryStore("1mb")
			if err != nil {
				t.Fatal(err)
			}
			store := &brokenStore{Store: memory}
			s := newSite(t, revalidate.Config{Store: store, Secret: secret})
			s.GET("/p", s.pages.Page(time.Hour), func(c *gin.Context) {
				revalidate.Tag(c, "tag")
				s.count(c)
			})
			s.expect(t, "/p", "MISS", "run 1")
			broken := test.fail(store)
			broken.Store(true)
			w := s.do(t.Context(), http.MethodGet, "/p")
			if w.Code != http.StatusOK || w.Header().Get("X-Nextjs-Cache") != test.visit {
				t.Errorf("a visitor: got %d %v", w.Code, w.Header())
			}
			if name == "get" {
				return // what is stored counts, not what can be read back now
			}
			err = s.pages.Revalidate(t.Context(), "/p")
			_, tagErr := s.pages.RevalidateTag(t.Context(), "tag")
			_, prefixErr := s.pages.RevalidatePrefix(t.Context(), "/")
			_, allErr := s.pages.RevalidateAll(t.Context(), []string{"/p", "/p"})
			for call, err := range map[string]error{"Revalidate": err, "RevalidateTag": tagErr, "RevalidatePrefix": prefixErr, "RevalidateAll": allErr} {
				if !errors.Is(err, errBroken) || !errors.Is(err, revalidate.ErrNotStored) {
					t.Errorf("%s: %v is not %v and %v", call, err, revalidate.ErrNotStored, errBroken)
				}
			}
			if failed, ok := errors.AsType[*revalidate.FailedError](err); !ok || failed.Path != "/p" {
				t.Errorf("Revalidate: %v does not name the page", err)
			}
			w = s.do(t.Context(), http.MethodGet, "/p", "X-Prerender-Revalidate", secret)
			if w.Code != http.StatusInternalServerError || w.Header().Get("X-Nextjs-Cache") == "REVALIDATED" {
				t.Errorf("from outside: got %d %v", w.Code, w.Header())
			}
			broken.Store(false)
			if err := s.pages.Revalidate(t.Context(), "/p"); err != nil {
				t.Error(err)
			}
			if s.pages.Stats().StoreFailed == 0 && name != "keys" {
				t.Error("the failures were not counted")
			}
		})
	}
}
