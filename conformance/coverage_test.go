package conformance_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
	"github.com/gin-apiroutes/apiroutes/conformance/corpus/tables"
	"github.com/gin-apiroutes/apiroutes/conformance/twin"
)

// oracles are the rules that the random questions of the package oracle cover
// as well; of rule 18 no request can tell, since such an app does not build.
var oracles = map[string][]string{
	"2": {"content-type.parse"}, "3": {"content-type.parse", "querystring.parse.bytes"}, "5": {"json.parse"}, "6": {"querystring.parse", "querystring.parse.bytes"},
	"11": {"bytes.parse"}, "12": {"bytes.parse"}, "13": {"bytes.format"}, "14": {"querystring.parse"}, "15": {"routes.match"}, "16": {"routes.match"}, "17": {"routes.match"},
	"18": {"routes.sort"}, "19": {"cookie.parse"}, "21": {"json.parse"}, "22": {"fresh", "etag.text", "etag.buffer"}, "3.2": {"etag.text"}, "3.3": {"fresh"},
}

// ruleBook is rules.yaml.
type ruleBook struct {
	Routes    map[string]string   `yaml:"routes"`
	Pages     map[string]string   `yaml:"pages"`
	Elsewhere map[string][]string `yaml:"elsewhere"`
	None      map[string]string   `yaml:"none"`
}

func loadRules(t *testing.T) ruleBook {
	t.Helper()
	data, err := os.ReadFile("rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var rules ruleBook
	if err := yaml.UnmarshalWithOptions(data, &rules, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return rules
}

// TestCoverage: every rule has cases, no case names a rule that does not exist,
// and rules.md says which covers which.
func TestCoverage(t *testing.T) {
	rules, cases, sequences := loadRules(t), loadCases(t), loadSequences(t)
	covers := map[string][]string{} // rule: cases
	note := func(name, rule string, of map[string]string) {
		if of[rule] == "" {
			t.Errorf("%s is about rule %s, which rules.yaml does not have", name, rule)
		}
		covers[rule] = append(covers[rule], name)
	}
	for _, c := range cases {
		for _, rule := range c.Rules {
			note(c.Name, strconv.Itoa(rule), rules.Routes)
		}
	}
	total := 0
	for i := range sequences {
		names := sequences[i].Names()
		total += len(names)
		for _, rule := range sequences[i].Rules {
			for _, name := range names {
				note(name, rule, rules.Pages)
			}
		}
	}
	if len(cases) < 600 || total < 200 {
		t.Errorf("%d requests and %d steps, want 600 and 200 at least", len(cases), total)
	}
	checkElsewhere(t, rules)

	var b strings.Builder
	b.WriteString("# Which case covers which rule\n\n")
	fmt.Fprintf(&b, "Written by `go test . -update-documents`: %d requests in `corpus/`, %d steps in `sequences/`, and the random questions of `oracle/`.\n", len(cases), total)
	b.WriteString("A number behind a name counts the cases below it.\n\n## API routes\n\n| rule | | cases | questions |\n|---|---|---|---|\n")
	for _, rule := range inOrder(rules.Routes) {
		if len(covers[rule])+len(oracles[rule]) == 0 {
			t.Errorf("rule %s has no case: %s", rule, rules.Routes[rule])
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", rule, rules.Routes[rule], summary(covers[rule]), strings.Join(oracles[rule], ", "))
	}
	b.WriteString("\n## Cached pages\n\n| rule | | steps | questions, and tests elsewhere |\n|---|---|---|---|\n")
	for _, rule := range inOrder(rules.Pages) {
		more := strings.Join(slices.Concat(oracles[rule], rules.Elsewhere[rule]), ", ")
		switch reason := rules.None[rule]; {
		case len(covers[rule])+len(more) > 0 && reason != "":
			t.Errorf("rule %s has cases, although rules.yaml says why it has none", rule)
		case reason != "":
			more = "none: " + reason
		case len(covers[rule])+len(more) == 0:
			t.Errorf("rule %s has no case: %s", rule, rules.Pages[rule])
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", rule, rules.Pages[rule], summary(covers[rule]), more)
	}
	document(t, "rules.md", b.String())
}

// checkElsewhere looks for the tests in other folders.
func checkElsewhere(t *testing.T, rules ruleBook) {
	t.Helper()
	for rule, tests := range rules.Elsewhere {
		for _, name := range tests {
			folder, test, _ := strings.Cut(name, ": ")
			files, err := filepath.Glob(filepath.Join("..", folder, "*_test.go"))
			found := err == nil && slices.ContainsFunc(files, func(file string) bool {
				data, err := os.ReadFile(filepath.Clean(file))
				return err == nil && bytes.Contains(data, []byte("func "+test+"(t *testing.T)"))
			})
			if !found || rules.Pages[rule] == "" {
				t.Errorf("rules.yaml: rule %s is covered by %s, which is not there", rule, name)
			}
		}
	}
	for rule := range rules.None {
		if rules.Pages[rule] == "" {
			t.Errorf("rules.yaml: %s is no rule", rule)
		}
	}
}

// inOrder sorts "2" before "10", and "1.2" before "1.10".
func inOrder(rules map[string]string) []string {
	numbers := func(rule string) []int {
		var list []int
		for part := range strings.SplitSeq(rule, ".") {
			n, _ := strconv.Atoi(part)
			list = append(list, n)
		}
		return list
	}
	return slices.SortedFunc(maps.Keys(rules), func(a, b string) int { return slices.Compare(numbers(a), numbers(b)) })
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
