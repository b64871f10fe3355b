package browser

import (
	"bufio"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Program builds a program of example/ and runs it until the test ends, with a
// free address of 127.0.0.1 for each of its flags. It returns their URLs, such
// as http://127.0.0.1:41245.
func Program(t *testing.T, name string, flags ...string) []string {
	t.Helper()
	return Build(t, name).Run(t, flags)
}

// Binary is a program that was built, to be run several times.
type Binary struct{ path string }

// Build builds a program of example/.
func Build(t *testing.T, name string) Binary {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./example/"+name) //nolint:gosec // our own programs
	build.Dir = root(t)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("browser: %s does not build: %v\n%s", name, err, output)
	}
	return Binary{path}
}

// Run is [Program] for a binary. The other arguments are passed as they are.
func (b Binary) Run(t *testing.T, flags []string, others ...string) []string {
	t.Helper()
	for range 3 { // somebody else may take an address before the program does
		arguments, urls := slices.Clone(others), make([]string, 0, len(flags))
		for _, flag := range flags {
			address := free(t)
			arguments, urls = append(arguments, flag, address), append(urls, "http://"+address)
		}
		if runs(t, b.path, arguments, urls) {
			return urls
		}
	}
	t.Fatalf("browser: %s does not start", filepath.Base(b.path))
	return nil
}

// runs starts a program and reports whether it listens.
func runs(t *testing.T, binary string, arguments, urls []string) bool {
	t.Helper()
	program := exec.CommandContext(t.Context(), binary, arguments...) //nolint:gosec // built above
	faults := new(strings.Builder)
	program.Stderr = faults
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, bufio.NewReader(output))
		_ = program.Wait() // it is killed in the end
	}()
	t.Cleanup(func() { <-ended }) // the context of the test ends it

	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for _, url := range urls {
		for !listens(t, url) {
			select {
			case <-tick.C:
			case <-ended:
				t.Logf("the program ended: %s", faults)
				return false
			case <-deadline:
				t.Fatalf("browser: nothing listens at %s after %v", url, patience)
			}
		}
	}
	return true
}

// root is the folder of the repository.
func root(t *testing.T) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/gin-apiroutes/apiroutes").Output()
	if err != nil {
		t.Fatalf("browser: where is the repository? %v", err)
	}
	return strings.TrimSpace(string(output))
}

// free returns an address of this machine that nobody uses.
func free(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

// listens reports whether somebody takes connections at a URL.
func listens(t *testing.T, url string) bool {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
	return err == nil && connection.Close() == nil
}
