package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
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

// The README of this folder has them as well, in the same words.
func TestProgramsAreInTheREADME(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range main.Programs() {
		if want := "\n| [" + p[0] + "](" + p[0] + ") | " + p[1] + " |\n"; !strings.Contains(string(readme), want) {
			t.Errorf("README.md lacks %q", want)
		}
	}
}

// Programs can run beside one another, and beside the tour. The quickstart has
// the address that everybody expects.
func TestAddressesDiffer(t *testing.T) {
	t.Parallel()
	flags := regexp.MustCompile(`flag\.String(?:Var)?\(.*"(127\.0\.0\.1:\d+)", "`)
	mains, err := filepath.Glob("*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]string{}
	for _, file := range append(mains, "main.go") {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range flags.FindAllStringSubmatch(string(source), -1) {
			if other := users[match[1]]; other != "" {
				t.Errorf("%s and %s both listen on %s", other, file, match[1])
			}
			users[match[1]] = file
		}
	}
	if len(users) < len(mains) {
		t.Errorf("only %d addresses were found in %d programs", len(users), len(mains))
	}
}
