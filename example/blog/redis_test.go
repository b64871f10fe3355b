package main_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
)

// startRedis runs a Redis of the test's own until the test ends, or until the
// function is called that it returns besides the URL.
func startRedis(t *testing.T) (url string, stop func()) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("redis-server is missing; the system step of .ci/run installs it")
		}
		t.Skip("redis-server is not installed here")
	}
	socket := filepath.Join(t.TempDir(), "redis")
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	server := exec.CommandContext(ctx, "redis-server", "--port", "0", "--unixsocket", socket, "--save", "")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() { cancel(); _ = server.Wait() } // it is killed
	t.Cleanup(stop)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		connection, err := new(net.Dialer).DialContext(t.Context(), "unix", socket)
		if err == nil {
			if err := connection.Close(); err != nil {
				t.Error(err)
			}
			return "unix://" + socket, stop
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// Two instances render a page once, and an edit on one is seen on the other.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	redis, stop := startRedis(t)
	db := filepath.Join(t.TempDir(), "blog.db")
	first, second := serve(t, db, redis), serve(t, db, redis)
	shows(t, first+"/posts/1", "MISS", "Bread")
	shows(t, second+"/posts/1", "HIT", "Bread")

	save(t, second, "title=Rye&text=Dark&then=revalidate")
	eventually(t, first+"/posts/1", "Rye")
	eventually(t, second+"/posts/1", "Rye")

	stop()
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
