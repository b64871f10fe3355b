// Package redistest runs a Redis server for tests, in a process of its own.
package redistest

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Server is a Redis of a test's own.
type Server struct {
	// Addr is where it listens, and stays the same when it is started again.
	Addr string
	// Dir is where it keeps what it writes.
	Dir string

	args    []string
	command *exec.Cmd
}

// Start runs redis-server until the test ends. It saves nothing, unless args,
// which are appended to the command, say so. Where it is not installed, the test
// is skipped; with CI=true it fails.
func Start(tb testing.TB, args ...string) *Server {
	tb.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatal("redis-server is not installed: apt-get install redis-server")
		}
		tb.Skip("redis-server is not installed: apt-get install redis-server")
	}
	s := &Server{Dir: tb.TempDir(), args: args}
	tb.Cleanup(s.Stop)
	const ports = 5 // somebody else may take a port that was free a moment ago
	for range ports {
		s.Addr = freeAddr(tb)
		if s.run(tb) {
			return s
		}
		s.Stop()
	}
	s.fail(tb)
	return nil
}

// Restart starts a server that was stopped, with what it had written.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	if !s.run(tb) {
		s.fail(tb)
	}
}

// Stop ends the server without notice.
func (s *Server) Stop() {
	if s.command != nil {
		_ = s.command.Process.Kill()
		_ = s.command.Wait()
		s.command = nil
	}
}

// Signal sends a signal to the server.
func (s *Server) Signal(what os.Signal) { _ = s.command.Process.Signal(what) }

// URL is what clients take.
func (s *Server) URL() string { return "redis://" + s.Addr }

// Ask sends a command, written in one line, and returns the beginning of the
// reply as it came, or "" if there is none within a second.
func (s *Server) Ask(tb testing.TB, command string) string {
	tb.Helper()
	connection, err := new(net.Dialer).DialContext(tb.Context(), "tcp", s.Addr)
	if err != nil {
		return ""
	}
	defer func() { _ = connection.Close() }()
	_ = connection.SetDeadline(time.Now().Add(time.Second))
	if _, err := io.WriteString(connection, command+"\r\n"); err != nil {
		return ""
	}
	reply := make([]byte, 4<<10)
	n, _ := connection.Read(reply)
	return string(reply[:n])
}

// run starts the process and says whether it answers, it and no other.
func (s *Server) run(tb testing.TB) bool {
	tb.Helper()
	_, port, _ := net.SplitHostPort(s.Addr)
	s.command = exec.Command("redis-server", append([]string{ //nolint:gosec,noctx // arguments of a test; ended by Stop
		"--port", port, "--bind", "127.0.0.1", "--dir", s.Dir, "--save", "", "--loglevel", "warning", "--logfile", "log",
	}, s.args...)...)
	if err := s.command.Start(); err != nil {
		tb.Fatal(err)
	}
	own := fmt.Sprintf("process_id:%d\r\n", s.command.Process.Pid)
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(10 * time.Millisecond) {
		reply := s.Ask(tb, "INFO server")
		if strings.Contains(reply, own) {
			return true
		}
		if strings.Contains(reply, "process_id:") {
			return false
		}
	}
	return false
}

func (s *Server) fail(tb testing.TB) {
	tb.Helper()
	log, _ := os.ReadFile(filepath.Join(s.Dir, "log"))
	tb.Fatalf("redis-server does not answer: %s", log)
}

func freeAddr(tb testing.TB) string {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
