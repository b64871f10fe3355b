//go:build unix

package nextserver

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// ownGroup makes the server the leader of a process group: next starts workers.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// endGroup ends the server with its workers.
func endGroup(command *exec.Cmd) error {
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// lock waits until nobody else has the file locked.
func lock(file *os.File) error { return syscall.Flock(int(file.Fd()), syscall.LOCK_EX) }
