package httpcache_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
	"github.com/gin-apiroutes/apiroutes/internal/referee"
)

// conditional is a request's three headers as lines; Node joins them.
type conditional struct {
	NoneMatch    []string `json:"noneMatch"`
	CacheControl []string `json:"cacheControl"`
	Since        []string `json:"since"`
	ETag         string   `json:"etag"`
}

// What Node makes of repeated lines: joined, except If-Modified-Since, of which
// the first counts.
const freshOfNext = `(q) => {
  const headers = {};
  if (q.noneMatch) headers['if-none-match'] = q.noneMatch.join(', ');
  if (q.cacheControl) headers['cache-control'] = q.cacheControl.join(', ');
  if (q.since) headers['if-modified-since'] = q.since[0];
  return require('next/dist/compiled/fresh')(headers, { etag: q.etag });
}`

// conditionals builds all combinations of a few pieces, then random lists.
func conditionals() []conditional {
	const tag = `"147uiiad94i7"`
	noneMatches := [][]string{
		nil,
		{""},
		{tag},
		{"W/" + tag},
		{"w/" + tag},
		{"*"},
		{"* "},
		{"*, x"},
		{"*", "*"},
		{`"other"`},
		{`"a", ` + tag},
		{`"a",` + tag + `,"b"`},
		{"  " + tag + "  "},
		{"\t" + tag},
		{`"a"`, tag},
		{",,", tag},
		{tag[1:10]},
		{`147uiiad94i7`},
		{"W/W/" + tag},
	}
	controls := [][]string{
		nil,
		{"no-cache"},
		{"No-Cache"},
		{"max-age=0"},
		{"max-age=0, no-cache"},
		{"no-cache, max-age=0"},
		{"x-no-cache"},
		{"no-cache=1"},
		{"\tno-cache\t"},
		{"a,no-cache,b"},
		{"max-age=0", "no-cache"},
		{"\u00a0no-cache"},
		{""},
	}
	sinces := [][]string{nil, {"Thu, 01 Jan 2030 00:00:00 GMT"}, {"junk"}, {""}}
	var all []conditional
	for _, etag := range []string{tag, "W/" + tag} {
		for _, noneMatch := range noneMatches {
			for i, control := range controls {
				all = append(all, conditional{noneMatch, control, sinces[i%len(sinces)], etag})
			}
			for _, since := range sinces {
				all = append(all, conditional{noneMatch, nil, since, etag})
			}
		}
	}
	r := seeded()
	pieces := []string{tag, "W/" + tag, "*", ",", ", ", " ", "  ", `"b"`, "W/", `"`, "\t"}
	for range 400 {
		var list strings.Builder
		for range 1 + r.IntN(6) {
			list.WriteString(pieces[r.IntN(len(pieces))])
		}
		all = append(all, conditional{NoneMatch: []string{list.String()}, ETag: tag})
	}
	return all
}

func TestFreshIsThatOfNext(t *testing.T) {
	t.Parallel()
	seen := map[bool]int{}
	for _, c := range referee.Table[conditional, bool](t, "fresh", freshOfNext, conditionals) {
		q := c.Question
		header := map[string][]string{}
		for name, lines := range map[string][]string{
			"If-None-Match": q.NoneMatch, "Cache-Control": latin1(q.CacheControl), "If-Modified-Since": q.Since,
		} {
			if lines != nil {
				header[name] = lines
			}
		}
		if got := httpcache.Fresh(header, q.ETag); got != *c.Answer {
			t.Errorf("Fresh(%q, %s) = %v, want %v", header, q.ETag, got, *c.Answer)
		}
		seen[*c.Answer]++
	}
	if seen[true] < 50 || seen[false] < 50 {
		t.Errorf("the table is one-sided: %v", seen)
	}
}

// latin1 turns characters back into the bytes that were on the wire.
func latin1(lines []string) []string {
	if lines == nil {
		return nil
	}
	wire := make([]string, 0, len(lines))
	for _, line := range lines {
		var b strings.Builder
		for _, r := range line {
			b.WriteByte(byte(r))
		}
		wire = append(wire, b.String())
	}
	return wire
}

func TestNothingIsFreshWithoutATag(t *testing.T) {
	t.Parallel()
	if httpcache.Fresh(map[string][]string{"If-None-Match": {`"a",`}}, "") {
		t.Error("a response without a tag cannot match a list")
	}
}

func BenchmarkFresh(b *testing.B) {
	for name, header := range map[string]map[string][]string{
		"none":    {},
		"match":   {"If-None-Match": {`"147uiiad94i7"`}},
		"hostile": {"If-None-Match": {strings.Repeat(",", 8192)}, "Cache-Control": {strings.Repeat(" ,", 4096)}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = httpcache.Fresh(header, `"147uiiad94i7"`)
			}
		})
	}
}

// noCache is the expression by which the original looks for the directive.
var noCache = regexp.MustCompile(`(?:^|,)[\t-\r \x{a0}]*no-cache[\t-\r \x{a0}]*(?:,|$)`)

// FuzzFresh: lines mean what they mean when Node has joined them, an answer that
// is fresh names its tag or any, and whoever asks for the body gets it.
func FuzzFresh(f *testing.F) {
	const tag = `"147uiiad94i7"`
	for _, c := range conditionals()[:200] {
		f.Add(strings.Join(c.NoneMatch, "\n"), strings.Join(c.CacheControl, "\n"), strings.Join(c.Since, ""), c.ETag)
	}
	f.Add(`W/"a"`+"\n"+tag, "max-age=0\nno-cache", "", tag)
	f.Fuzz(func(t *testing.T, noneMatch, control, since, etag string) {
		lines, controls := strings.Split(noneMatch, "\n"), strings.Split(control, "\n")
		header := http.Header{"If-None-Match": lines, "Cache-Control": controls, "If-Modified-Since": {since}}
		got := httpcache.Fresh(header, etag)
		joined := strings.Join(lines, ", ")
		again := http.Header{"If-None-Match": {joined}, "Cache-Control": {strings.Join(controls, ", ")}, "If-Modified-Since": {since, "x"}}
		if httpcache.Fresh(again, etag) != got {
			t.Fatalf("%q %q is fresh: %v, but joined it is not so", lines, controls, got)
		}
		var latin1 strings.Builder
		for _, c := range []byte(strings.Join(controls, ", ")) {
			latin1.WriteRune(rune(c))
		}
		if got && (since != "" || noCache.MatchString(latin1.String())) {
			t.Fatalf("fresh against %q and If-Modified-Since %q", controls, since)
		}
		if got && joined != "*" && !strings.Contains(joined, strings.TrimPrefix(etag, "W/")) {
			t.Fatalf("%q is fresh for %q", joined, etag)
		}
		if named := httpcache.Fresh(http.Header{"If-None-Match": {joined + ", " + etag}}, etag); !named && etag != "" && strings.Trim(etag, " ") == etag && !strings.Contains(etag, ",") {
			t.Fatalf("%q is not fresh for %q beside others", etag, joined)
		}
	})
}
