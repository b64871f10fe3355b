package doctest_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)

// Every test that the documents on security and changes name exists, and the table of classes has no gap.
func TestSecurityTestsExist(t *testing.T) {
	t.Parallel()
	exists := map[string]bool{}
	for _, file := range files(t, "_test.go") {
		for _, match := range testFunc.FindAllStringSubmatch(read(t, file), -1) {
			exists[match[1]] = true
		}
	}
	document := read(t, "SECURITY.md")
	for _, name := range []string{"SECURITY.md", "CHANGELOG.md"} {
		for _, span := range codeSpans(read(t, name)) {
			if (strings.HasPrefix(span, "Test") || strings.HasPrefix(span, "Fuzz")) && !exists[span] {
				t.Errorf("%s: there is no %s", name, span)
			}
		}
	}
	_, table, _ := strings.Cut(document, "\n| # |")
	table, _, _ = strings.Cut("| # |"+table, "\n\n")
	lines := rows(table)
	if len(lines) < 40 {
		t.Errorf("the table has %d classes", len(lines))
	}
	for i, cells := range lines {
		if len(cells) != 4 || cells[0] != "S"+strconv.Itoa(i+1) || len(codeSpans(cells[3])) == 0 {
			t.Errorf("class %d: %q names no test, or is not in order", i+1, cells)
		}
	}
}
