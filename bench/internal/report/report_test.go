package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
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
		"2 of 4 are met",
		"| S1 | apiroutes | gin | ns more in process | ≤ 200 | 100.00 / 100.00 / 150.00 | 100.00 / 100.00 / 150.00 | yes |",
		"| S1 | apiroutes | gin | allocations more | ≤ 2 | 0.01 / 0.01 / 0.01 | – | yes |",
		"| S1 | apiroutes, two layers | gin | ns more in process | ≤ 200 | 150.00 / 201.00 / 500.00 | 150.00 / 201.00 / 500.00 | **no** |",
		"| S1 | apiroutes, two layers | gin | allocations more | ≤ 2 | 3.00 / 3.00 / 3.00 | – | **no** |",
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

func TestBenchstat(t *testing.T) {
	text := report.Benchstat(run())
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
