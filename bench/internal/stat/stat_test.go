package stat_test

import (
	"slices"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bench/internal/stat"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		in   []float64
		want string
	}{
		{nil, "–"},
		{[]float64{3}, "3.00 / 3.00 / 3.00"},
		{[]float64{3, 1}, "1.00 / 2.00 / 3.00"},
		{[]float64{9, 1, 2}, "1.00 / 2.00 / 9.00"},
		{[]float64{4, 1, 3, 2}, "1.00 / 2.50 / 4.00"},
	} {
		if got := stat.Of(tt.in).String(); got != tt.want {
			t.Errorf("Of(%v) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestOfLeavesItsInputInOrder(t *testing.T) {
	in := []float64{2, 3, 1}
	if stat.Of(in); in[0] != 2 || in[1] != 3 || in[2] != 1 {
		t.Errorf("the rounds were sorted: %v", in)
	}
}

func TestPairs(t *testing.T) {
	a, b := []float64{10, 30, 50}, []float64{5, 10}
	if got := stat.Of(stat.Pairs(a, b, stat.Ratio)).String(); got != "2.00 / 2.50 / 3.00" {
		t.Errorf("ratios %s", got)
	}
	if got := stat.Of(stat.Pairs(a, b, stat.Difference)).String(); got != "5.00 / 12.50 / 20.00" {
		t.Errorf("differences %s", got)
	}
	if !stat.Of(stat.Pairs(a, nil, stat.Ratio)).None() {
		t.Error("without a yardstick there is no ratio")
	}
}

// TestRuns: of several runs only the medians count, and one run has all its
// values.
func TestRuns(t *testing.T) {
	values := []float64{1, 2, 9, 3, 4, 30, 5}
	for _, tt := range []struct {
		size    int
		medians []float64
		spread  stat.Spread
	}{
		{0, []float64{4}, stat.Spread{Min: 1, Median: 4, Max: 30}},
		{7, []float64{4}, stat.Spread{Min: 1, Median: 4, Max: 30}},
		{3, []float64{2, 4, 5}, stat.Spread{Min: 2, Median: 4, Max: 5}},
	} {
		if got := stat.Medians(values, tt.size); !slices.Equal(got, tt.medians) {
			t.Errorf("%d: medians %v, want %v", tt.size, got, tt.medians)
		}
		if got := stat.OfRuns(values, tt.size); got != tt.spread {
			t.Errorf("%d: %v, want %v", tt.size, got, tt.spread)
		}
	}
	if got := stat.Medians(nil, 3); len(got) > 0 || !stat.OfRuns(nil, 3).None() {
		t.Errorf("medians of nothing are %v", got)
	}
}
