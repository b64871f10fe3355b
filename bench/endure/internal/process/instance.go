package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

// Site says how an instance is started, again and again.
type Site struct {
	// Binary is the program that serves when its first argument is "serve".
	Binary string
	// Config is its second argument. Each start has a name of its own.
	Config subject.Config
	// Folder has its temporary files, its log and, where Config says so, its
	// pages.
	Folder string
	// User, if not 0, is who it runs as, so that the permissions of folders
	// hold for it also where the harness is root.
	User int
}

// Temporary is the folder for temporary files.
func (s *Site) Temporary() string { return filepath.Join(s.Folder, "tmp") }

// Sweep removes the temporary files of a process that was killed, as the system
// does at its start: the process could not.
func (s *Site) Sweep() error {
	entries, err := os.ReadDir(s.Temporary())
	for _, entry := range entries {
		err = errors.Join(err, os.Remove(filepath.Join(s.Temporary(), entry.Name())))
	}
	if err != nil {
		return fmt.Errorf("endure: %w", err)
	}
	return nil
}

// Log is the file of what it writes.
func (s *Site) Log() string { return filepath.Join(s.Folder, "log") }

// Prepare makes the folders.
func (s *Site) Prepare() error {
	folders := []string{s.Folder, s.Temporary()}
	if s.Config.Directory != "" {
		folders = append(folders, s.Config.Directory)
	}
	for _, folder := range folders {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("endure: %w", err)
		}
		if s.User != 0 {
			if err := os.Chown(folder, s.User, s.User); err != nil {
				return fmt.Errorf("endure: %w", err)
			}
		}
	}
	return nil
}

// Instance is a program that runs.
type Instance struct {
	subject.Listening

	child *child
	input io.Closer
	last  string // line that it wrote
	lines chan struct{}
	log   *os.File
}

// Start starts it and returns when it listens.
func (s *Site) Start(generation int) (*Instance, error) {
	config := s.Config
	config.Name = fmt.Sprintf("%s-%d", config.Name, generation)
	text, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("endure: %w", err)
	}
	log, err := os.OpenFile(s.Log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("endure: %w", err)
	}
	command := exec.Command(s.Binary, "serve", string(text)) //nolint:gosec,noctx // this program; ended by its methods
	command.Dir, command.Env = s.Folder, append(os.Environ(), "TMPDIR="+s.Temporary(), "GIN_MODE=release")
	command.Stderr = log
	if s.User != 0 {
		id := uint32(s.User) //nolint:gosec // a number of a user
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: id, Gid: id}}
	}
	input, errIn := command.StdinPipe()
	output, errOut := command.StdoutPipe()
	if err := errors.Join(errIn, errOut); err != nil {
		return nil, fmt.Errorf("endure: %w", err)
	}
	child, err := begin(command)
	if err != nil {
		return nil, fmt.Errorf("endure: %w", err)
	}
	i := &Instance{child: child, input: input, lines: make(chan struct{}), log: log}
	reader := bufio.NewReader(output)
	first, err := reader.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(first), &i.Listening)
	}
	go i.read(reader)
	if err != nil {
		i.Kill()
		return nil, fmt.Errorf("endure: %s did not start: %w", config.Name, err)
	}
	return i, nil
}

// read keeps the last line.
func (i *Instance) read(r *bufio.Reader) {
	for {
		line, err := r.ReadString('\n')
		if line != "" {
			i.last = line
		}
		if err != nil {
			break
		}
	}
	close(i.lines)
	i.child.reap()
	_ = i.log.Close()
}

// Kill ends it at once.
func (i *Instance) Kill() {
	i.child.kill()
	_ = i.input.Close()
}

// Terminate sends SIGTERM and waits, for no longer than most, for an orderly
// end: exit code 0, and no error of what it closed.
func (i *Instance) Terminate(most time.Duration) (subject.Ended, error) {
	var ended subject.Ended
	if err := i.child.signal(syscall.SIGTERM); err != nil {
		return ended, err
	}
	defer func() { _ = i.input.Close() }()
	if !i.child.within(most) {
		i.child.kill()
		return ended, fmt.Errorf("it did not end within %v of SIGTERM", most)
	}
	if i.child.err != nil {
		return ended, fmt.Errorf("it ended with %w", i.child.err)
	}
	if err := json.Unmarshal([]byte(i.last), &ended); err != nil {
		return ended, fmt.Errorf("its last words were %q: %w", strings.TrimSpace(i.last), err)
	}
	if ended.Error != "" {
		return ended, errors.New(ended.Error)
	}
	return ended, nil
}

// Gone is closed when it has ended.
func (i *Instance) Gone() <-chan struct{} { return i.child.ended }

// operator is the client of the control addresses.
var operator = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// Tell sends a command to the control address; the answer goes to v unless it
// is nil.
func (i *Instance) Tell(command string, v any) error {
	response, err := operator.Get("http://" + i.Control + command) //nolint:noctx // the client has a limit
	if err != nil {
		return fmt.Errorf("endure: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("endure: %s: %s", command, text)
	}
	if v == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(v)
}
