// Package report writes what was measured: a page of Markdown, charts in SVG,
// and a file that benchstat reads.
package report
