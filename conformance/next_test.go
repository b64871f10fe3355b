package conformance_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/nextserver"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
)

var update = flag.Bool("update", false, "ask the real Next.js server and record its answers again")

// live says whether the real server is asked in this run.
func live() bool {
	return *update || os.Getenv("APIROUTES_NEXT") == "1" || os.Getenv("CI") == "true"
}

// prepareNext installs and builds the real server, or skips where that cannot
// be done; with CI=true nothing is skipped.
func prepareNext(t *testing.T) {
	t.Helper()
	if !live() {
		t.Skip("the real server is asked with APIROUTES_NEXT=1")
	}
	err := nextserver.Prepare(t.Context(), "nextjs")
	if errors.Is(err, nextserver.ErrNoNode) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func startNext(t *testing.T, mode nextserver.Mode, environment ...string) server {
	t.Helper()
	s, err := nextserver.Start(t.Context(), "nextjs", mode, environment...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return server{addr: s.Addr, log: s.Log}
}

// TestLive asks a running Next.js: the recordings are still true, the twin
// answers the same, and real clients, a browser among them, see no difference.
func TestLive(t *testing.T) {
	prepareNext(t)
	t.Parallel() // with TestLivePages, which mostly waits
	cases := loadCases(t)
	production, development := startNext(t, nextserver.Production), startNext(t, nextserver.Development)
	now := askBoth(t, production, development, cases)
	if *update {
		if err := record.Save("recorded", now); err != nil {
			t.Fatal(err)
		}
	}
	ours := startTwin(t)
	compareRecorded(t, rows(cases, loadRecorded(t), now))
	judge(t, "requests", rows(cases, byCase(now), ours.askAll(t, cases)), map[string]int{})
	compareClients(t, production, ours)
	compareForms(t, production, ours)
}

// TestLivePages runs the sequences against a Next.js of their own. That the twin
// agrees with the recordings is left to TestTwin.
func TestLivePages(t *testing.T) {
	prepareNext(t)
	t.Parallel()
	sequences := loadSequences(t)
	normal := startNext(t, nextserver.Production)
	short := startNext(t, nextserver.Production, fmt.Sprintf("CONFORMANCE_EXPIRE=%d", shortExpire))
	if *update {
		if err := record.Save("recorded/pages", askPages(t, normal, short, sequences, nil)); err != nil {
			t.Fatal(err)
		}
		return
	}
	known := loadRecordedPages(t)
	compareRecorded(t, pageRows(sequences, known, askPages(t, normal, short, sequences, known)))
}

func byCase(recordings []record.Recording) map[string]record.Recording {
	all := make(map[string]record.Recording, len(recordings))
	for _, r := range recordings {
		all[r.Case] = r
	}
	return all
}

// askBoth asks the development server where a case wants it.
func askBoth(t *testing.T, production, development server, cases []corpus.Case) []record.Recording {
	t.Helper()
	recordings := make([]record.Recording, 0, len(cases))
	for _, c := range cases {
		s := production
		if c.Dev {
			s = development
		}
		recordings = append(recordings, s.askAll(t, []corpus.Case{c})...)
	}
	return recordings
}

// compareRecorded reports where the real server has changed.
func compareRecorded(t *testing.T, rows []row) {
	t.Helper()
	same := 0
	for i := range rows {
		r := &rows[i]
		found := record.Same(r.want, r.got)
		if len(found) == 0 {
			same++
		}
		for _, d := range found {
			t.Errorf("rule %s, %s: the real server no longer answers as recorded: %s", r.rules, r.got.Case, d)
		}
	}
	t.Logf("a real Next.js: %d of %d the same as recorded", same, len(rows))
}

// compareClients runs node's fetch and the form of a browser against both
// servers.
func compareClients(t *testing.T, next, ours server) {
	t.Helper()
	want, got := runClients(t, next), runClients(t, ours)
	if len(want) != len(got) {
		t.Fatalf("%d calls, then %d", len(want), len(got))
	}
	same := 0
	for i := range want {
		if want[i] == got[i] {
			same++
			continue
		}
		t.Errorf("want %s\n got %s", want[i], got[i])
	}
	t.Logf("node's fetch and forms: %d of %d the same", same, len(want))
}

// untyped is what clients see of a difference that is listed: a refusal has a
// type here.
var untyped = strings.NewReplacer(`"content-type":"text/plain; charset=utf-8"`, `"content-type":null`)

func runClients(t *testing.T, s server) []string {
	t.Helper()
	node := exec.CommandContext(t.Context(), "node", "clients/fetch.mjs", "http://"+s.addr)
	var errs bytes.Buffer
	node.Stderr = &errs
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.Bytes())
	}
	return strings.Split(untyped.Replace(strings.TrimSpace(string(out))), "\n")
}
