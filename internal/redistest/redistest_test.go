package redistest_test

import (
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/redistest"
)

// A server is one's own, and starts again where it was.
func TestServer(t *testing.T) {
	t.Parallel()
	one, other := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always"), redistest.Start(t)
	if reply := one.Ask(t, "SET key value"); reply != "+OK\r\n" {
		t.Fatalf("SET: %q", reply)
	}
	if reply := other.Ask(t, "GET key"); reply != "$-1\r\n" {
		t.Errorf("the other server: %q", reply)
	}
	addr := one.Addr
	one.Stop()
	if reply := one.Ask(t, "GET key"); reply != "" {
		t.Errorf("stopped: %q", reply)
	}
	one.Restart(t)
	if reply := one.Ask(t, "GET key"); reply != "$5\r\nvalue\r\n" || one.URL() != "redis://"+addr {
		t.Errorf("started again at %s: %q", one.URL(), reply)
	}
}
