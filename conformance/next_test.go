package conformance_test

import (
	"errors"
	"flag"
	"os"
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

// startNext builds and starts the real server, or skips where that cannot be
// done; with CI=true nothing is skipped.
func startNext(t *testing.T, mode nextserver.Mode) server {
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
	s, err := nextserver.Start(t.Context(), "nextjs", mode)
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

// askNext records the answers of the real servers to every case.
func askNext(t *testing.T, cases []corpus.Case) []record.Recording {
	t.Helper()
	production, development := startNext(t, nextserver.Production), startNext(t, nextserver.Development)
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

// TestRecord keeps the recordings true: every case has one, and the real
// server still answers like that.
func TestRecord(t *testing.T) {
	cases, err := corpus.Load("corpus")
	if err != nil {
		t.Fatal(err)
	}
	now := askNext(t, cases)
	if *update {
		if err := record.Save("recorded", now); err != nil {
			t.Fatal(err)
		}
	}
	then, err := record.Load("recorded")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range now {
		for _, d := range record.Same(then[r.Case], r) {
			t.Errorf("rule %d, %s: the real server no longer answers as recorded: %s", cases[i].Rules, r.Case, d)
		}
	}
}
