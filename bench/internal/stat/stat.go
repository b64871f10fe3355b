package stat

import (
	"fmt"
	"math"
	"slices"
)

// Spread is the least, the middle and the greatest of several numbers. That of
// no numbers is all NaN.
type Spread struct{ Min, Median, Max float64 }

// Of returns the spread of values, which it does not change. The median of an
// even number of values is the mean of the two in the middle.
func Of(values []float64) Spread {
	if len(values) == 0 {
		return Spread{math.NaN(), math.NaN(), math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	median := sorted[half]
	if len(sorted)%2 == 0 {
		median = (sorted[half-1] + sorted[half]) / 2
	}
	return Spread{sorted[0], median, sorted[len(sorted)-1]}
}

// Medians cuts values into runs of size numbers each, of which the last may
// have less, and returns the median of each. A size of 0 is one run.
func Medians(values []float64, size int) []float64 {
	if len(values) == 0 {
		return nil
	}
	if size <= 0 {
		size = len(values)
	}
	medians := make([]float64, 0, len(values)/size+1)
	for run := range slices.Chunk(values, size) {
		medians = append(medians, Of(run).Median)
	}
	return medians
}

// OfRuns returns the spread of the medians of several runs; of one run, that of
// the values.
func OfRuns(values []float64, size int) Spread {
	if medians := Medians(values, size); len(medians) > 1 {
		return Of(medians)
	}
	return Of(values)
}

// Pairs returns combine(a[i], b[i]) for every round that both took part in:
// numbers of one round stand for the same moment of the machine, so their
// ratio is steadier than that of two medians.
func Pairs(a, b []float64, combine func(a, b float64) float64) []float64 {
	n := min(len(a), len(b))
	out := make([]float64, 0, n)
	for i := range n {
		out = append(out, combine(a[i], b[i]))
	}
	return out
}

// Ratio is a divided by b, for [Pairs].
func Ratio(a, b float64) float64 { return a / b }

// Difference is a without b, for [Pairs].
func Difference(a, b float64) float64 { return a - b }

// None says that there were no numbers.
func (s Spread) None() bool { return math.IsNaN(s.Median) }

// String is "min / median / max" with two decimals, or a dash.
func (s Spread) String() string {
	if s.None() {
		return "–"
	}
	return fmt.Sprintf("%.2f / %.2f / %.2f", s.Min, s.Median, s.Max)
}
