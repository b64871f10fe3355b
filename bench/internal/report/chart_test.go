package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/growth"
	"github.com/gin-apiroutes/apiroutes/bench/internal/load"
	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

func TestChart(t *testing.T) {
	chart, err := report.Chart(report.InProcessPanels(run()))
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, chart)
	for _, want := range []string{"S1: time, relative to gin", "apiroutes, two layers  1.15", "apiroutes  1.10"} {
		if !strings.Contains(chart, want) {
			t.Errorf("the chart lacks %q", want)
		}
	}
}

// wellFormed fails the test if text is not XML.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not XML: %v", err)
		}
	}
}

func TestChartWithoutBars(t *testing.T) {
	empty := []report.Panel{{Title: "nobody"}, {Title: "none", Bars: []report.Bar{{Name: "gin", Value: stat.Of(nil)}}}}
	if chart, err := report.Chart(empty); chart != "" || err != nil {
		t.Errorf("%d bytes, %v; want nothing", len(chart), err)
	}
	infinite := []report.Panel{{Title: "broken", Bars: []report.Bar{{Name: "gin", Value: stat.Of([]float64{math.Inf(1)})}}}}
	if chart, err := report.Chart(infinite); chart != "" || err != nil {
		t.Errorf("%d bytes, %v; want nothing", len(chart), err)
	}
}

func TestLoopback(t *testing.T) {
	r := run()
	samples := func(throughputs ...float64) []load.Sample {
		var out []load.Sample
		for _, n := range throughputs {
			out = append(out, load.Sample{Throughput: n, CPU: 1e6 / n, Latency50: 1500, Latency99: 9000, Lost: 3})
		}
		return out
	}
	burst := load.Burst{Requests: 200, Answered: 199, Idle: 20 << 20, Peak: 25 << 20}
	r.AddLoopback(&r.Jobs[0].Job, 2, []report.Loopback{
		{Rival: "gin", Samples: samples(1000, 2000), Peak: 30 << 20},
		{Rival: "apiroutes", Samples: samples(900, 2000), Peak: 31 << 20, Bursts: []load.Burst{burst}},
		{Rival: "failed"},
	})
	page := report.Markdown(r)
	for _, want := range []string{
		"## Over loopback",
		"| S1 | gin | 1,500 | 1.00 / 1.00 / 1.00 | 750 | 1.00 / 1.00 / 1.00 | 1.5 | 9 | 30.0 | 3 |",
		"| S1 | apiroutes | 1,450 | 0.90 / 0.95 / 1.00 |",
		"| S1 | apiroutes | 199 of 200 | 20.0 | 25.0 |",
		"| S1 | apiroutes | gin | answers per second over loopback, ratio | ≥ 0.97 | 0.90 / 0.95 / 1.00 | 1.00 / 1.06 / 1.11 | **no** |",
		"## In process", // added to, not replaced
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "failed") {
		t.Error("the page has a contender without a measurement")
	}
	chart, err := report.Chart(report.LoopbackPanels(r))
	if err != nil || !strings.Contains(chart, "more is better") {
		t.Errorf("%d bytes, %v", len(chart), err)
	}
}

func TestGrowth(t *testing.T) {
	r := run()
	r.Patterns = []growth.Patterns{
		{Number: 10, Mount: 20 * time.Microsecond, Match: 300 * time.Nanosecond},
		{Number: 1000, Mount: 2 * time.Millisecond, Match: 330 * time.Nanosecond},
	}
	r.Pages = []growth.Pages{{Number: 1000, Bytes: 900, Render: 5 * time.Microsecond, Hit: 400}, {Number: 10000, Bytes: 880, Render: 6 * time.Microsecond, Hit: 410}}
	page := report.Markdown(r)
	for _, want := range []string{"## As the work grows", "| 1,000 | 2,000 | 2 | 330 |", "| 10,000 | 880 | 6,000 | 410 |", "bodies of 100 bytes"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	chart, err := report.GrowthChart(r)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, chart)
	if !strings.Contains(chart, "Memory of a page") {
		t.Error("the chart lacks the pages")
	}
	if chart, err := report.GrowthChart(run()); chart != "" || err != nil {
		t.Errorf("%d bytes, %v; want nothing", len(chart), err)
	}
}
