package revalidate_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// shared is a store that other programs use as well. It writes down what they
// are told.
type shared struct {
	revalidate.Store
	known []string
	fault error

	mu   sync.Mutex
	told []string
}

func (s *shared) Outdate(_ context.Context, tag, path string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := path
	if tag != "" {
		name = "#" + tag
	}
	s.told = append(s.told, name)
	return slices.Contains(s.known, name), s.fault
}

func (s *shared) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := strings.Join(s.told, " ")
	s.told = nil
	return told
}

func newShared(t *testing.T, known ...string) (*shared, *revalidate.Cache, string) {
	t.Helper()
	memory, err := revalidate.NewMemoryStore("")
	if err != nil {
		t.Fatal(err)
	}
	store := &shared{Store: memory, known: known}
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{Store: store, Secret: nextSecret, Logger: quiet})
	r.GET("/p/:id", pages.Page(revalidate.Never), func(c *gin.Context) {
		revalidate.Tag(c, "both")
		c.String(http.StatusOK, "page")
	})
	r.GET("/plain", func(c *gin.Context) { c.String(http.StatusOK, "no page") })
	r.GET("/broken", pages.Page(revalidate.Never), func(c *gin.Context) { c.String(http.StatusInternalServerError, "broken") })
	front := httptest.NewServer(r)
	t.Cleanup(front.Close)
	return store, pages, front.URL
}

// What is revalidated here is out of date for those who share the store: they
// are told once, of the path as it is written in a key.
func TestSharedStoreIsTold(t *testing.T) {
	t.Parallel()
	store, pages, address := newShared(t, "/theirs", "/plain", "/broken", "#theirs")
	get(t, address+"/p/1")
	for _, c := range []struct {
		name string
		call func() error
		told string
		ok   bool
	}{
		{"a page", func() error { return pages.Revalidate(t.Context(), "/p/1") }, "/p/1", true},
		{"another spelling", func() error { return pages.Revalidate(t.Context(), "/p/caf%c3%a9/?x#y") }, "/p/café", true},
		{"only their page", func() error { return pages.Revalidate(t.Context(), "/theirs") }, "/theirs", true},
		{"a route here, a page there", func() error { return pages.Revalidate(t.Context(), "/plain") }, "/plain", true},
		{"a page that is broken here", func() error { return pages.Revalidate(t.Context(), "/broken") }, "/broken", false},
		{"nobody's page", func() error { return pages.Revalidate(t.Context(), "/none") }, "/none", false},
		{"the root", func() error { return pages.Revalidate(t.Context(), "/") }, "/", false},
		{"no path", func() error { return pages.Revalidate(t.Context(), "p") }, "", false},
		{"many", func() error { _, err := pages.RevalidateAll(t.Context(), []string{"/p/1"}); return err }, "/p/1", true},
		{"a tag", func() error { _, err := pages.RevalidateTag(t.Context(), "both"); return err }, "#both", true},
		{"their tag", func() error { _, err := pages.RevalidateTag(t.Context(), "theirs"); return err }, "#theirs", true},
		{"a prefix", func() error { _, err := pages.RevalidatePrefix(t.Context(), "/p"); return err }, "", true},
		{"from outside", func() error {
			status, _ := get(t, address+"/p/1", "X-Prerender-Revalidate", nextSecret)
			return unless(status == http.StatusOK)
		}, "/p/1", true},
		{"a visitor", func() error { get(t, address+"/p/1"); get(t, address+"/p/2"); return nil }, "", true},
	} {
		err := c.call()
		if told := store.take(); told != c.told || (err == nil) != c.ok {
			t.Errorf("%s: told %q, want %q; error %v", c.name, told, c.told, err)
		}
	}
}

// Where they can't be told, the caller hears of it, and the page here is new
// all the same.
func TestSharedStoreCannotBeTold(t *testing.T) {
	t.Parallel()
	store, pages, address := newShared(t)
	store.fault = errors.New("away")
	_, tagErr := pages.RevalidateTag(t.Context(), "both")
	for _, err := range []error{pages.Revalidate(t.Context(), "/p/1"), tagErr} {
		if !errors.Is(err, revalidate.ErrNotStored) || !errors.Is(err, store.fault) {
			t.Errorf("error %v", err)
		}
	}
	if _, state, _ := ask(t, address+"/p/1"); state != "HIT" {
		t.Errorf("the page is %s", state)
	}
	if status, _ := get(t, address+"/p/1", "X-Prerender-Revalidate", nextSecret); status != http.StatusInternalServerError {
		t.Errorf("from outside: %d", status)
	}
}

func unless(ok bool) error {
	if ok {
		return nil
	}
	return errors.New("refused")
}
