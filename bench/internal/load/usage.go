package load

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor times in /proc: USER_HZ, which is 100 on all
// machines that Go runs on.
const tick = 10 * time.Millisecond

// Usage is what a contender has used.
type Usage struct {
	// CPU is its processor time so far.
	CPU time.Duration
	// Memory is what it holds now and Peak the most that it held, in bytes.
	Memory, Peak int64
}

// Usage reads what the server has used, with the processes that it has started.
func (p *Process) Usage() (Usage, error) {
	pids, err := descendants(p.pid)
	if err != nil {
		return Usage{}, err
	}
	var sum Usage
	for _, pid := range append(pids, p.pid) {
		one, err := usageOf(pid)
		if errors.Is(err, fs.ErrNotExist) && pid != p.pid {
			continue // a helper of the server that has ended
		}
		if err != nil {
			return Usage{}, err
		}
		sum.CPU += one.CPU
		sum.Memory += one.Memory
		sum.Peak += one.Peak
	}
	return sum, nil
}

func usageOf(pid int) (Usage, error) {
	folder := "/proc/" + strconv.Itoa(pid)
	stat, err := os.ReadFile(filepath.Join(folder, "stat")) //nolint:gosec // a process of ours
	if err != nil {
		return Usage{}, fmt.Errorf("bench: %w", err)
	}
	status, err := os.ReadFile(filepath.Join(folder, "status")) //nolint:gosec // a process of ours
	if err != nil {
		return Usage{}, fmt.Errorf("bench: %w", err)
	}
	_, cpu, err := parseStat(stat)
	return Usage{CPU: cpu, Memory: kilobytes(status, "VmRSS:"), Peak: kilobytes(status, "VmHWM:")}, err
}

// parseStat reads the parent and the processor time from a line of
// /proc/pid/stat. The name in it may have blanks and brackets.
func parseStat(line []byte) (parent int, cpu time.Duration, err error) {
	end := bytes.LastIndexByte(line, ')')
	fields := strings.Fields(string(line[end+1:]))
	const ppid, utime, stime = 1, 11, 12 // counted from the state, the third field in proc(5)
	if end < 0 || len(fields) <= stime {
		return 0, 0, fmt.Errorf("bench: /proc/pid/stat is %q", line)
	}
	var numbers [3]int
	for i, field := range []int{ppid, utime, stime} {
		if numbers[i], err = strconv.Atoi(fields[field]); err != nil {
			return 0, 0, fmt.Errorf("bench: /proc/pid/stat: %w", err)
		}
	}
	return numbers[0], time.Duration(numbers[1]+numbers[2]) * tick, nil
}

// kilobytes reads a line such as "VmHWM:    5124 kB" of /proc/pid/status, in
// bytes; 0 if there is none.
func kilobytes(status []byte, name string) int64 {
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name); ok {
			n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return n << 10
		}
	}
	return 0
}

// descendants lists the processes that a process has started, and these, and
// so on.
func descendants(root int) ([]int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	children := map[int][]int{}
	for _, file := range files {
		line, err := os.ReadFile(file) //nolint:gosec // a pattern of this function
		if err != nil {
			continue // gone meanwhile
		}
		pid, errPid := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if parent, _, err := parseStat(line); err == nil && errPid == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	found := children[root]
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i]]...)
	}
	return found, nil
}
