package cookie_test

import (
	"encoding/hex"
	"errors"
	"maps"
	"math"
	"regexp"
	"slices"
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

// escapes are neighbours that spell characters together.
var escapes = regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`)

// reference reads a header as the rules say it: as text from the start, in
// steps of its own, without a limit.
func reference(header string) map[string]string {
	objects := strings.Fields("__proto__ constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf " +
		"__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__")
	const space = "\t\n\v\f\r \u00a0"
	cookies := map[string]string{}
	for pair := range strings.SplitSeq(text(header), ";") {
		name, value, ok := strings.Cut(pair, "=")
		name, value = strings.Trim(name, space), strings.Trim(value, space)
		if _, seen := cookies[name]; !ok || seen || slices.Contains(objects, name) {
			continue
		}
		if strings.HasPrefix(value, `"`) {
			runes := []rune(value)
			value = string(runes[1:max(1, len(runes)-1)])
		}
		sound := !strings.Contains(escapes.ReplaceAllString(value, ""), "%")
		decoded := escapes.ReplaceAllStringFunc(value, func(run string) string {
			bytes, err := hex.DecodeString(strings.ReplaceAll(run, "%", ""))
			sound = sound && err == nil && utf8.Valid(bytes)
			return string(bytes)
		})
		if sound {
			value = decoded
		}
		cookies[name] = value
	}
	return cookies
}

// text is what Node makes of the bytes of a header.
func text(header string) string {
	runes := make([]rune, len(header))
	for i := range len(header) {
		runes[i] = rune(header[i])
	}
	return string(runes)
}

// FuzzParse holds Parse to the reference, and the limit to the number of
// pairs that were sent.
func FuzzParse(f *testing.F) {
	for _, header := range headers()[:60] {
		f.Add(wire(header), 3)
	}
	f.Add("a=%25; b=%c3%a9\xe9%41; c=\"\xa0\"; __proto__=1; toString; a=2", 0)
	f.Fuzz(func(t *testing.T, header string, limit int) {
		pairs := 0
		for pair := range strings.SplitSeq(header, ";") {
			pairs += min(1, strings.Count(pair, "="))
		}
		allowed := limit
		if allowed <= 0 {
			allowed = cookie.DefaultMax
		}
		cookies, err := cookie.Parse([]string{header}, limit)
		if tooMany, refused := errors.AsType[*cookie.TooManyError](err); refused != (pairs > allowed) || refused && tooMany.Limit != allowed {
			t.Fatalf("%d pairs of %d: %v", pairs, allowed, err)
		}
		if err != nil {
			return
		}
		if want := reference(header); !maps.Equal(cookies, want) {
			t.Fatalf("Parse(%q) = %q, want %q", header, cookies, want)
		}
		// Node joins lines, so nothing that a later line says counts again.
		again, err := cookie.Parse([]string{header, "fuzz=1; " + header}, math.MaxInt)
		if _, has := cookies["fuzz"]; !has {
			delete(again, "fuzz")
		}
		if err != nil || !maps.Equal(again, cookies) {
			t.Fatalf("Parse(%q) was %q and twice is %q, %v", header, cookies, again, err)
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
