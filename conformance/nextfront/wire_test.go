package nextfront_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// wire passes bytes between its users and an address, until it is silent.
type wire struct {
	address string

	mu    sync.Mutex
	lines []*line
}

// line is one connection over the wire.
type line struct {
	mu     sync.Mutex
	silent bool
	ends   [2]net.Conn
}

func startWire(t *testing.T, to string) *wire {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{address: listener.Addr().String()}
	var running sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		w.mu.Lock()
		for _, l := range w.lines {
			_ = l.ends[0].Close()
			_ = l.ends[1].Close()
		}
		w.mu.Unlock()
		running.Wait()
	})
	running.Go(func() {
		for {
			user, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := new(net.Dialer).DialContext(t.Context(), "tcp", to)
			if err != nil {
				_ = user.Close()
				continue
			}
			l := &line{ends: [2]net.Conn{user, server}}
			w.mu.Lock()
			w.lines = append(w.lines, l)
			w.mu.Unlock()
			running.Go(func() { l.pass(server, user) })
			running.Go(func() { l.pass(user, server) })
		}
	})
	return w
}

// silence ends all that is said over the connections that exist, which stay
// open. New ones work.
func (w *wire) silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.lines {
		l.mu.Lock()
		l.silent = true
		l.mu.Unlock()
	}
}

// pass copies what from says, and the end of it.
func (l *line) pass(to, from net.Conn) {
	_, _ = io.Copy(l.mouth(to), from)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.silent {
		_ = to.Close()
	}
}

// mouth is a connection that says nothing while the line is silent.
func (l *line) mouth(to net.Conn) io.Writer {
	return writerFunc(func(b []byte) (int, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.silent {
			return len(b), nil
		}
		return to.Write(b)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
