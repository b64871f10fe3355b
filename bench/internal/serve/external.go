package serve

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// ready is how long a program may take until it answers.
const ready = 30 * time.Second

// external runs a program that listens at address until ctx ends.
func external(ctx context.Context, program *rival.External, address string, out io.Writer) error {
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	plan, err := program.Command(address, folder)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, plan.Arguments[0], plan.Arguments[1:]...) //nolint:gosec // the contenders are fixed
	command.Dir, command.Env, command.Stderr = plan.Folder, append(os.Environ(), plan.Environment...), os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
	command.WaitDelay = 5 * time.Second
	if err := command.Start(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }() // those of its group that are still there
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	if err := wait(ctx, address, ended); err != nil {
		return err
	}
	if err := announce(out, address, command.Process.Pid); err != nil {
		return err
	}
	err = <-ended
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("bench: %s ended: %w", plan.Arguments[0], err)
}

// wait returns when somebody listens at address.
func wait(ctx context.Context, address string, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, ready)
	defer cancel()
	for {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return connection.Close()
		}
		select {
		case err := <-ended:
			return fmt.Errorf("bench: the server ended before it listened: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("bench: nobody listens at %s: %w", address, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
