package process

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// child is a process that was started.
type child struct {
	command *exec.Cmd
	ended   chan struct{}
	err     error // of Wait, once it has ended
}

// begin starts a command in a process group of its own, so that a Ctrl+C at the
// terminal reaches the harness alone, which then ends everything in order.
func begin(command *exec.Cmd) (*child, error) {
	if command.SysProcAttr == nil {
		command.SysProcAttr = new(syscall.SysProcAttr)
	}
	command.SysProcAttr.Setpgid = true
	if err := command.Start(); err != nil {
		return nil, err
	}
	return &child{command: command, ended: make(chan struct{})}, nil
}

// reap waits for the end. It is called once, when nobody reads from the
// process any more.
func (c *child) reap() {
	c.err = c.command.Wait()
	close(c.ended)
}

// signal is for this process alone, and only while it is known to be there:
// its number may be another's later.
func (c *child) signal(s syscall.Signal) error {
	select {
	case <-c.ended:
		return errors.New("endure: the process has ended already")
	default:
		return c.command.Process.Signal(s)
	}
}

// kill ends the process, stopped or not, and waits until it is gone.
func (c *child) kill() {
	_ = c.signal(syscall.SIGKILL)
	<-c.ended
}

// within waits for the end for so long.
func (c *child) within(d time.Duration) bool {
	select {
	case <-c.ended:
		return true
	case <-time.After(d):
		return false
	}
}
