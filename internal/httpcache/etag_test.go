package httpcache_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
	"github.com/gin-apiroutes/apiroutes/internal/referee"
)

// Texts of each kind and length; the lengths cross the ends of every branch.
func etagTexts() []string {
	r := seeded()
	texts := []string{
		"", "a", "hi", `{"a":1}`, `{"message":"Hello from Next.js!"}`, "é", "日本語", "😀", "a😀b", "\u2028\u2029",
		"\ufffd", "\u0000", "\u007f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff", strings.Repeat("x", 4096),
	}
	for i := range 300 {
		texts = append(texts, randomText(r, 1+i/10))
	}
	return texts
}

func TestETagIsThatOfNext(t *testing.T) {
	t.Parallel()
	table := referee.Table[string, string](t, "etag",
		`require('next/dist/server/lib/etag').generateETag`, etagTexts)
	for _, c := range table {
		if got := httpcache.ETag(c.Question); got != *c.Answer {
			t.Errorf("ETag(%q) = %s, want %s", c.Question, got, *c.Answer)
		}
		if got := httpcache.ETag([]byte(c.Question)); got != *c.Answer {
			t.Errorf("ETag of the bytes of %q = %s, want %s", c.Question, got, *c.Answer)
		}
	}
}

func TestBufferETagIsThatOfNext(t *testing.T) {
	t.Parallel()
	buffers := func() [][]byte {
		r := seeded()
		list := [][]byte{{}, {0}, {9}, {10}, {99}, {100}, {255}, []byte("hi"), []byte("hi\x00\xff")}
		all := make([]byte, 256)
		for i := range all {
			all[i] = byte(i)
		}
		list = append(list, all)
		for i := range 100 {
			buf := make([]byte, i)
			for j := range buf {
				buf[j] = byte(r.UintN(256))
			}
			list = append(list, buf)
		}
		return list
	}
	table := referee.Table[[]byte, string](t, "buffer-etag",
		`(b) => require('next/dist/server/lib/etag').generateETag(JSON.stringify(Buffer.from(b, 'base64')))`, buffers)
	for _, c := range table {
		if got := httpcache.BufferETag(c.Question); got != *c.Answer {
			t.Errorf("BufferETag(%v) = %s, want %s", c.Question, got, *c.Answer)
		}
	}
}

// The tags that the facts quote from a running server.
func TestETagOfServedBodies(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"":               `"78p3gz236i0"`,
		"x":              `"ayxe2glzap1"`,
		`{"a":1}`:        `"147uiiad94i7"`,
		`{"ok":1}`:       `"us6glwl7lc8"`,
		"<b>hé😀":         `"nlzx8ns2xp7"`,
		"\"a<>&\u2028\"": `"14noyyex1po7"`,
	} {
		if got := httpcache.ETag(body); got != want {
			t.Errorf("ETag(%q) = %s, want %s", body, got, want)
		}
	}
}

// Two bodies that differ in bytes which are no UTF-8 must not share a tag:
// the second would be answered 304.
func TestETagTellsInvalidBytesApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, body := range []string{
		"\xe8", "\xe9", "\ufffd", "a\xe9", "\xe9a", "\xc3", "\xf0\x9f\x98", "\xff\xfe", "\xed\xa0\x80", "\xc0\x80",
	} {
		tag := httpcache.ETag(body)
		if other, ok := seen[tag]; ok {
			t.Errorf("%q and %q share the tag %s", body, other, tag)
		}
		seen[tag] = body
	}
}

func TestETagAllocatesTheTagOnly(t *testing.T) {
	body := []byte(strings.Repeat("héllo 😀 ", 100))
	request := map[string][]string{"If-None-Match": {`"a", W/"b"`}, "Cache-Control": {"max-age=0, no-store"}}
	for name, c := range map[string]struct {
		allowed float64
		run     func()
	}{
		"ETag":       {1, func() { _ = httpcache.ETag(body) }},
		"BufferETag": {1, func() { _ = httpcache.BufferETag(body) }},
		"Fresh":      {0, func() { _ = httpcache.Fresh(request, `"c"`) }},
	} {
		if got := testing.AllocsPerRun(100, c.run); got > c.allowed {
			t.Errorf("%s: %v allocations, want at most %v", name, got, c.allowed)
		}
	}
}

func FuzzETag(f *testing.F) {
	for _, text := range etagTexts()[:40] {
		f.Add(text)
	}
	f.Add("\xff\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, text string) {
		got := httpcache.ETag(text)
		if len(got) < 4 || got[0] != '"' || got[len(got)-1] != '"' {
			t.Fatalf("ETag(%q) = %s is no strong tag", text, got)
		}
		if !utf8.ValidString(text) {
			return
		}
		hash, length := slowTag(codeUnits(text))
		want := `"` + strconv.FormatUint(hash, 36) + strconv.FormatInt(int64(length), 36) + `"`
		if got != want {
			t.Fatalf("ETag(%q) = %s, want %s", text, got, want)
		}
	})
}

func BenchmarkETag(b *testing.B) {
	for name, body := range map[string][]byte{
		"json=33B":  []byte(`{"message":"Hello from Next.js!"}`),
		"ascii=4KB": []byte(strings.Repeat("0123456789abcdef", 256)),
		"mixed=4KB": []byte(strings.Repeat("日本語 text 😀 ", 186)),
		"junk=4KB":  []byte(strings.Repeat("\xff", 4096)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				_ = httpcache.ETag(body)
			}
		})
		b.Run("buffer/"+name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				_ = httpcache.BufferETag(body)
			}
		})
	}
}
