// Package floor takes the jobs apart whose budgets are the tightest: its benchmarks measure what each part costs that
// cannot be left out, beside the whole. bench/FLOORS.md says what they show.
package floor
