package exampletest

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// child is set in the environment of the test binary when it is the program.
const child = "APIROUTES_EXAMPLE_PROGRAM"

// patience bounds the wait for a program to listen, on a busy machine too.
const patience = 60 * time.Second

// Main is the whole of a TestMain. With it the test binary is the program as
// well, so that it is tested from its flags on without being built again.
func Main(m *testing.M, program func()) {
	if os.Getenv(child) != "" {
		program()
		return
	}
	os.Exit(m.Run())
}

// start runs the program with a free address for each of its flags, until the
// test ends. It returns the addresses.
func start(t *testing.T, flags []string) []string {
	t.Helper()
	for range 3 { // somebody else may take a port before the program does
		addresses := make([]string, len(flags))
		arguments := make([]string, 0, 2*len(flags))
		for i, flag := range flags {
			addresses[i] = free(t)
			arguments = append(arguments, flag, addresses[i])
		}
		if run(t, arguments, addresses) {
			return addresses
		}
	}
	t.Fatal("the program does not start")
	return nil
}

// run starts the program and reports whether it listens at all addresses. The
// first line that it prints has to name them.
func run(t *testing.T, arguments, addresses []string) bool {
	t.Helper()
	program := command(t, arguments...)
	faults := new(strings.Builder)
	program.Stderr = faults
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	printed, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewReader(output)
		first, _ := lines.ReadString('\n')
		printed <- first
		_, _ = io.Copy(io.Discard, lines)
		_ = program.Wait() // it is killed in the end
	}()
	t.Cleanup(func() { <-ended }) // the context of the test ends it

	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for _, address := range addresses {
		for !listens(t.Context(), address) {
			select {
			case <-tick.C:
			case <-ended:
				t.Logf("the program ended: %s", faults)
				return false
			case <-deadline:
				t.Fatalf("nothing listens at %s after %v", address, patience)
			}
		}
	}
	select {
	case line := <-printed:
		checkPrinted(t, line, addresses)
	case <-deadline:
		t.Error("the program prints nothing")
	}
	return true
}

// checkPrinted: the first line of a program says where it is.
func checkPrinted(t *testing.T, line string, addresses []string) {
	t.Helper()
	for _, address := range addresses {
		if !strings.Contains(line, "http://"+address) {
			t.Errorf("the program begins with %q, without http://%s", line, address)
		}
	}
}

// command is the test binary as the program.
func command(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), binary, arguments...) //nolint:gosec // it starts itself
	program.Env = append(os.Environ(), child+"=1")
	return program
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

// listens reports whether somebody takes connections at address.
func listens(ctx context.Context, address string) bool {
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	return connection.Close() == nil
}
