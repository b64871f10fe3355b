package process

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Redis is a Redis server at a socket in its folder, so that it needs no port.
type Redis struct {
	folder string
	child  *child
}

// StartRedis starts a server that keeps its data in folder.
func StartRedis(folder string) (*Redis, error) {
	r := &Redis{folder: folder}
	err := r.Start()
	return r, err
}

func (r *Redis) socket() string { return filepath.Join(r.folder, "redis.sock") }

// URL is where it is.
func (r *Redis) URL() string { return "unix://" + r.socket() }

// Start starts it, again if it has ended, with the data that an orderly end has
// left. It returns when it answers.
func (r *Redis) Start() error {
	command := exec.Command("redis-server", "--port", "0", "--unixsocket", r.socket(), "--dir", r.folder, //nolint:gosec,noctx // a folder of ours; ended by Stop
		"--save", "3600 100000000", "--loglevel", "warning", "--logfile", "redis.log")
	child, err := begin(command)
	if err != nil {
		return fmt.Errorf("endure: redis-server: %w", err)
	}
	r.child = child
	go child.reap()
	return r.Wait(10 * time.Second)
}

// Wait returns when it answers.
func (r *Redis) Wait(most time.Duration) error {
	deadline := time.Now().Add(most)
	for time.Now().Before(deadline) {
		if r.ping() == nil {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(r.folder, "redis.log"))
	return fmt.Errorf("endure: redis-server does not answer: %s", log)
}

func (r *Redis) ping() error {
	connection, err := net.DialTimeout("unix", r.socket(), time.Second) //nolint:noctx // bounded
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	_ = connection.SetDeadline(time.Now().Add(time.Second))
	if _, err := connection.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer := make([]byte, 64)
	n, err := connection.Read(answer)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(answer[:n]), "+PONG") {
		return errors.New("endure: redis-server is not ready")
	}
	return nil
}

// Kill ends it at once; its data are gone.
func (r *Redis) Kill() {
	r.child.kill()
	_ = os.Remove(filepath.Join(r.folder, "dump.rdb"))
}

// Pause stops it, as a host that is suspended would.
func (r *Redis) Pause() error { return r.child.signal(syscall.SIGSTOP) }

// Resume lets it go on.
func (r *Redis) Resume() error { return r.child.signal(syscall.SIGCONT) }

// Terminate ends it in order, so that the next start has its data.
func (r *Redis) Terminate() error {
	if err := r.child.signal(syscall.SIGTERM); err != nil {
		return err
	}
	if !r.child.within(10 * time.Second) {
		r.child.kill()
		return errors.New("endure: redis-server did not end")
	}
	return nil
}

// Stop ends it, whatever state it is in.
func (r *Redis) Stop() { r.child.kill() }

// RedisVersion is what the program says of itself, "" where there is none.
func RedisVersion() string {
	text, err := exec.Command("redis-server", "--version").Output() //nolint:noctx // ends at once
	if err != nil {
		return ""
	}
	for field := range strings.FieldsSeq(string(text)) {
		if version, ok := strings.CutPrefix(field, "v="); ok {
			return version
		}
	}
	return ""
}
