// Package ledger is the memory of a run: what was done to the processes and
// when, what was asked and answered, which data were acknowledged, and what got
// lost.
package ledger
