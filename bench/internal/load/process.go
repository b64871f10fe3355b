package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// Process is a contender that runs.
type Process struct {
	// Address is host and port.
	Address string

	pid     int // of the server, which may be a process that command has started
	command *exec.Cmd
	input   io.Closer // what keeps the process alive
	release func() bool
}

// Start runs "executable serve name kind" and waits for the address and the
// number of the process that it prints. It ends with ctx, with [Process.Stop]
// and with this process.
func Start(ctx context.Context, executable, name string, kind job.Kind) (*Process, error) {
	command := exec.CommandContext(context.WithoutCancel(ctx), executable, "serve", name, string(kind)) //nolint:gosec // this binary
	command.Stderr = os.Stderr
	input, errIn := command.StdinPipe()
	output, errOut := command.StdoutPipe()
	if err := errors.Join(errIn, errOut); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	p := &Process{command: command, input: input}
	p.release = context.AfterFunc(ctx, func() { _ = input.Close() })
	late := time.AfterFunc(startup, func() { _ = command.Process.Kill() })
	defer late.Stop()
	if _, err := fmt.Fscanln(bufio.NewReader(output), &p.Address, &p.pid); err != nil {
		return nil, errors.Join(fmt.Errorf("bench: %s did not start: %w", name, err), p.Stop())
	}
	return p, nil
}

// startup is how long a process has until it serves: longer than package serve
// gives the programs that it runs.
const startup = 60 * time.Second

// Stop ends the process, and what it has started, and waits until it is gone.
func (p *Process) Stop() error {
	p.release()
	_ = p.input.Close() // it may be closed already
	kill := time.AfterFunc(patience, func() { _ = p.command.Process.Kill() })
	defer kill.Stop()
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

// patience is how long a process has to end by itself.
const patience = time.Minute
