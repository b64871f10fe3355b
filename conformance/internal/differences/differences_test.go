package differences_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/differences"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
)

// entry is a sound entry that shows what the lines say.
func entry(lines ...string) string {
	return "- title: T\n  next: N\n  ours: O\n  why: W\n  shows:\n    - " + strings.Join(lines, "\n      ") + "\n"
}

func parse(t *testing.T, text string) differences.List {
	t.Helper()
	list, err := differences.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func recorded(name string, status int, body string, headers ...[2]string) record.Recording {
	return record.Recording{Case: name, Answers: []record.Answer{{Status: status, Body: record.Body{Text: body}, Headers: headers}}}
}

func TestJudge(t *testing.T) {
	status := record.Difference{Aspect: "status", Want: "200", Got: "400"}
	body := record.Difference{Aspect: "body", Want: `"a"`, Got: `"b"`}
	typed := [2]string{"Content-Type", "text/html"}
	for _, tt := range []struct {
		name   string
		list   string
		want   record.Recording
		got    record.Recording
		found  []record.Difference
		titles string
		faults string
	}{
		{"no difference, no entry", "[]", recorded("a/b", 200, "a"), recorded("a/b", 200, "a"), nil, "", ""},
		{"unlisted", "[]", recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "", "status: want 200, got 400"},
		{"listed", entry("cases: [a/b]", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "T", ""},
		{"listed by a star", entry("cases: ['a/*']", "aspects: [status]"), recorded("a/b/c", 200, "a"), recorded("a/b/c", 400, "a"), []record.Difference{status}, "T", ""},
		{"a name is no regular expression", entry("cases: ['a.b/*']", "aspects: [status]"), recorded("axb/c", 200, "a"), recorded("axb/c", 400, "a"), []record.Difference{status}, "", "status: want 200, got 400"},
		{"excepted", entry("cases: ['*']", "except: [a/b]", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "", "status: want 200, got 400"},
		{"other aspect", entry("cases: [a/b]", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 400, "b"), []record.Difference{status, body}, "T", `body: want "a", got "b"`},
		{"no longer", entry("cases: [a/b]", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 200, "a"), nil, "", `status: differences.yaml lists it under "T", but the answers do not differ in it`},
		{"some need not", entry("cases: ['*']", "some: true", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 200, "a"), nil, "", ""},
		{"some do", entry("cases: ['*']", "some: true", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "T", ""},
		{"other status", entry("cases: ['*']", "status: [404]", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "", "status: want 200, got 400"},
		{"other body", entry("cases: ['*']", "body: ^x$", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "", "status: want 200, got 400"},
		{"typed", entry("cases: ['*']", "untyped: true", "aspects: [status]"), recorded("a/b", 200, "a", typed), recorded("a/b", 400, "a"), []record.Difference{status}, "", "status: want 200, got 400"},
		{"untyped", entry("cases: ['*']", "untyped: true", "aspects: [status]"), recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "T", ""},
		{"untyped needs an answer", entry("cases: ['*']", "untyped: true", "aspects: [status]"), record.Recording{Case: "a/b"}, record.Recording{Case: "a/b"}, []record.Difference{status}, "", "status: want 200, got 400"},
		{"pinned", entry("cases: [a/b]", "aspects: [status]", "answer: {status: 400, body: a, headers: {X: ''}}"), recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "T", ""},
		{"pinned otherwise", entry("cases: [a/b]", "aspects: [status]", "answer: {status: 413, body: b, headers: {X: '1'}}"), recorded("a/b", 200, "a"), recorded("a/b", 400, "a"), []record.Difference{status}, "T", `body: "T" says "b", got "a"; header X: "T" says "1", got ""; status: "T" says 413, got 400`},
		{"pinned without an answer", entry("cases: [a/b]", "aspects: [status]", "answer: {status: 413}"), recorded("a/b", 200, "a"), record.Recording{Case: "a/b"}, []record.Difference{status}, "T", `no answer, but "T" says there is one`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			titles, faults := parse(t, tt.list).Judge(tt.want, tt.got, tt.found)
			if got := strings.Join(titles, "; "); got != tt.titles {
				t.Errorf("titles %q, want %q", got, tt.titles)
			}
			if got := strings.Join(faults, "; "); got != tt.faults {
				t.Errorf("faults %s, want %s", got, tt.faults)
			}
		})
	}
}

// TestParse: every fault of the file is reported at once.
func TestParse(t *testing.T) {
	_, err := differences.Parse([]byte("- title: T\n  next: N\n- ours: O\n  why: W\n  title: U\n  next: N\n  shows:\n    - cases: [a]\n      body: '['\n"))
	for _, want := range []string{`entry 1 ("T")`, "ours is missing", "why is missing", "shows is missing", "cases and aspects", `entry 2 ("U")`, "missing closing ]"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	if _, err := differences.Parse([]byte("- tilte: T")); err == nil {
		t.Error("no error for a misspelt key")
	}
	if _, err := differences.Load(filepath.Join(t.TempDir(), "none.yaml")); err == nil {
		t.Error("no error without a file")
	}
}

func TestMarkdown(t *testing.T) {
	got := parse(t, entry("cases: [a/b, 'c/*']", "aspects: [status]")).Markdown(map[string]int{"T": 3})
	want := "\n## 1. T\n\n- **Next.js:** N\n- **Here:** O\n- **Why:** W\n- **Cases:** 3 (`a/b`, `c/*`)\n"
	if !strings.HasSuffix(got, want) {
		t.Errorf("got %s", got)
	}
}
