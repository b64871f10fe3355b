package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// Run serves a kind of job by the contender of that name on a free port of
// 127.0.0.1, prints to out where, and ends when in does: nothing is left when
// the process that holds the other end is gone, however it went.
func Run(ctx context.Context, name, kind string, in io.Reader, out io.Writer) (err error) {
	r, err := find(name, job.Kind(kind))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	stop, err := r.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if r.External != nil {
		address := listener.Addr().String()
		if err := listener.Close(); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
		return external(ctx, r.External, address, out)
	}
	if err := announce(out, listener.Addr().String(), os.Getpid()); err != nil {
		return err
	}
	if app := r.Apps[job.Kind(kind)]; app != nil {
		return fasthttp(ctx, app(), listener)
	}
	return standard(ctx, r.Handlers[job.Kind(kind)](), listener)
}

// announce prints the address and the process that is to be measured, with
// what it has started.
func announce(out io.Writer, address string, pid int) error {
	if _, err := fmt.Fprintln(out, address, pid); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

func find(name string, kind job.Kind) (*rival.Rival, error) {
	for _, r := range rival.All() {
		if r.Name == name && r.Can(kind) {
			return &r, nil
		}
	}
	return nil, fmt.Errorf("bench: no contender %q serves %q", name, kind)
}

// standard serves as http.ListenAndServe does, with the timeout that every
// server should have.
func standard(ctx context.Context, handler http.Handler, listener net.Listener) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

func fasthttp(ctx context.Context, app *fiber.App, listener net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = app.ShutdownWithTimeout(time.Second) })
	defer stop()
	if err := app.Listener(listener, fiber.ListenConfig{DisableStartupMessage: true}); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}
