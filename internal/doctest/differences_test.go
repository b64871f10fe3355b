package doctest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the list of differences in README.md again")

var numbered = regexp.MustCompile(`(?m)^## (\d+)\. (.+)$`)

// The list in the README is made from the one that the conformance suite
// checks, entry by entry.
func TestDifferencesAreThoseOfTheSuite(t *testing.T) {
	t.Parallel()
	const source, from, to = "conformance/differences.md", "<!-- differences -->\n", "<!-- /differences -->"
	var list strings.Builder
	for _, match := range numbered.FindAllStringSubmatch(read(t, source), -1) {
		for anchor := range anchors(match[0]) {
			fmt.Fprintf(&list, "%s. [%s](%s#%s)\n", match[1], match[2], source, anchor)
		}
	}
	document := read(t, "README.md")
	before, rest, _ := strings.Cut(document, from)
	have, after, found := strings.Cut(rest, to)
	if !found {
		t.Fatalf("README.md has no list between %q and %q", from, to)
	}
	if have == list.String() {
		return
	}
	if !*update {
		t.Fatal("the list of differences in README.md is not that of the suite; write it again with go test ./internal/doctest -update")
	}
	document = before + from + list.String() + to + after
	if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
}
