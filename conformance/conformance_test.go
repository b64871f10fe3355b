package conformance_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/conformance/browser"
	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/differences"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/steps"
	"github.com/gin-apiroutes/apiroutes/conformance/twin"
)

var updateDocuments = flag.Bool("update-documents", false, "write rules.md and differences.md again")

func TestMain(m *testing.M) {
	flag.Parse()
	gin.SetMode(gin.TestMode)
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the handlers that throw are logged
	os.Exit(browser.Main(m))
}

// messages keeps what the twin logs, without the attributes: Next.js has none.
type messages struct {
	mu   sync.Mutex
	list []string
}

func (m *messages) Enabled(context.Context, slog.Level) bool { return true }
func (m *messages) WithAttrs([]slog.Attr) slog.Handler       { return m }
func (m *messages) WithGroup(string) slog.Handler            { return m }

func (m *messages) Handle(_ context.Context, r slog.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = append(m.list, r.Message)
	return nil
}

// take returns the messages since the last call.
func (m *messages) take() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.list
	m.list = nil
	return list
}

// startTwin runs the Go twin on a free port.
func startTwin(t *testing.T) server {
	t.Helper()
	log := &messages{}
	handler, err := twin.New(twin.Config{Logger: slog.New(log)})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Start()
	t.Cleanup(s.Close)
	return server{addr: s.Listener.Addr().String(), log: log.take, develop: develop}
}

// develop is Gin's debug mode: the toolkit warns in it as next dev does.
func develop(on bool) {
	if on {
		gin.SetMode(gin.DebugMode)
		return
	}
	gin.SetMode(gin.ReleaseMode)
}

func loadCases(t *testing.T) []corpus.Case {
	t.Helper()
	cases, err := corpus.Load("corpus")
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

func loadRecorded(t *testing.T) map[string]record.Recording {
	t.Helper()
	recorded, err := record.Load("recorded")
	if err != nil {
		t.Fatal(err)
	}
	return recorded
}

// TestTwin replays the corpus and the sequences: the twin answers as the real
// server did.
func TestTwin(t *testing.T) {
	cases, sequences := loadCases(t), loadSequences(t)
	got := startTwin(t).askAll(t, cases)
	gotPages := replayAll(t, sequences)
	counts := map[string]int{}
	judge(t, "requests", rows(cases, loadRecorded(t), got), counts)
	judge(t, "steps of pages", pageRows(sequences, loadRecordedPages(t), gotPages), counts)
	settle(t, counts)
	checkUntyped(t, got)
}

// row is one recording and what it has to be.
type row struct {
	rules     string
	want, got record.Recording
	known     bool
}

func rows(cases []corpus.Case, wanted map[string]record.Recording, got []record.Recording) []row {
	list := make([]row, len(cases))
	for i, c := range cases {
		want, known := wanted[c.Name]
		list[i] = row{numbers(c.Rules), want, got[i], known}
	}
	return list
}

func pageRows(sequences []steps.Sequence, wanted map[string]record.Recording, got []record.Recording) []row {
	var list []row
	for i := range sequences {
		for range sequences[i].Names() {
			g := got[len(list)]
			want, known := wanted[g.Case]
			list = append(list, row{strings.Join(sequences[i].Rules, ", "), want, g, known})
		}
	}
	return list
}

// checkUntyped: no answer lets a browser guess what its body is.
func checkUntyped(t *testing.T, got []record.Recording) {
	t.Helper()
	for _, r := range got {
		for i := range r.Answers {
			a := &r.Answers[i]
			if a.Body != (record.Body{}) && a.Get("Content-Type") == "" && a.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: a body without a type and without nosniff: %s", r.Case, a.Body)
			}
		}
	}
}

func loadDifferences(t *testing.T) differences.List {
	t.Helper()
	list, err := differences.Load("differences.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// judge reports each difference that is not on the list, prints how many
// answers are the same, and counts the cases of each entry of the list.
func judge(t *testing.T, what string, rows []row, counts map[string]int) {
	t.Helper()
	list := loadDifferences(t)
	same, listed, guess := 0, 0, 0
	entries := map[string]bool{}
	for i := range rows {
		r := &rows[i]
		if !r.known {
			t.Errorf("%s has no recording: run go test . -update", r.got.Case)
			continue
		}
		found := record.Equivalent(r.want, r.got)
		titles, faults := list.Judge(r.want, r.got, found)
		for _, title := range titles {
			counts[title]++
			entries[title] = true
		}
		for _, fault := range faults {
			t.Errorf("rule %s, %s: %s", r.rules, r.got.Case, fault)
		}
		switch {
		case len(found) == 1 && found[0].Aspect == "header X-Content-Type-Options":
			listed++
			guess++
		case len(titles) > 0:
			listed++
		case len(faults) == 0:
			same++
		}
	}
	t.Logf("%s: %d of %d the same, %d listed differences (%d cases, %d of them only in nosniff)", what, same, len(rows)-listed, len(entries), listed, guess)
}

// settle reports entries of the list that no case shows, and keeps
// differences.md up to date.
func settle(t *testing.T, counts map[string]int) {
	t.Helper()
	list := loadDifferences(t)
	for _, e := range list {
		if counts[e.Title] == 0 {
			t.Errorf("differences.yaml: no case shows %q", e.Title)
		}
	}
	document(t, "differences.md", list.Markdown(counts))
}

// numbers prints the rules of a case: "6" or "6 and 14".
func numbers(rules []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(rules), "[]"), " ", " and ")
}

// document compares a file with what it should be, or writes it.
func document(t *testing.T, file, text string) {
	t.Helper()
	if *updateDocuments && !t.Failed() {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(data) != text {
		t.Errorf("%s is not up to date: run go test . -update-documents", file)
	}
}
