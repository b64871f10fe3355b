package report_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// rounds are the same number in every respect, but for the time.
func rounds(allocs float64, times ...float64) *inproc.Rounds {
	r := &inproc.Rounds{Time: times, CPU: times}
	for range times {
		r.Bytes = append(r.Bytes, 464)
		r.Allocs = append(r.Allocs, allocs)
	}
	return r
}

func run() *report.Run {
	return &report.Run{
		Date: time.Date(2026, time.May, 4, 12, 30, 0, 0, time.UTC), Command: "go run ./bench -quick", Rounds: 3, Window: 25 * time.Millisecond,
		Machine:  []report.Fact{{Name: "processor", Value: "one | two"}},
		Versions: []report.Fact{{Name: "gin", Value: "gin-gonic/gin v1.12.0"}},
		Jobs: []report.Result{{
			Job: job.Job{Scenario: "S1", Title: "GET, small JSON", Yardstick: job.Gin},
			InProcess: []report.InProcess{
				{Rival: job.Gin, Rounds: rounds(7, 1000, 2000, 1000)},
				{Rival: rival.Ours, Rounds: rounds(7.01, 1100, 2100, 1150)},
				{Rival: rival.OursLayers, Rounds: rounds(10, 1500, 2201, 1150)},
			},
		}},
	}
}

func TestMarkdown(t *testing.T) {
	page := report.Markdown(run(), "quick.svg")
	for _, want := range []string{
		"# Measured 2026-05-04 12:30 UTC",
		"```sh\ngo run ./bench -quick\n```",
		"![quick](quick.svg)",
		"| job | contender | ns | bytes | allocations |",
		"| --- | --- | ---: | ---: | ---: |",
		"| S1 | gin | 1,000 | 464 | 7 | 1.00 / 1.00 / 1.00 |",
		"| S1 | apiroutes | 1,150 | 464 | 7 | 1.05 / 1.10 / 1.15 |",
		"- S1: GET, small JSON",
		`| processor | one \| two |`,
		"| gin | gin-gonic/gin v1.12.0 |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// TestBudgets: ratios are of rounds, not of medians; allocations have a
// tolerance, times have none.
func TestBudgets(t *testing.T) {
	page := report.Markdown(run())
	for _, want := range []string{
		"2 of 2 are met by the median of this run",
		"| S1 | apiroutes | gin | ns more in process | ≤ 200 | 100.00 / 100.00 / 150.00 | 100.00 / 100.00 / 150.00 | yes |",
		"| S1 | apiroutes | gin | allocations more | ≤ 2 | 0.01 / 0.01 / 0.01 | – | yes |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	slow := run()
	slow.Jobs[0].InProcess[1].Rounds = rounds(10, 1500, 2201, 1150)
	page = report.Markdown(slow)
	for _, want := range []string{
		"0 of 2 are met",
		"| S1 | apiroutes | gin | ns more in process | ≤ 200 | 150.00 / 201.00 / 500.00 | 150.00 / 201.00 / 500.00 | **no** |",
		"| S1 | apiroutes | gin | allocations more | ≤ 2 | 3.00 / 3.00 / 3.00 | – | **no** |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// TestRuns: a budget has to be met in each run, by the median of its rounds.
func TestRuns(t *testing.T) {
	r := run()
	r.Runs = 2
	j := r.Jobs[0].Job
	r.Jobs = nil
	for _, ours := range []*inproc.Rounds{rounds(7, 1100, 1900, 1110), rounds(7, 1290, 1201, 1100)} {
		r.AddInProcess(&j, 3, []report.InProcess{{Rival: job.Gin, Rounds: rounds(7, 1000, 1000, 1000)}, {Rival: rival.Ours, Rounds: ours}})
	}
	page := report.Markdown(r)
	for _, want := range []string{
		"Everything was measured 2 times",
		"1 of 2 are met by the median of each run",
		"| S1 | apiroutes | gin | ns more in process | ≤ 200 | 110.00 / 155.50 / 201.00 | 110.00 / 155.50 / 201.00 | **no**: in 1 of 2 runs |",
		"| S1 | apiroutes | gin | allocations more | ≤ 2 | 0.00 / 0.00 / 0.00 | – | yes |",
		"| S1 | apiroutes | 1,156 | 464 | 7 | 1.11 / 1.16 / 1.20 |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if got := strings.Count(report.Benchstat(r), "Benchmark"); got != 12 {
		t.Errorf("%d lines for 2 contenders in 2 runs of 3 rounds", got)
	}
}

// TestBurstBudgets: the bound for memory is twice that of the idle server and
// the limit of one body.
func TestBurstBudgets(t *testing.T) {
	r := &report.Run{}
	samples := []load.Sample{{Throughput: 1600, CPU: 10}}
	r.AddLoopback(&job.Job{Scenario: "S4", Name: "length", Yardstick: job.Gin}, 1, []report.Loopback{
		{Rival: job.Gin, Samples: []load.Sample{{Throughput: 100, CPU: 100}}},
		{Rival: rival.Ours, Samples: samples, Bursts: []load.Burst{{Requests: 200, Answered: 200, Idle: 10 << 20, Peak: 21 << 20}}},
	})
	r.AddLoopback(&job.Job{Scenario: "S4", Name: "chunked", Yardstick: job.Gin}, 1, []report.Loopback{
		{Rival: rival.Ours, Samples: samples, Bursts: []load.Burst{{Requests: 200, Answered: 199, Idle: 10 << 20, Peak: 42 << 20}}},
	})
	page := report.Markdown(r)
	for _, want := range []string{
		"3 of 5 are met",
		"≥ 15 | 16.00 / 16.00 / 16.00 | 0.10 / 0.10 / 0.10 | yes |",
		"≤ 1 | 1.00 / 1.00 / 1.00 | – | yes |", "≥ 200 | 200.00 / 200.00 / 200.00 | – | yes |",
		"≤ 1 | 2.00 / 2.00 / 2.00 | – | **no** |", "≥ 200 | 199.00 / 199.00 / 199.00 | – | **no** |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// TestBudgetsNameJobs: a budget for a job that does not exist would be met by
// never being measured.
func TestBudgetsNameJobs(t *testing.T) {
	jobs := map[string]bool{}
	for _, j := range job.All() {
		jobs[j.String()] = true
	}
	rivals := map[string]bool{"": true}
	for _, r := range rival.All() {
		rivals[r.Name] = true
	}
	for _, b := range report.Budgets() {
		if !jobs[b.Job] || !rivals[b.Rival] || !rivals[b.Against] {
			t.Errorf("%+v names what does not exist", b)
		}
	}
}

func TestBusy(t *testing.T) {
	r := run()
	if strings.Contains(report.Markdown(r), "Others used") {
		t.Error("nobody did")
	}
	r.Busy = true
	if !strings.Contains(report.Markdown(r), "Others used the machine") {
		t.Error("the page does not say it")
	}
}

func TestNothingMeasured(t *testing.T) {
	page := report.Markdown(&report.Run{Command: "go run ./bench"})
	if strings.Contains(page, "Budgets") || strings.Contains(page, "In process") {
		t.Errorf("there is nothing to show:\n%s", page)
	}
}

// TestDelta: one number twice as large in every round is no chance; three
// rounds are too few to say so.
func TestDelta(t *testing.T) {
	r := &report.Run{}
	values := func(factor float64) *inproc.Rounds {
		var times []float64
		for i := range 8 {
			times = append(times, factor*(100+float64(i)))
		}
		return rounds(0, times...)
	}
	r.AddInProcess(&job.Job{Scenario: "S1", Yardstick: job.Gin}, 8, []report.InProcess{
		{Rival: job.Gin, Rounds: values(1)}, {Rival: "echo", Rounds: values(2)}, {Rival: "chi", Rounds: values(1)},
	})
	page := report.Markdown(r)
	for _, want := range []string{"2.00 / 2.00 / 2.00 | +100.00% (p=0.000 n=8) | gin |", "1.00 / 1.00 / 1.00 | ~ (p=1.000 n=8) | gin |", "| – | gin |"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if values := r.Jobs[0].InProcess[0].Rounds.Time; values[0] != 100 {
		t.Errorf("the rounds are in another order now: %v", values)
	}
	if page := report.Markdown(run()); !strings.Contains(page, "| ~ (p=0.") {
		t.Errorf("three rounds say nothing for certain:\n%s", page)
	}
}

// TestBenchstat also lets benchstat's own parser read the text.
func TestBenchstat(t *testing.T) {
	text := report.Benchstat(run())
	results := 0
	for reader := benchfmt.NewReader(strings.NewReader(text), "full.txt"); reader.Scan(); {
		switch record := reader.Result().(type) {
		case *benchfmt.Result:
			results++
		case *benchfmt.SyntaxError:
			t.Error(record)
		}
	}
	if results != 9 {
		t.Errorf("benchstat reads %d results", results)
	}
	for _, want := range []string{
		"BenchmarkS1/by=gin 1 2000.0 ns/op 464 B/op 7 allocs/op\n",
		"BenchmarkS1/by=apiroutes-two-layers 1 1500.0 ns/op 464 B/op 10 allocs/op\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if got := strings.Count(text, "Benchmark"); got != 9 {
		t.Errorf("%d lines for 3 contenders in 3 rounds", got)
	}
}
