package main_test

import (
	"bytes"
	"context"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

// TestSameAnswersOverLoopback is for ours, and for those that are no
// http.Handler: the others were asked in process.
func TestSameAnswersOverLoopback(t *testing.T) {
	kinds := map[job.Kind][]job.Job{}
	for _, j := range job.All() {
		kinds[j.Kind] = append(kinds[j.Kind], j)
	}
	for _, r := range rival.All() {
		for kind, jobs := range kinds {
			if !r.Can(kind) || r.External != nil && r.Version() == "" || r.Handlers[kind] != nil && r.Name != rival.Ours {
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
		args         string
		jobs, rivals int
		faults       []string
	}{
		{"-only inprocess", jobs, rivals, nil},
		{"-quick -only inprocess -scenario S2,S7", 4, rivals, nil},
		{"-only inprocess -rivals echo", jobs, 4, nil},
		{"-only inprocess -scenario S99 -rivals rails -rounds -1", 0, 0, []string{`no "S99"`, `no "rails"`, "-rounds is -1"}},
		{"-only inprocess all", 0, 0, []string{`unknown argument "all"`}},
		{"-only both", 0, 0, []string{`-only is "both"`}},
	} {
		gotJobs, gotRivals, err := bench.Parse(strings.Fields(tt.args)...)
		if tt.faults == nil && (err != nil || gotJobs != tt.jobs || gotRivals != tt.rivals) {
			t.Errorf("%s: %d jobs, %d contenders, %v; want %d and %d", tt.args, gotJobs, gotRivals, err, tt.jobs, tt.rivals)
		}
		for _, fault := range tt.faults {
			if err == nil || !strings.Contains(err.Error(), fault) {
				t.Errorf("%s: %v, want %q", tt.args, err, fault)
			}
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
	page, err := os.ReadFile(filepath.Join(folder, "quick.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Budgets", "| S1 | apiroutes | gin |", "go run ./bench -quick", "processor"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if !strings.Contains(progress.String(), "S1 in process") {
		t.Errorf("no line of progress: %s", &progress)
	}
}
