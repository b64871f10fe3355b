package redisstore_test

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// TestRememberedIDs asks for more keys than are remembered, so that they take
// the places of one another, in many goroutines and twice each.
func TestRememberedIDs(t *testing.T) {
	s := redisstore.Must(redisstore.Config{URL: "unix:///nowhere", Logger: slog.New(slog.DiscardHandler)})
	defer s.Close()
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 20000 {
				key := "/posts/" + strconv.Itoa(i+g*5000) + strings.Repeat("-", i%400)
				for range 2 {
					if got, want := s.RememberedPageName(key), s.PageName(key); got != want {
						t.Errorf("%s: got %s, want %s", key, got, want)
						return
					}
				}
			}
		})
	}
	all.Wait()
}
