package nextfront_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestExample runs the lines of the example's README that need the front end,
// in both of its ways: with the client, and with a Redis that is shared.
func TestExample(t *testing.T) {
	posts := newSource()
	prepare(t, startAPI(t, posts)) // for the pages that are made by the build
	text, err := os.ReadFile(filepath.Join(app, "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := shellSessions(string(text))
	if len(blocks) != 2 {
		t.Fatalf("README.md has %d blocks", len(blocks))
	}
	t.Run("client", func(t *testing.T) {
		// What an earlier run has written of its pages.
		if err := os.RemoveAll(filepath.Join(app, ".next", "server", "route-cache")); err != nil {
			t.Fatal(err)
		}
		api := freeAddress(t)
		front := startNext(t, "API_URL=http://"+api)
		startProgram(t, api, "-front", front, "-manifest", manifest)
		runSession(t, blocks[0], api, front)
	})
	t.Run("Redis", func(t *testing.T) {
		redis := startRedis(t)
		api := freeAddress(t)
		front := startNext(t, "API_URL=http://"+api, "REDIS_URL="+redis.URL(), "REFRESH_SECRET=secret")
		startProgram(t, api, "-front", front, "-redis", redis.URL())
		runSession(t, blocks[1], api, front)
	})
}

// step is a line of a README, and what it prints.
type step struct{ command, want string }

func shellSessions(text string) [][]step {
	var blocks [][]step
	for _, part := range strings.Split(text, "```shellsession\n")[1:] {
		part, _, _ = strings.Cut(part, "```")
		var block []step
		for line := range strings.Lines(part) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				block = append(block, step{command: command})
			} else {
				block[len(block)-1].want += line
			}
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// hears is the time within which a program hears that another has purged a
// page; Redis tells it, but does not let the other wait.
const hears = 2 * time.Second

// runSession runs lines with the addresses of this run in the place of those of
// the README. A page that was purged may be there for a moment more.
func runSession(t *testing.T, block []step, api, front string) {
	t.Helper()
	addresses := strings.NewReplacer("127.0.0.1:8093", api, "http://127.0.0.1:3000", front)
	for _, s := range block {
		s.command = addresses.Replace(s.command)
		got, err := s.run(t)
		for end := time.Now().Add(hears); strings.Contains(s.want, "MISS") && got != s.want && time.Now().Before(end); {
			got, err = s.run(t)
		}
		if got != s.want {
			t.Errorf("$ %sprints  %sinstead %s(%v)", s.command, got, s.want, err)
		}
	}
}

// run returns what the command prints, with one line end after it.
func (s step) run(t *testing.T) (string, error) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "sh", "-c", s.command).Output()
	return strings.TrimRight(strings.ReplaceAll(string(output), "\r", ""), "\n") + "\n", err
}

// freeAddress is one that nobody uses.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// startProgram runs the Gin program of the example until the test ends.
func startProgram(t *testing.T, address string, arguments ...string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "nextfront")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "github.com/gin-apiroutes/apiroutes/example/nextfront").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	program := exec.CommandContext(t.Context(), binary, append(arguments, "-addr", address)...)
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Wait() }) // the context of the test ends it
	eventually(t, "the program answers", func() bool {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		return err == nil && connection.Close() == nil
	})
}
