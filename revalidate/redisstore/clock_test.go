package redisstore_test

import (
	"bufio"
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// steadyClock stands still while the machine does, or Redis does not get to run. The times that are demanded of a store are
// measured on it: on a quiet machine they are those of the wall, and on a busy one a slow store is told from a slow machine.
type steadyClock struct{ passed atomic.Int64 }

// longestStep is how far the clock goes on at once, however long that took.
const longestStep = 5 * time.Millisecond

// clock starts one that ends with the test.
func (s *server) clock(tb testing.TB) *steadyClock {
	tb.Helper()
	c := new(steadyClock)
	ctx, cancel := context.WithCancel(tb.Context())
	var running sync.WaitGroup
	running.Go(func() {
		var link *bufio.ReadWriter
		var conn net.Conn
		for ctx.Err() == nil {
			start := time.Now()
			time.Sleep(time.Millisecond)
			if conn == nil {
				var d net.Dialer
				if conn, _ = d.DialContext(ctx, "tcp", s.Addr); conn != nil {
					link = bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn))
				}
			}
			if conn != nil && !answers(conn, link) {
				_ = conn.Close()
				conn = nil // Redis is away, and the time passes
			}
			c.passed.Add(int64(min(time.Since(start), longestStep)))
		}
		if conn != nil {
			_ = conn.Close()
		}
	})
	tb.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return c
}

// answers waits for Redis to answer.
func answers(conn net.Conn, link *bufio.ReadWriter) bool {
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := link.WriteString("PING\r\n"); err != nil || link.Flush() != nil {
		return false
	}
	_, err := link.ReadString('\n')
	return err == nil
}

// now is the time since the clock was started.
func (c *steadyClock) now() time.Duration { return time.Duration(c.passed.Load()) }

// until waits for something that must become true within a time.
func (c *steadyClock) until(tb testing.TB, limit time.Duration, what string, done func() bool) {
	tb.Helper()
	for start := c.now(); !done(); time.Sleep(2 * time.Millisecond) {
		if c.now()-start > limit {
			tb.Fatalf("not within %v: %s", limit, what)
		}
	}
}

// settle waits until a store has heard of everything that was changed in Redis before: messages come in their order.
func (s *server) settle(tb testing.TB, store *redisstore.Store) {
	tb.Helper()
	until(tb, patience, "a change is heard of", func() bool {
		store.Hold(page("/settle", "held"))
		if store.Held("/settle") == nil {
			return false // something else was heard of at this moment
		}
		s.command(tb, "SET", store.PageName("/settle"), "changed")
		for start := time.Now(); time.Since(start) < time.Second; time.Sleep(time.Millisecond) {
			if store.Held("/settle") == nil {
				return true
			}
		}
		return false // not connected yet
	})
	s.command(tb, "DEL", store.PageName("/settle"))
}
