package main_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
	"github.com/gin-apiroutes/apiroutes/internal/redistest"
)

// Two instances render a page once, and an edit on one is seen on the other.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	db := filepath.Join(t.TempDir(), "blog.db")
	first, second := serve(t, db, redis.URL()), serve(t, db, redis.URL())
	shows(t, first+"/posts/1", "MISS", "Bread")
	shows(t, second+"/posts/1", "HIT", "Bread")

	save(t, second, "title=Rye&text=Dark&then=revalidate")
	eventually(t, first+"/posts/1", "Rye")
	eventually(t, second+"/posts/1", "Rye")

	redis.Stop()
	if got := save(t, second, "title=Cake&text=Sweet&then=revalidate"); got.Status != http.StatusBadGateway || !strings.Contains(got.Body, "It is saved, but") {
		t.Errorf("got %d %q", got.Status, got.Body)
	}
	shows(t, first+"/posts/1", "HIT", "Rye")
	shows(t, first+"/admin/posts/1", "", "Cake")
}

// eventually waits until a page has a text: the word of a new one needs about a
// millisecond.
func eventually(t *testing.T, url, text string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(exampletest.Send(t, http.MethodGet, url, "").Body, text) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: no %q", url, text)
		}
		time.Sleep(time.Millisecond)
	}
}
