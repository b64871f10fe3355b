package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	bench "github.com/gin-apiroutes/apiroutes/bench"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
	"github.com/gin-apiroutes/apiroutes/bench/internal/serve"
)

// The harness starts itself as a server, and so does its test.
func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	if len(os.Args) == 4 && os.Args[1] == "serve" {
		if serve.Run(context.Background(), os.Args[2], os.Args[3], os.Stdin, os.Stdout) != nil {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) == 4 && os.Args[1] == "hold" {
		hold(os.Args[2], os.Args[3])
	}
	os.Exit(m.Run())
}

// start runs a contender until the end of the test.
func start(t *testing.T, name string, kind job.Kind) *load.Process {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := load.Start(t.Context(), executable, name, kind)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	return p
}

// hold is a harness that starts a contender, prints where it is, and ends as it
// is told to, or does not.
func hold(name, end string) {
	executable, err := os.Executable()
	if err != nil {
		panic(err)
	}
	p, err := load.Start(context.Background(), executable, name, job.Page)
	if err != nil {
		panic(err)
	}
	fmt.Println(p.Address)
	_, _ = io.Copy(io.Discard, os.Stdin)
	if end == "panic" {
		go panic("bench: as the test wants it")
	}
	select {}
}

// TestServersEndWithTheHarness: however the harness goes, its servers do too.
func TestServersEndWithTheHarness(t *testing.T) {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rival.All() {
		separate := r.Name == rival.Ours || r.Needs != "" || r.External != nil && r.External.Install == nil
		if !separate || !r.Installed() {
			continue
		}
		for _, end := range []string{"interrupt", "kill", "panic"} {
			t.Run(r.Name+"/"+end, func(t *testing.T) {
				harness := exec.CommandContext(t.Context(), executable, "hold", r.Name, end)
				input, errIn := harness.StdinPipe()
				output, errOut := harness.StdoutPipe()
				if err := errors.Join(errIn, errOut, harness.Start()); err != nil {
					t.Fatal(err)
				}
				var address string
				if _, err := fmt.Fscanln(output, &address); err != nil {
					t.Fatal(err)
				}
				signals := map[string]os.Signal{"interrupt": os.Interrupt, "kill": os.Kill}
				if signal := signals[end]; signal != nil {
					_ = harness.Process.Signal(signal)
				}
				_ = input.Close()
				if err := harness.Wait(); err == nil {
					t.Error("the harness ended well")
				}
				free(t, address)
			})
		}
	}
}

// free waits until nobody listens at address.
func free(t *testing.T, address string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err != nil {
			return
		}
		_ = connection.Close()
	}
	t.Errorf("somebody still listens at %s", address)
}

// TestSameAnswersOverLoopback is for ours, and for those that are no
// http.Handler: the others were asked in process.
func TestSameAnswersOverLoopback(t *testing.T) {
	kinds := map[job.Kind][]job.Job{}
	for _, j := range job.All() {
		kinds[j.Kind] = append(kinds[j.Kind], j)
	}
	for _, r := range rival.All() {
		for kind, jobs := range kinds {
			if !r.Can(kind) || !r.Installed() || r.Handlers[kind] != nil && r.Name != rival.Ours {
				continue
			}
			t.Run(r.Name+"/"+string(kind), func(t *testing.T) {
				p := start(t, r.Name, kind)
				for _, j := range jobs {
					if j.InProcessOnly {
						continue
					}
					if j.Scenario == "S4" && r.Name != rival.Ours {
						continue // whether their answers can be read is one of the questions
					}
					if err := load.Check(t.Context(), &j, p.Address); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

func TestUsage(t *testing.T) {
	p := start(t, rival.Ours, job.Dynamic)
	for _, j := range job.All() {
		if j.Scenario != "S4" {
			continue
		}
		found, err := load.SendBurst(t.Context(), p, &j, 5)
		if err != nil || found.Requests != 5 || found.Answered != 5 {
			t.Errorf("%v: %+v, %v; want five answers", &j, found, err)
		}
		if found.Idle < 1<<20 || found.Peak < found.Idle || found.Peak > 1<<30 {
			t.Errorf("%v: memory %+v", &j, found)
		}
	}
}

func TestBusy(t *testing.T) {
	for _, tt := range []struct {
		before, after string
		want          bool
	}{
		{"0.10 1.00 9.00 1/100 1", "2.90 1 1 1/100 1", false},
		{"2.10 1.00 1.00 1/100 1", "2.90 1 1 1/100 1", true},
		{"0.10 1.00 1.00 1/100 1", "4.90 1 1 1/100 1", true},
		{"", "", false},
	} {
		if got := bench.Busy(tt.before, tt.after); got != tt.want {
			t.Errorf("%q, %q: %v", tt.before, tt.after, got)
		}
	}
}

func TestStartUnknown(t *testing.T) {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if p, err := load.Start(t.Context(), executable, "nobody", job.Hello); err == nil {
		t.Errorf("started %v", p)
	}
}

func TestParse(t *testing.T) {
	jobs, rivals := len(job.All()), len(rival.All())
	for _, tt := range []struct {
		args         []string
		jobs, rivals int
		faults       []string
	}{
		{[]string{}, jobs, rivals, nil},
		{[]string{"-quick", "-scenario", "S2,S7"}, 4, rivals, nil},
		{[]string{"-scenario", "S2, S7"}, 4, rivals, nil},
		{[]string{"-scenario", "S99", "-rivals", "rails", "-rounds", "-1", "-runs", "0", "-timeout", "-1s"}, 0, 0, []string{`no "S99"`, `no "rails"`, "-rounds is -1", "-runs is 0", "-timeout is -1s"}},
		{[]string{"all"}, 0, 0, []string{`unknown argument "all"`}},
		{[]string{"-only", "both"}, 0, 0, []string{`-only is "both"`}},
	} {
		gotJobs, gotRivals, err := bench.Parse(append([]string{"-only", "inprocess"}, tt.args...)...)
		if tt.faults == nil && (err != nil || gotJobs != tt.jobs || len(gotRivals) != tt.rivals) {
			t.Errorf("%v: %d jobs, contenders %q, %v; want %d and %d", tt.args, gotJobs, gotRivals, err, tt.jobs, tt.rivals)
		}
		for _, fault := range tt.faults {
			if err == nil || !strings.Contains(err.Error(), fault) {
				t.Errorf("%v: %v, want %q", tt.args, err, fault)
			}
		}
	}
}

// TestParseRivals: the yardsticks always take part, and a name may have a comma.
func TestParseRivals(t *testing.T) {
	for _, tt := range []struct {
		list, fault string
		want        []string
	}{
		{"echo", "", []string{"echo"}},
		{" echo , chi,", "", []string{"echo", "chi"}},
		{"nginx, file", "", []string{"nginx, file"}},
		{"apiroutes, two layers,nginx, proxy_cache,apiroutes", "", []string{"apiroutes", "apiroutes, two layers", "nginx, proxy_cache"}},
		{"nginx,proxy_cache,chi", "", []string{"chi", "nginx, proxy_cache"}},
		{"nginx", `no "nginx"`, nil},
		{"nginx, file, rails", `no "rails"`, nil},
	} {
		_, got, err := bench.Parse("-only", "inprocess", "-rivals", tt.list)
		if tt.fault != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fault) {
				t.Errorf("%q: %v, want %q", tt.list, err, tt.fault)
			}
			continue
		}
		got = slices.DeleteFunc(got, func(name string) bool { return slices.Contains(job.Yardsticks(), name) })
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, %v; want %q", tt.list, got, err, tt.want)
		}
	}
}

// TestRun measures one job for a moment, and finds the results in the folder.
func TestRun(t *testing.T) {
	folder := t.TempDir()
	args := []string{"-quick", "-rounds", "1", "-scenario", "S1", "-rivals", "apiroutes", "-out", folder}
	if !load.Installed() {
		args = append(args, "-only", "inprocess")
	}
	var out, progress bytes.Buffer
	if err := bench.Run(t.Context(), args, &out, log.New(&progress, "", 0)); err != nil {
		t.Fatalf("%v\n%s", err, &progress)
	}
	page, err := os.ReadFile(filepath.Join(folder, "part.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Budgets", "| S1 | apiroutes | gin |", "go run ./bench -quick", "processor"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if !strings.Contains(progress.String(), "S1 in process: 2 contenders, 1 rounds") {
		t.Errorf("no line of progress: %s", &progress)
	}
}
