package main_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	main "github.com/gin-apiroutes/apiroutes/example"
)

// Whoever starts the tour finds every other program from there.
func TestProgramsAreListed(t *testing.T) {
	t.Parallel()
	var printed bytes.Buffer
	if err := main.PrintTour(&printed, "http://127.0.0.1:8080"); err != nil {
		t.Fatal(err)
	}
	var listed []string
	for line := range strings.Lines(printed.String()) {
		if rest, ok := strings.CutPrefix(line, "  go run ./example/"); ok {
			listed = append(listed, strings.Fields(rest)[0])
		}
	}
	mains, err := filepath.Glob("*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	found := make([]string, 0, len(mains))
	for _, file := range mains {
		found = append(found, filepath.Dir(file))
	}
	slices.Sort(listed)
	if !slices.Equal(listed, found) {
		t.Errorf("programs.go lists %q, the folders are %q", listed, found)
	}
}
