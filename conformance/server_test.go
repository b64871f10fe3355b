package conformance_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/wire"
)

// server is one of the two sides: the real Next.js or the twin.
type server struct {
	addr string
	// log returns the lines logged since the last call.
	log func() []string
	// develop switches between development and production, where one server
	// is both.
	develop func(on bool)
}

// ask sends one case and records what comes back.
func (s server) ask(ctx context.Context, c corpus.Case) (record.Recording, error) {
	if c.Log {
		if _, err := s.mark(ctx, "before "+c.Name); err != nil {
			return record.Recording{}, err
		}
	}
	answers, end, err := wire.Do(ctx, s.addr, wire.Request{Bytes: c.Bytes(), Methods: c.Methods, HalfClose: c.HalfClose, Watch: c.Watch, Hangs: c.Hangs})
	if err != nil {
		return record.Recording{}, fmt.Errorf("%s: %w", c.Name, err)
	}
	var lines []string
	if c.Log {
		if lines, err = s.mark(ctx, "after "+c.Name); err != nil {
			return record.Recording{}, err
		}
	}
	return record.From(c.Name, answers, end, warnings(lines)), nil
}

// mark asks the route that logs a marker, waits for it, and returns the lines
// before it.
func (s server) mark(ctx context.Context, name string) ([]string, error) {
	name = strings.NewReplacer(" ", "-", "/", "-").Replace(name)
	request := "GET /api/warn/marker?name=" + name + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
	if _, _, err := wire.Do(ctx, s.addr, wire.Request{Bytes: []byte(request), Methods: []string{"GET"}}); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, wire.Timeout)
	defer cancel()
	var lines []string
	for ctx.Err() == nil {
		lines = append(lines, s.log()...)
		if i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "marker "+name) }); i >= 0 {
			return lines[:i], nil
		}
	}
	return nil, fmt.Errorf("the marker %q did not show in the log: %q", name, lines)
}

// warnings picks the lines that are about API routes and cuts them where the
// real server names its own documentation.
func warnings(lines []string) []string {
	var kept []string
	for _, line := range lines {
		_, text, found := strings.Cut(line, "API re")
		if !found {
			continue
		}
		text, _, _ = strings.Cut("API re"+text, " https://")
		kept = append(kept, text)
	}
	return kept
}

// askAll records every case in order.
func (s server) askAll(t *testing.T, cases []corpus.Case) []record.Recording {
	t.Helper()
	recordings := make([]record.Recording, 0, len(cases))
	for _, c := range cases {
		if s.develop != nil {
			s.develop(c.Dev)
		}
		r, err := s.ask(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		recordings = append(recordings, r)
	}
	return recordings
}
