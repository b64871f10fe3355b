package load_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
)

// TestRaw reads back what is sent.
func TestRaw(t *testing.T) {
	for _, j := range job.All() {
		reader := bufio.NewReader(bytes.NewReader(load.Raw(&j.Request, "127.0.0.1:80")))
		got, err := http.ReadRequest(reader)
		if err != nil {
			t.Errorf("%v: %v", &j, err)
			continue
		}
		body, err := io.ReadAll(got.Body)
		if err != nil || !bytes.Equal(body, j.Request.Body) {
			t.Errorf("%v: body of %d bytes, want %d; %v", &j, len(body), len(j.Request.Body), err)
		}
		if chunked := len(got.TransferEncoding) > 0; chunked != j.Request.Chunked {
			t.Errorf("%v: chunked is %v", &j, chunked)
		}
		if got.Method != j.Request.Method || got.URL.Path != j.Request.Path || got.Host != "127.0.0.1:80" {
			t.Errorf("%v: %s %s of %s", &j, got.Method, got.URL, got.Host)
		}
		for name := range j.Request.Header {
			if got.Header.Get(name) != j.Request.Header.Get(name) {
				t.Errorf("%v: %s: %q", &j, name, got.Header.Get(name))
			}
		}
		if rest, _ := io.ReadAll(reader); len(rest) > 0 {
			t.Errorf("%v: %d bytes too many", &j, len(rest))
		}
	}
}

func TestParseStat(t *testing.T) {
	line := "42 (a (b) c) S 7 42 42 0 -1 4194560 100 0 0 0 150 50 9 9 20 0 4 0 100 1000 100"
	parent, cpu, err := load.ParseStat([]byte(line))
	if parent != 7 || cpu != 2*time.Second || err != nil {
		t.Errorf("parent %d, %v, %v; want 7 and 2s", parent, cpu, err)
	}
	for _, bad := range []string{"", "42", "42 (a) S 7", strings.Replace(line, "150", "x", 1)} {
		if _, _, err := load.ParseStat([]byte(bad)); err == nil {
			t.Errorf("%q is no line of stat", bad)
		}
	}
}

func TestKilobytes(t *testing.T) {
	const status = "Name:\tbench\nVmHWM:\t    5124 kB\nVmRSS:\t 100 kB\n"
	if got := load.Kilobytes([]byte(status), "VmHWM:"); got != 5124<<10 {
		t.Errorf("%d", got)
	}
	if got := load.Kilobytes([]byte(status), "VmSwap:"); got != 0 {
		t.Errorf("%d for nothing", got)
	}
}

func TestParseWrk(t *testing.T) {
	const text = "Running 1s test\n  400 requests in 2.00s\n"
	const found = `{"requests":400,"duration":2000000,"p50":800,"p99":9000,"status":0,"lost":3}`
	got, err := load.ParseWrk(text+found+"\n", 100*time.Millisecond, false)
	want := load.Sample{Throughput: 200, Latency50: 800, Latency99: 9000, CPU: 250, Lost: 3}
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	refused := strings.Replace(found, `"status":0`, `"status":400`, 1)
	if _, err := load.ParseWrk(refused, 0, true); err != nil {
		t.Errorf("refusals that are wanted: %v", err)
	}
	for name, bad := range map[string]string{
		"refusals": refused, "nothing": text, "no answer": strings.Replace(found, "400", "0", 1), "no time": strings.Replace(found, "2000000", "0", 1),
	} {
		if _, err := load.ParseWrk(bad, 0, false); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
