package rival

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// oursWithRedis is the page cache with Redis behind the pages that the process
// holds itself.
func oursWithRedis() Rival {
	server := &redisServer{}
	return Rival{
		Name: OursRedis, Needs: "redis-server",
		Modules:  []string{"github.com/redis/rueidis"},
		Beside:   server.start,
		Handlers: map[job.Kind]func() http.Handler{job.Page: server.page},
	}
}

// redisServer is a Redis for one contender, without a disk.
type redisServer struct {
	socket string
	stores []*redisstore.Store
}

func (s *redisServer) page() http.Handler {
	store, err := redisstore.New(redisstore.Config{URL: "unix://" + s.socket, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(fmt.Sprintf("bench: %v", err))
	}
	s.stores = append(s.stores, store)
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{Store: store})
	r.GET("/page", pages.Page(time.Hour), ginPage)
	return r
}

// watched runs a program until its standard input ends, so that the program is
// gone when the process at the other end is, however it went.
const watched = `"$@" >&2 & trap 'kill $!; wait $!' EXIT; read -r _; exit 0`

// start runs Redis until stop is called, ctx ends or this process does.
func (s *redisServer) start(ctx context.Context) (stop func() error, err error) {
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	s.socket = filepath.Join(folder, "redis.sock")
	command := exec.CommandContext(context.WithoutCancel(ctx), "sh", "-c", watched, "sh", //nolint:gosec // constants, and a folder of ours
		"redis-server", "--port", "0", "--unixsocket", s.socket, "--dir", folder, "--save", "", "--appendonly", "no")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // or ^C would end the shell before its trap
	input, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("bench: redis-server: %w", err)
	}
	release := context.AfterFunc(ctx, func() { _ = input.Close() })
	stop = func() error {
		release()
		err := s.close()
		_ = input.Close() // it may be closed already
		return errors.Join(err, command.Wait(), os.RemoveAll(folder))
	}
	if err := answers(ctx, s.socket); err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}

func (s *redisServer) close() error {
	var err error
	for _, store := range s.stores {
		err = errors.Join(err, store.Close())
	}
	s.stores = nil
	return err
}

// answers returns when somebody listens at a socket.
func answers(ctx context.Context, socket string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		connection, err := new(net.Dialer).DialContext(ctx, "unix", socket)
		if err == nil {
			return connection.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("bench: redis-server does not listen: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
