// Package nextserver starts the real Next.js server of the folder nextjs:
// installs it, builds it, runs it on a free port, and collects what it logs.
package nextserver

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// ErrNoNode means that this machine cannot run the real server.
var ErrNoNode = errors.New("nextserver: node and npm are not on the PATH")

// startTime is how long a server may take until it answers.
const startTime = 90 * time.Second

// Install makes sure that the app in dir has its packages.
func Install(ctx context.Context, dir string) error {
	return locked(dir, func() error { return install(ctx, dir) })
}

// Prepare makes sure that the app in dir is installed and built. A build that
// is newer than every source file is kept.
func Prepare(ctx context.Context, dir string) error {
	return locked(dir, func() error {
		if err := install(ctx, dir); err != nil {
			return err
		}
		fresh, err := built(dir)
		if err != nil || fresh {
			return err
		}
		return run(ctx, dir, "node", nextProgram, "build")
	})
}

func install(ctx context.Context, dir string) error {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return ErrNoNode
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "next", "package.json")); err == nil {
		return nil
	}
	return run(ctx, dir, "npm", "ci", "--no-audit", "--no-fund")
}

// locked runs f while no other test process prepares the same app: go test runs
// packages side by side.
func locked(dir string, f func() error) error {
	file, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the folder of the app
	if err != nil {
		return fmt.Errorf("nextserver: %w", err)
	}
	defer func() { _ = file.Close() }() // closing unlocks
	if err := lock(file); err != nil {
		return fmt.Errorf("nextserver: %w", err)
	}
	return f()
}

const nextProgram = "node_modules/next/dist/bin/next"

// built says whether the last build is younger than the sources.
func built(dir string) (bool, error) {
	build, err := os.Stat(filepath.Join(dir, ".next", "BUILD_ID"))
	if err != nil {
		return false, nil //nolint:nilerr // no build yet is no fault
	}
	fresh := true
	for _, root := range []string{"pages", "lib", "next.config.mjs", "package-lock.json"} {
		err := filepath.Walk(filepath.Join(dir, root), func(_ string, info os.FileInfo, err error) error {
			if err == nil && info.ModTime().After(build.ModTime()) {
				fresh = false
			}
			return err
		})
		if err != nil {
			return false, fmt.Errorf("nextserver: %w", err)
		}
	}
	return fresh, nil
}

func run(ctx context.Context, dir, name string, args ...string) error {
	command := exec.CommandContext(ctx, name, args...) //nolint:gosec // npm and node, see the callers
	command.Dir = dir
	command.Env = environment()
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("nextserver: %s %s: %w\n%s", name, strings.Join(args, " "), err, output)
	}
	return nil
}

func environment() []string {
	return append(os.Environ(), "NEXT_TELEMETRY_DISABLED=1", "NO_COLOR=1", "FORCE_COLOR=0")
}

// Mode is the subcommand of next.
type Mode string

// The two servers of Next.js.
const (
	Production  Mode = "start"
	Development Mode = "dev"
)

// Server is a running Next.js.
type Server struct {
	// Addr is host:port.
	Addr string

	command *exec.Cmd
	done    chan struct{}

	mu    sync.Mutex
	lines []string
}

// Start runs a server on a free port of 127.0.0.1 and waits until it answers.
// More of its environment may be given as in os.Environ.
func Start(ctx context.Context, dir string, mode Mode, more ...string) (*Server, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{Addr: net.JoinHostPort("127.0.0.1", port), done: make(chan struct{})}
	// node is run itself, without npm or a shell between, so that Stop ends
	// the server and not its parent.
	s.command = exec.CommandContext(ctx, "node", nextProgram, string(mode), "-H", "127.0.0.1", "-p", port) //nolint:gosec // a fixed program
	s.command.Dir = dir
	s.command.Env = append(environment(), more...)
	ownGroup(s.command)
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("nextserver: %w", err)
	}
	s.command.Stdout, s.command.Stderr = writer, writer
	if err := s.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("nextserver: %w", err), reader.Close(), writer.Close())
	}
	if err := writer.Close(); err != nil {
		return nil, fmt.Errorf("nextserver: %w", err)
	}
	go s.collect(reader)
	if err := s.wait(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// collect keeps what the server logs, line by line.
func (s *Server) collect(reader io.ReadCloser) {
	defer close(s.done)
	defer func() { _ = reader.Close() }()
	lines := bufio.NewScanner(reader)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		s.mu.Lock()
		s.lines = append(s.lines, lines.Text())
		s.mu.Unlock()
	}
}

// Log returns the lines logged since the last call.
func (s *Server) Log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := s.lines
	s.lines = nil
	return lines
}

// wait asks until the server answers.
func (s *Server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("nextserver: no answer from %s: %w\n%s", s.Addr, ctx.Err(), strings.Join(s.Log(), "\n"))
		case <-s.done:
			return fmt.Errorf("nextserver: the server ended\n%s", strings.Join(s.Log(), "\n"))
		case <-tick.C:
		}
		if s.answers(ctx) {
			return nil
		}
	}
}

func (s *Server) answers(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Addr+"/api/method", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	// An app without this route is there as well, when it says so.
	return response.Body.Close() == nil && (response.StatusCode == http.StatusOK || response.StatusCode == http.StatusNotFound)
}

// Stop ends the server and everything it has started.
func (s *Server) Stop() error {
	if err := endGroup(s.command); err != nil {
		return fmt.Errorf("nextserver: %w", err)
	}
	<-s.done
	_ = s.command.Wait() // it was killed: the status says only that
	return nil
}

// PreviewID returns the id that the last build made for revalidations and for
// draft mode.
func PreviewID(dir string) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, ".next", "prerender-manifest.json")) //nolint:gosec // the folder of the app
	if err != nil {
		return "", fmt.Errorf("nextserver: %w", err)
	}
	var manifest struct {
		Preview struct {
			ID string `json:"previewModeId"`
		} `json:"preview"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil || manifest.Preview.ID == "" {
		return "", fmt.Errorf("nextserver: no previewModeId in prerender-manifest.json: %w", err)
	}
	return manifest.Preview.ID, nil
}

func freePort(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("nextserver: %w", err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, errors.Join(err, listener.Close())
}
