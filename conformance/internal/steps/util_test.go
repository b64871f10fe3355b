package steps_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/steps"
)

// listener has no network, so that a server on it can run in a bubble of
// package synctest.
type listener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error   { close(l.done); return nil }
func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: "listener", Net: "unix"} }

func (l *listener) dial(context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	l.conns <- theirs
	return ours, nil
}

const id = "abc123"

// run runs a sequence with the mark "xMx" against a handler. It counts a render
// for each request, other than those about the source of pages.
func run(t *testing.T, s *steps.Sequence, handler http.HandlerFunc) (recordings []record.Recording, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var renders atomic.Int64
		mux := http.NewServeMux()
		mux.HandleFunc("GET /api/isr/source", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"held":0,"renders":%d,"running":0}`, renders.Load())
		})
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			renders.Add(1)
			handler(w, r)
		})
		l := &listener{make(chan net.Conn), make(chan struct{})}
		server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
		go func() { _ = server.Serve(l) }()
		recordings, err = steps.Server{Dial: l.dial, ID: id, Settle: synctest.Wait}.Run(t.Context(), s, "xMx")
		_ = server.Close()
	})
	return recordings, err
}
