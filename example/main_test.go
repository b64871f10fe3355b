package main_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	main "github.com/gin-apiroutes/apiroutes/example"
)

// The program itself, stopped in the middle of a request: the request is
// answered, no new one is taken, and the exit is clean.
func TestProgramStopsCleanly(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "example")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), program, "-addr", "127.0.0.1:0")
			out, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(out)
			base := address(t, lines)

			body, contentType := form(t, 1)
			started := make(chan struct{})
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(started) }})
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/upload?wait=300ms", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", contentType)
			request.Header.Set("Expect", "100-continue") // the server says so when it begins to read
			answered := make(chan answer, 1)
			go func() { answered <- do(t, request) }()
			<-started
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if got := <-answered; got.status != http.StatusOK {
				t.Errorf("the request under way: got %d %q", got.status, got.body)
			}
			rest, err := io.ReadAll(lines)
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Wait(); err != nil {
				t.Error(err)
			}
			if !strings.HasSuffix(string(rest), "stopped\n") {
				t.Errorf("the last lines are %q", rest)
			}
		})
	}
}

// address reads the first line of the program and returns the address in it.
func address(t *testing.T, lines *bufio.Reader) string {
	t.Helper()
	first, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	base := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(first)
	if base == "" {
		t.Fatalf("no address in %q", first)
	}
	return base
}

func TestServeReportsAnAddressInUse(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out buffer
	stopped := make(chan error, 1)
	go func() { stopped <- main.Serve(ctx, "127.0.0.1:0", &out) }()
	base := regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)
	waitFor(t, "the address", func() bool { return base.MatchString(out.String()) })
	taken := base.FindStringSubmatch(out.String())[1]
	if err := main.Serve(ctx, taken, io.Discard); err == nil || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("got %v", err)
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
