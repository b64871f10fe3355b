package load

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// script sends one request again and again, and prints what wrk found as JSON.
// The request is whole: wrk itself knows no chunked bodies.
const script = `
local file = assert(io.open(%q, "rb"))
local raw = file:read("*a")
file:close()
wrk.format = function() return raw end
function done(summary, latency)
	io.write(string.format('{"requests":%%d,"duration":%%d,"p50":%%d,"p99":%%d,"status":%%d,"lost":%%d}\n',
		summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status,
		summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
`

// Sample is one run of wrk.
type Sample struct {
	// Throughput is answers per second, Latency50 and Latency99 are in
	// microseconds, CPU is the server's processor time in microseconds for an
	// answer.
	Throughput, Latency50, Latency99, CPU float64
	// Lost are connections that broke, and requests without an answer.
	Lost float64
}

// Settings say how to load.
type Settings struct {
	Connections int
	Duration    time.Duration
}

// Installed says whether wrk is there.
func Installed() bool {
	_, err := exec.LookPath("wrk")
	return err == nil
}

// Wrk loads a server for a while.
func Wrk(ctx context.Context, p *Process, j *job.Job, s Settings) (Sample, error) {
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return Sample{}, fmt.Errorf("bench: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	request, lua := filepath.Join(folder, "request"), filepath.Join(folder, "script.lua")
	if err := os.WriteFile(request, Raw(&j.Request, p.Address), 0o600); err != nil {
		return Sample{}, fmt.Errorf("bench: %w", err)
	}
	if err := os.WriteFile(lua, fmt.Appendf(nil, script, request), 0o600); err != nil {
		return Sample{}, fmt.Errorf("bench: %w", err)
	}
	before, err := p.Usage()
	if err != nil {
		return Sample{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Duration+30*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, "wrk", "-t1", "-c"+strconv.Itoa(s.Connections), "-d"+strconv.Itoa(int(s.Duration.Seconds()))+"s", //nolint:gosec // numbers
		"-s", lua, "http://"+p.Address+j.Request.Path)
	output, err := command.Output()
	if err != nil {
		return Sample{}, fmt.Errorf("bench: wrk: %w", err)
	}
	after, err := p.Usage()
	if err != nil {
		return Sample{}, err
	}
	return parseWrk(string(output), after.CPU-before.CPU, j.Want.Status >= 400)
}

// parseWrk reads what the script printed. wrk counts refusals, which may be
// what is wanted, as errors.
func parseWrk(output string, cpu time.Duration, refusals bool) (Sample, error) {
	var found struct{ Requests, Duration, P50, P99, Status, Lost float64 }
	start := strings.LastIndexByte(output, '{')
	if start < 0 || json.Unmarshal([]byte(output[start:]), &found) != nil || found.Duration <= 0 {
		return Sample{}, fmt.Errorf("bench: wrk printed %q", output)
	}
	if found.Requests == 0 {
		return Sample{}, fmt.Errorf("bench: no answer to wrk: %q", output)
	}
	if wrong := found.Status; wrong > 0 && !refusals {
		return Sample{}, fmt.Errorf("bench: %v of %v answers were refusals", wrong, found.Requests)
	}
	return Sample{
		Throughput: found.Requests / found.Duration * 1e6, Latency50: found.P50, Latency99: found.P99,
		CPU: float64(cpu.Microseconds()) / found.Requests, Lost: found.Lost,
	}, nil
}
