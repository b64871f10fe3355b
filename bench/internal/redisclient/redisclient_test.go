package redisclient_test

import (
	"context"
	"crypto/tls"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"
)

// client is what a store calls.
type client struct {
	get  func(ctx context.Context, key string) (int, error)
	eval func(ctx context.Context, key string) error
}

const lua = "return redis.call('EXISTS', KEYS[1])"

// start runs Redis on a socket until the benchmark ends.
func start(b *testing.B) string {
	b.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		b.Fatal("redis-server is not installed: apt-get install redis-server")
	}
	folder := b.TempDir()
	socket := filepath.Join(folder, "redis.sock")
	server := exec.CommandContext(b.Context(), "redis-server", "--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "")
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Wait() }) // the context of the benchmark ends it
	return socket
}

func newRueidis(b *testing.B, socket string) client {
	b.Helper()
	c, err := rueidis.NewClient(rueidis.ClientOption{
		InitAddress: []string{socket}, PipelineMultiplex: -1, // as in redisstore
		ClientTrackingOptions: []string{"PREFIX", "p:", "BCAST"}, OnInvalidations: func([]rueidis.RedisMessage) {},
		DialCtxFn: func(ctx context.Context, address string, dialer *net.Dialer, _ *tls.Config) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", address)
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	script := rueidis.NewLuaScript(lua)
	return client{
		get: func(ctx context.Context, key string) (int, error) {
			body, err := c.Do(ctx, c.B().Get().Key(key).Build()).AsBytes()
			return len(body), err
		},
		eval: func(ctx context.Context, key string) error { return script.Exec(ctx, c, []string{key}, nil).Error() },
	}
}

func newGoRedis(b *testing.B, socket string) client {
	b.Helper()
	c := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
	b.Cleanup(func() { _ = c.Close() })
	script := redis.NewScript(lua)
	return client{
		get: func(ctx context.Context, key string) (int, error) {
			body, err := c.Get(ctx, key).Bytes()
			return len(body), err
		},
		eval: func(ctx context.Context, key string) error { return script.Run(ctx, c, []string{key}).Err() },
	}
}

// BenchmarkClients reads a page of 8 KB, and runs a script, one caller after the
// other and 64 at once.
func BenchmarkClients(b *testing.B) {
	for _, contender := range []struct {
		name string
		open func(*testing.B, string) client
	}{{"rueidis", newRueidis}, {"go-redis", newGoRedis}} {
		b.Run(contender.name, func(b *testing.B) {
			socket := start(b)
			for end := time.Now().Add(5 * time.Second); exec.CommandContext(b.Context(), "redis-cli", "-s", socket, "SET", "p:1", strings.Repeat("x", 8<<10)).Run() != nil; {
				if time.Now().After(end) {
					b.Fatal("redis-server does not answer")
				}
				time.Sleep(20 * time.Millisecond)
			}
			c := contender.open(b, socket)
			get := func(ctx context.Context) error { _, err := c.get(ctx, "p:1"); return err }
			eval := func(ctx context.Context) error { return c.eval(ctx, "p:1") }
			b.Run("GET", func(b *testing.B) { alone(b, get) })
			b.Run("GET 64", func(b *testing.B) { together(b, get) })
			b.Run("script", func(b *testing.B) { alone(b, eval) })
			b.Run("script 64", func(b *testing.B) { together(b, eval) })
		})
	}
}

func alone(b *testing.B, call func(context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if err := call(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func together(b *testing.B, call func(context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	b.SetParallelism(32) // times GOMAXPROCS, 2 where it was measured
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := call(b.Context()); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
