package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

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
	files[prefix+".md"] = report.Markdown(result)
	if err := os.MkdirAll(o.out, 0o750); err != nil { //nolint:gosec // whoever runs this names the folder
		return fmt.Errorf("bench: -out: %w", err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(o.out, name), []byte(content), 0o600); err != nil { //nolint:gosec // whoever runs this names the folder
			return fmt.Errorf("bench: -out: %w", err)
		}
	}
	_, err := fmt.Fprintf(out, "%s\nwritten to %s\n", report.Markdown(result), filepath.Join(o.out, prefix+".md"))
	return err
}
