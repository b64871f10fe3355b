package stat_test

import (
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
