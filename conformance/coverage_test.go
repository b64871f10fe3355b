package conformance_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
	"github.com/gin-apiroutes/apiroutes/conformance/corpus/tables"
	"github.com/gin-apiroutes/apiroutes/conformance/twin"
)

// oracles are the rules that the random questions of the package oracle cover
// as well; of rule 18 no request can tell, since such an app does not build.
var oracles = map[int][]string{
	2: {"content-type.parse"}, 3: {"content-type.parse", "querystring.parse.bytes"}, 5: {"json.parse"}, 6: {"querystring.parse", "querystring.parse.bytes"},
	11: {"bytes.parse"}, 12: {"bytes.parse"}, 13: {"bytes.format"}, 14: {"querystring.parse"}, 15: {"routes.match"}, 16: {"routes.match"}, 17: {"routes.match"},
	18: {"routes.sort"}, 19: {"cookie.parse"}, 21: {"json.parse"}, 22: {"fresh", "etag.text", "etag.buffer"},
}

func loadRules(t *testing.T) map[int]string {
	t.Helper()
	data, err := os.ReadFile("rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules := map[int]string{}
	if err := yaml.Unmarshal(data, &rules); err != nil {
		t.Fatal(err)
	}
	return rules
}

// TestCoverage: every rule has cases, no case names a rule that does not exist,
// and rules.md says which covers which.
func TestCoverage(t *testing.T) {
	rules, cases := loadRules(t), loadCases(t)
	if len(cases) < 600 {
		t.Errorf("%d cases, want 600 at least", len(cases))
	}
	byRule := map[int][]string{}
	for _, c := range cases {
		for _, rule := range c.Rules {
			if rules[rule] == "" {
				t.Errorf("%s is about rule %d, which rules.yaml does not have", c.Name, rule)
			}
			byRule[rule] = append(byRule[rule], c.Name)
		}
	}
	var b strings.Builder
	b.WriteString("# Which case covers which rule\n\n")
	fmt.Fprintf(&b, "Written by `go test . -update-documents`: %d requests in `corpus/`, and the random questions of `oracle/`.\n", len(cases))
	b.WriteString("A number behind a name counts the cases below it.\n\n| rule | | cases | questions |\n|---|---|---|---|\n")
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		if len(byRule[rule])+len(oracles[rule]) == 0 {
			t.Errorf("rule %d has no case: %s", rule, rules[rule])
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", rule, rules[rule], summary(byRule[rule]), strings.Join(oracles[rule], ", "))
	}
	document(t, "rules.md", b.String())
}

// summary names the tables of the cases and counts their rows; where there are
// many tables it names the topics.
func summary(names []string) string {
	parts := grouped(names, 2)
	if len(parts) > 12 {
		parts = grouped(names, 1)
	}
	return strings.Join(parts, ", ")
}

// grouped counts the names by their first parts; the last part never counts as
// one of them.
func grouped(names []string, depth int) []string {
	counts := map[string]int{}
	for _, name := range names {
		parts := strings.Split(name, "/")
		counts[strings.Join(parts[:min(depth, len(parts)-1)], "/")]++
	}
	var list []string
	for _, table := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, fmt.Sprintf("%s (%d)", table, counts[table]))
	}
	return list
}

// TestCorpus: the files are what the tables write.
func TestCorpus(t *testing.T) {
	files, err := corpus.Files(tables.All())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("corpus", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("corpus/%s is not up to date: run go run ./corpus/gen", name)
		}
	}
}

// TestRecorded: every case and every step has a recording, and every recording
// one of them.
func TestRecorded(t *testing.T) {
	recorded := loadRecorded(t)
	for _, c := range loadCases(t) {
		if _, known := recorded[c.Name]; !known {
			t.Errorf("%s has no recording: run go test . -update", c.Name)
		}
		delete(recorded, c.Name)
	}
	pages := loadRecordedPages(t)
	sequences := loadSequences(t)
	for i := range sequences {
		for _, name := range sequences[i].Names() {
			if _, known := pages[name]; !known {
				t.Errorf("%s has no recording: run go test . -update", name)
			}
			delete(pages, name)
		}
	}
	maps.Copy(recorded, pages)
	for name := range recorded {
		t.Errorf("the recording %s has no case", name)
	}
}

// TestFiles: the twin has the routes of the app, no more and no fewer.
func TestFiles(t *testing.T) {
	const root = "nextjs/pages/api"
	var want []string
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		route := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), root), ".js")
		if route = strings.TrimSuffix(route, "/index"); !slices.Contains(twin.Unreachable(), route) {
			want = append(want, route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	if got := twin.Files(); !slices.Equal(got, want) {
		for _, file := range want {
			if !slices.Contains(got, file) {
				t.Errorf("%s%s.js has no twin", root, file)
			}
		}
		for _, file := range got {
			if !slices.Contains(want, file) {
				t.Errorf("the twin has %s, which is not in %s", file, root)
			}
		}
	}
}
