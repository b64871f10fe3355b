package cookie_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gin-apiroutes/apiroutes/internal/cookie"
	"github.com/gin-apiroutes/apiroutes/internal/referee"
)

// nextCookies is getCookieParser; answers are pairs, since an object could not
// show a cookie named __proto__.
const nextCookies = `(header) => Object.entries(
  require('next/dist/server/api-utils/get-cookie-parser').getCookieParser({ cookie: header })())`

func TestParseIsThatOfNext(t *testing.T) {
	t.Parallel()
	table := referee.Table[string, [][2]string](t, "cookies", nextCookies, headers)
	for _, c := range table {
		want := map[string]string{}
		for _, pair := range *c.Answer {
			want[pair[0]] = pair[1]
		}
		got, err := cookie.Parse([]string{wire(c.Question)}, 0)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("Parse(%q) = %q, %v, want %q", c.Question, got, err, want)
		}
	}
}

func TestParseJoinsLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lines []string
		want  map[string]string
	}{
		{nil, nil},
		{[]string{}, nil},
		{[]string{""}, nil},
		{[]string{"", "a=1"}, map[string]string{"a": "1"}},
		{[]string{"a=1", "a=2; b=3"}, map[string]string{"a": "1", "b": "3"}},
		{[]string{"a=1;", ";b=2"}, map[string]string{"a": "1", "b": "2"}},
	} {
		got, err := cookie.Parse(c.lines, 0)
		if err != nil || !maps.Equal(got, c.want) {
			t.Errorf("Parse(%q) = %q, %v, want %q", c.lines, got, err, c.want)
		}
	}
}

func TestParseLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		lines   []string
		limit   int
		refused int // the limit in the error, 0 when accepted
	}{
		{"at the limit", []string{"a=1; b=2"}, 2, 0},
		{"over the limit", []string{"a=1; b=2; c=3"}, 2, 2},
		{"over the limit across lines", []string{"a=1", "b=2", "c=3"}, 2, 2},
		{"repeated names count", []string{"a=1; a=2; a=3"}, 2, 2},
		{"pairs without = do not", []string{"a=1; x; y; z"}, 1, 0},
		{"default", []string{strings.Repeat("a=;", cookie.DefaultMax)}, 0, 0},
		{"over the default", []string{strings.Repeat("a=;", cookie.DefaultMax+1)}, 0, cookie.DefaultMax},
		{"hostile", []string{strings.Repeat("a=;", 100_000)}, -1, cookie.DefaultMax},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := cookie.Parse(c.lines, c.limit)
			tooMany, refused := errors.AsType[*cookie.TooManyError](err)
			switch {
			case c.refused == 0 && err != nil:
				t.Fatalf("refused: %v", err)
			case c.refused == 0:
				return
			case !refused || tooMany.Limit != c.refused || tooMany.StatusCode() != 400:
				t.Fatalf("error %v, want a limit of %d", err, c.refused)
			case !strings.Contains(tooMany.Message(), "cookies limit"):
				t.Errorf("the client reads %q", tooMany.Message())
			case got != nil:
				t.Errorf("%d cookies beside the error", len(got))
			case !strings.HasPrefix(err.Error(), "cookie: "):
				t.Errorf("message %q does not name its package", err)
			}
		})
	}
}

func TestParseAllocatesTheMapOnly(t *testing.T) {
	lines := []string{"session=abc; theme=dark"}
	if got := testing.AllocsPerRun(100, func() { _, _ = cookie.Parse(lines, 0) }); got > 2 {
		t.Errorf("%v allocations for two plain cookies, want at most 2", got)
	}
	if got := testing.AllocsPerRun(100, func() { _, _ = cookie.Parse(nil, 0) }); got != 0 {
		t.Errorf("%v allocations without cookies, want none", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, header := range headers()[:60] {
		f.Add(wire(header))
	}
	f.Fuzz(func(t *testing.T, header string) {
		cookies, err := cookie.Parse([]string{header}, 0)
		if err != nil {
			return
		}
		size := 0
		for name, value := range cookies {
			size += len(name) + len(value)
			if !utf8.ValidString(name) || !utf8.ValidString(value) {
				t.Fatalf("Parse(%q): %q=%q is not UTF-8", header, name, value)
			}
			if strings.ContainsAny(name, ";=") {
				t.Fatalf("Parse(%q): name %q", header, name)
			}
		}
		if size > 2*len(header) {
			t.Fatalf("Parse(%q) grew to %d bytes", header, size)
		}
		// Reading again what came first changes nothing: later cookies lose.
		again, err := cookie.Parse([]string{header, "fuzz=1; " + header}, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range cookies {
			if again[name] != value {
				t.Fatalf("Parse(%q): %q was %q and became %q", header, name, value, again[name])
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for name, header := range map[string]string{
		"two":     "session=abc; theme=dark",
		"encoded": "name=J%C3%BCrgen%20M%C3%BCller; q=\"quoted\"",
		"hostile": strings.Repeat("a=;", 100_000),
	} {
		b.Run(name, func(b *testing.B) {
			lines := []string{header}
			b.ReportAllocs()
			for b.Loop() {
				_, _ = cookie.Parse(lines, 0)
			}
		})
	}
}
