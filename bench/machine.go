package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// machine says on what it was measured.
func machine() []report.Fact {
	facts := []report.Fact{
		{Name: "processor", Value: field("/proc/cpuinfo", "model name") + ", " + strconv.Itoa(runtime.NumCPU()) + " cores to use"},
		{Name: "memory", Value: field("/proc/meminfo", "MemTotal")},
		{Name: "system", Value: runtime.GOOS + "/" + runtime.GOARCH + ", " + strings.Trim(field("/etc/os-release", "PRETTY_NAME"), `"`) + ", " + line("/proc/sys/kernel/osrelease")},
		{Name: "Go", Value: strings.TrimSuffix(runtime.Version()+", tags "+tags(), ", tags ")},
	}
	for _, tool := range [][]string{{"wrk", "-v"}, {"redis-server", "--version"}, {"node", "--version"}} {
		if version := says(tool...); version != "" {
			facts = append(facts, report.Fact{Name: tool[0], Value: version})
		}
	}
	return facts
}

// says returns the first line that a program prints, "" if it is not installed.
// How it ends does not matter: wrk has no option for its version, and says it
// with its usage.
func says(command ...string) string {
	text, _ := exec.CommandContext(context.Background(), command[0], command[1:]...).CombinedOutput() //nolint:gosec // constants of this file
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(first)
}

// tags names the build tags, one of which may choose Gin's JSON codec.
func tags() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "-tags" && setting.Value != "" {
			return setting.Value
		}
	}
	return ""
}

func versions(rivals []rival.Rival) []report.Fact {
	var facts []report.Fact
	for i := range rivals {
		if version := rivals[i].Version(); version != "" {
			facts = append(facts, report.Fact{Name: rivals[i].Name, Value: version})
		}
	}
	return facts
}

// busy says that others used the machine: more was running before than fits
// two processors, or afterwards more than a load and its server leave behind.
func busy(before, after string) bool {
	const quiet, ours = 2, 4
	return recent(before) > quiet || recent(after) > ours
}

// recent is the load average of the last minute.
func recent(line string) float64 {
	first, _, _ := strings.Cut(line, " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return load
}

func loadAverage() string { return line("/proc/loadavg") }

// line is the first line of a file, "" if there is none.
func line(path string) string {
	text, err := os.ReadFile(path) //nolint:gosec // the paths are constants of this file
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return first
}

// field is the value of a key in a file of lines such as "key: value" and
// key="value".
func field(path, key string) string {
	file, err := os.Open(path) //nolint:gosec // the paths are constants of this file
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		name, value, ok := strings.Cut(scanner.Text(), ":")
		if !ok {
			name, value, _ = strings.Cut(scanner.Text(), "=")
		}
		if strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
