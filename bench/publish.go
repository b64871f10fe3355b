package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
)

// prefix begins the names of the files: what is quicker, or less, or built with
// other tags, does not replace the results of everything.
func (o *options) prefix() string {
	prefix := "full"
	switch {
	case o.part:
		prefix = "part"
	case o.quick:
		prefix = "quick"
	}
	if tags := tags(); tags != "" {
		prefix += "-" + strings.ReplaceAll(tags, ",", "-")
	}
	return prefix
}

// publish prints the page and writes it with its charts.
func publish(o *options, result *report.Run, out io.Writer) error {
	if o.out == "-" {
		_, err := io.WriteString(out, report.Markdown(result))
		return err
	}
	prefix := o.prefix()
	files := map[string]string{prefix + ".txt": report.Benchstat(result)}
	charts, err := draw(result, prefix, files)
	if err != nil {
		return err
	}
	page := report.Markdown(result, charts...)
	files[prefix+".md"] = page
	if err := os.MkdirAll(o.out, 0o750); err != nil { //nolint:gosec // whoever runs this names the folder
		return fmt.Errorf("bench: -out: %w", err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(o.out, name), []byte(content), 0o600); err != nil { //nolint:gosec // whoever runs this names the folder
			return fmt.Errorf("bench: -out: %w", err)
		}
	}
	_, err = fmt.Fprintf(out, "%s\nwritten to %s\n", page, filepath.Join(o.out, prefix+".md"))
	return err
}

// draw adds the charts to the files, and returns their names.
func draw(result *report.Run, prefix string, files map[string]string) ([]string, error) {
	var charts []string
	add := func(name, chart string) {
		if chart != "" {
			charts = append(charts, prefix+"-"+name+".svg")
			files[prefix+"-"+name+".svg"] = chart
		}
	}
	for _, one := range []struct {
		name   string
		panels []report.Panel
	}{
		{"summary", report.SummaryPanels(result)}, {"in-process", report.InProcessPanels(result)}, {"loopback", report.LoopbackPanels(result)},
	} {
		chart, err := report.Chart(one.panels)
		if err != nil {
			return nil, err
		}
		add(one.name, chart)
	}
	chart, err := report.GrowthChart(result)
	add("growth", chart)
	return charts, err
}
