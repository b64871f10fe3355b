package doctest_test

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pages are the files of docs.
func pages(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(files(t, ".md"), func(file string) bool { return path.Dir(file) != "docs" })
}

// Both READMEs link to each page, and each page ends with links to the README
// and to all other pages.
func TestPagesAreLinked(t *testing.T) {
	t.Parallel()
	all := pages(t)
	if len(all) < 5 {
		t.Fatalf("only %d pages were found", len(all))
	}
	for _, readme := range []string{"README.md", "README.zh-CN.md"} {
		for _, page := range all {
			if !strings.Contains(read(t, readme), "]("+page+")") {
				t.Errorf("%s does not link to %s", readme, page)
			}
		}
	}
	for _, page := range all {
		lines := strings.Split(strings.TrimSpace(read(t, page)), "\n")
		last := lines[len(lines)-1]
		for _, other := range append([]string{"../README.md"}, all...) {
			if other != page && !strings.Contains(last, "]("+strings.TrimPrefix(other, "docs/")+")") {
				t.Errorf("the last line of %s does not link to %s", page, other)
			}
		}
	}
}

// Each section of the documentation that is reproduced names its tests, and
// those exist.
func TestSectionsAreTested(t *testing.T) {
	t.Parallel()
	const page = "docs/nextjs.md"
	table := rows(section(t, read(t, page), "Section by section"))
	if len(table) < 20 {
		t.Fatalf("the table has %d rows", len(table))
	}
	for _, cells := range table {
		named := codeSpans(cells[2])
		if len(named) == 0 && !strings.Contains(cells[1], "what-has-no-counterpart") {
			t.Errorf("%s: no test is named", cells[0])
		}
		for _, name := range named {
			folder, test, found := strings.Cut(name, ": ")
			switch {
			case !found: // a topic of the suite
				if !contains("conformance/corpus/"+name+".jsonl", "") {
					t.Errorf("%s: the suite has no topic %q", cells[0], name)
				}
			case !slices.Contains(tests(t, strings.TrimPrefix(folder, "apiroutes")), test):
				t.Errorf("%s: %s has no %s", cells[0], folder, test)
			}
		}
	}
}

var testName = regexp.MustCompile(`(?m)^func ((?:Test|Example|Benchmark|Fuzz)\w*)\(`)

// tests returns the names of the tests and examples in a folder; "" is the root
// of the repository.
func tests(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	for _, file := range files(t, "_test.go") {
		if path.Dir(file) != path.Clean(folder) {
			continue
		}
		for _, match := range testName.FindAllStringSubmatch(read(t, file), -1) {
			names = append(names, match[1])
		}
	}
	return names
}

var goCommand = regexp.MustCompile(`\bgo (run|test) ([^\n#;&|()` + "`" + `]+)`)

// Every `go run` and `go test` that a document names leads to a program or to
// tests, from the root or from the folder of the document, and what it names by
// -run exists there.
func TestGoCommandsExist(t *testing.T) {
	t.Parallel()
	programs := packages(t)
	for _, document := range files(t, ".md") {
		for _, match := range goCommand.FindAllStringSubmatch(read(t, document), -1) {
			verb, words := match[1], strings.Fields(match[2])
			for i, word := range words {
				place, _, _ := strings.Cut(word, "@")
				if !strings.HasPrefix(place, "./") || place == "./..." {
					continue
				}
				dir := path.Clean(strings.TrimSuffix(place, "/..."))
				if !slices.ContainsFunc([]string{dir, path.Join(path.Dir(document), dir)}, func(dir string) bool {
					return verb == "run" && programs[dir] == "main" || verb == "test" && hasTests(t, dir)
				}) {
					t.Errorf("%s says go %s %s, where there is nothing to %s", document, verb, strings.Join(words, " "), verb)
				}
				if at := slices.Index(words, "-run"); at >= 0 && at+1 < len(words) && i > at {
					if name := words[at+1]; !slices.ContainsFunc(tests(t, dir), func(test string) bool { return strings.Contains(test, name) }) {
						t.Errorf("%s runs %s of %s, which does not exist", document, name, dir)
					}
				}
			}
		}
	}
}

func hasTests(t *testing.T, dir string) bool {
	t.Helper()
	return slices.ContainsFunc(files(t, "_test.go"), func(file string) bool {
		return path.Dir(file) == dir || strings.HasPrefix(file, dir+"/")
	})
}

var qualified = regexp.MustCompile(`\b(apiroutes|bodyparser|bytesize|catchall|middleware|querystring|redisstore|responselimit|revalidate|storetest)\.([A-Z]\w*)`)

// What documents and comments say of a package is in it.
func TestNamesExist(t *testing.T) {
	t.Parallel()
	known := map[string]map[string]bool{}
	for dir, name := range packages(t) {
		if first, _, _ := strings.Cut(dir, "/"); slices.Contains(suites, first) || strings.Contains(dir, "internal/") {
			continue
		}
		known[name] = map[string]bool{}
		for _, tree := range parsed(t, dir) {
			for declared := range declarations(tree) {
				known[name][declared] = true
			}
		}
	}
	check := func(place, text string) {
		for _, match := range qualified.FindAllStringSubmatch(text, -1) {
			if !known[match[1]][match[2]] {
				t.Errorf("%s names %s, which does not exist", place, match[0])
			}
		}
	}
	for _, document := range files(t, ".md") {
		check(document, read(t, document))
	}
	for dir := range packages(t) {
		for _, tree := range parsed(t, dir) {
			for _, comment := range tree.Comments {
				check(dir, comment.Text())
			}
		}
	}
}

// declarations returns the exported names that a file declares at its top.
func declarations(tree *ast.File) map[string]bool {
	found := map[string]bool{}
	for _, declaration := range tree.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				found[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					found[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, name := range s.Names {
						found[name.Name] = true
					}
				}
			}
		}
	}
	return found
}

// Settings are declared in a file whose name says so.
func TestSettingsHaveTheirFile(t *testing.T) {
	t.Parallel()
	declared := regexp.MustCompile(`(?m)^type ([A-Z]\w*Config|Config) struct`)
	for _, file := range files(t, ".go") {
		first, _, _ := strings.Cut(file, "/")
		if slices.Contains(suites, first) || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "config.go") {
			continue
		}
		if match := declared.FindStringSubmatch(read(t, file)); len(match) > 0 {
			t.Errorf("%s declares %s; settings belong to config.go, or to a file whose name ends like that", file, match[1])
		}
	}
}
