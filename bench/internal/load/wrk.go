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

// script sends requests in turn, and prints what wrk found as JSON. They are
// whole, since wrk itself knows no chunked bodies; each stands behind its length.
const script = `
local requests, sent = {}, 0
local file = assert(io.open(%q, "rb"))
for length in function() return file:read("*n") end do
	file:read(1)
	requests[#requests + 1] = file:read(length)
end
file:close()
if #requests == 1 then
	wrk.format = function() return requests[1] end -- wrk asks once
else
	function request()
		sent = sent + 1
		return requests[sent %% #requests + 1]
	end
end
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
	if err := os.WriteFile(request, raws(j, p.Address), 0o600); err != nil {
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

// raws are all requests of a job, for the script.
func raws(j *job.Job, address string) []byte {
	var b []byte
	add := func(r *job.Request) {
		raw := Raw(r, address)
		b = append(fmt.Appendf(b, "%d\n", len(raw)), raw...)
	}
	add(&j.Request)
	for i := range j.More {
		add(&j.More[i])
	}
	return b
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
