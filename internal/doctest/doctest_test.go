package doctest_test

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A block of Go in a document is taken from a file that the compiler and the
// tests see: a whole program is the whole file, anything else is a part of one.
func TestGoBlocksAreTakenFromCode(t *testing.T) {
	t.Parallel()
	code := map[string]string{}
	for _, file := range files(t, ".go") {
		code[file] = plain(read(t, file))
	}
	for _, document := range files(t, ".md") {
		for _, b := range blocks(read(t, document)) {
			if b.language != "go" {
				continue
			}
			if !stands(code, plain(b.text)) {
				t.Errorf("%s:%d: this Go block stands in no .go file of the repository; take it from one that is tested", document, b.line)
			}
		}
	}
}

// stands says whether text is a whole program, or a part of a file, that tests
// run: of a test, or in a folder that has some.
func stands(code map[string]string, text string) bool {
	tested := map[string]bool{}
	for name := range code {
		if strings.HasSuffix(name, "_test.go") {
			tested[path.Dir(name)] = true
		}
	}
	program := strings.HasPrefix(text, "\npackage ")
	for name, file := range code {
		if tested[path.Dir(name)] && (file == text || !program && strings.Contains(file, text)) {
			return true
		}
	}
	return false
}

// The Go side of the migration tables is code as well: each of its cells is a
// line, or a part of a line, of the tests beside this one.
func TestMigrationTablesAreTakenFromCode(t *testing.T) {
	t.Parallel()
	code := read(t, "internal/doctest/migration_test.go") + read(t, "internal/doctest/nextjs_test.go")
	for document, atLeast := range map[string]int{"README.md": 15, "README.zh-CN.md": 15, "docs/nextjs.md": 60} {
		found := 0
		for table := range strings.SplitSeq(read(t, document), "\n\n") {
			if !strings.HasPrefix(table, "| Next.js | apiroutes |\n") {
				continue
			}
			for _, cells := range rows(table) {
				found++
				if len(cells) != 2 {
					t.Errorf("%s: %q has %d cells", document, cells, len(cells))
					continue
				}
				for _, span := range codeSpans(cells[1]) {
					if !strings.Contains(code, span) {
						t.Errorf("%s: `%s` (for %s) is in neither migration_test.go nor nextjs_test.go", document, span, cells[0])
					}
				}
			}
		}
		if found < atLeast {
			t.Errorf("%s has %d lines of Next.js; have the headings of its tables changed?", document, found)
		}
	}
}

// suites are the folders of programs and suites, which nobody imports.
var suites = []string{"bench", "conformance", "example"}

// Every package that can be imported is in the table of the README, has its
// page of documentation, and an example that is checked.
func TestEveryPackageIsDocumented(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, cells := range rows(section(t, read(t, "README.md"), "Packages")) {
		for _, span := range codeSpans(cells[0]) {
			listed[span] = true
		}
	}
	for dir, name := range packages(t) {
		first, _, _ := strings.Cut(dir, "/")
		if name == "main" || slices.Contains(suites, first) || strings.Contains(dir, "internal/") {
			continue
		}
		if !listed[path.Join("apiroutes", dir)] {
			t.Errorf("%s is not in the table of packages in README.md", dir)
		}
		delete(listed, path.Join("apiroutes", dir))
		if !contains(path.Join(dir, "doc.go"), "// Package "+name+" ") {
			t.Errorf("%s/doc.go has no package comment", dir)
		}
		if strings.HasSuffix(name, "test") {
			continue // what helps tests is shown in its page
		}
		if !slices.ContainsFunc(files(t, "example_test.go"), func(file string) bool {
			return path.Dir(file) == dir && contains(file, "// Output:")
		}) {
			t.Errorf("%s has no example with its output", dir)
		}
	}
	for name := range listed {
		t.Errorf("README.md lists %s, which does not exist", name)
	}
}

// contains reports whether a file exists and has part in it.
func contains(file, part string) bool {
	text, err := os.ReadFile(filepath.Join(root, file))
	return err == nil && strings.Contains(string(text), part)
}

// packages returns the folders with Go files outside tests, and the names of
// their packages.
func packages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range files(t, ".go") {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		found[path.Dir(file)] = tree.Name.Name
	}
	return found
}

var (
	link = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	code = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")

	punctuation = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// A link within the repository leads to a file, and to a heading if it names one.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	headings := map[string]map[string]bool{} // of each file that is linked to
	for _, document := range files(t, ".md") {
		for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(read(t, document), ""), -1) {
			target, heading, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file := document
			if target != "" {
				file = path.Join(path.Dir(document), target)
			}
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s links to %s, which does not exist", document, match[1])
				continue
			}
			if heading == "" {
				continue
			}
			if headings[file] == nil {
				headings[file] = anchors(read(t, file))
			}
			if !headings[file][heading] {
				t.Errorf("%s links to %s, but there is no such heading", document, match[1])
			}
		}
	}
}

// anchors returns the names that a Markdown page gives its headings.
func anchors(document string) map[string]bool {
	found := map[string]bool{}
	for line := range strings.Lines(document) {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		name := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		name = punctuation.ReplaceAllString(name, "")
		found[strings.ReplaceAll(name, " ", "-")] = true
	}
	return found
}

// Every `make` target that a document names exists.
func TestMakeTargetsExist(t *testing.T) {
	t.Parallel()
	makefile := read(t, "Makefile")
	command := regexp.MustCompile("(?m)(?:^|`)make ([a-z ]+)")
	for _, document := range files(t, ".md") {
		for _, match := range command.FindAllStringSubmatch(read(t, document), -1) {
			for target := range strings.FieldsSeq(match[1]) {
				if !strings.Contains(makefile, "\n"+target+":") {
					t.Errorf("%s says make %s; the Makefile has no such target", document, target)
				}
			}
		}
	}
}
