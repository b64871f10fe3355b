package httpcache_test

import (
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
