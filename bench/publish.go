package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/gin-apiroutes/apiroutes/bench/internal/report"
)

// publish prints the page and writes it with its charts. A quick run has files
// of its own, so that it does not replace a long one's.
func publish(o *options, result *report.Run, out io.Writer) error {
	if o.out == "-" {
		_, err := io.WriteString(out, report.Markdown(result))
		return err
	}
	prefix := "full"
	if o.quick {
		prefix = "quick"
	}
	files := map[string]string{prefix + ".txt": report.Benchstat(result)}
	var charts []string
	for name, panels := range map[string][]report.Panel{"in-process": report.InProcessPanels(result), "loopback": report.LoopbackPanels(result)} {
		chart, err := report.Chart(panels)
		if err != nil {
			return err
		}
		if chart != "" {
			name = prefix + "-" + name + ".svg"
			files[name] = chart
			charts = append(charts, name)
		}
	}
	slices.Sort(charts)
	chart, err := report.GrowthChart(result)
	if err != nil {
		return err
	}
	if chart != "" {
		files[prefix+"-growth.svg"] = chart
		charts = append(charts, prefix+"-growth.svg")
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
