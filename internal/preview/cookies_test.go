package preview_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
	"github.com/gin-apiroutes/apiroutes/internal/referee"
)

const findByNext = `(line) => {
  const { RequestCookies } = require('next/dist/compiled/@edge-runtime/cookies');
  const cookies = new RequestCookies(new Headers({ cookie: line }));
  return { Bypass: cookies.get('__prerender_bypass')?.value ?? '', Data: cookies.get('__next_preview_data')?.value ?? '' };
}`

func cookieHeaders() []string {
	const b, d = preview.BypassCookie, preview.DataCookie
	return []string{
		"", "a=b", b, b + "=", b + "=1", d + "=1", b + "=1;" + d + "=2", b + "=1; " + d + "=2", b + "=1;   " + d + "=2",
		b + "=1 ; " + d + "=2", b + " =1", ";;" + b + "=1;;", "; ;" + b + "=1", b + "=1; " + b + "=2", b + "=1; " + b + "=", b + "=1; " + b,
		b + `="1"`, b + "=a=b", b + "=%31", b + "=%3", b + "=%", b + "=%zz", b + "=1; " + b + "=%zz", b + "=%C3%A9", b + "=%C3", b + "=%C3x%A9", b + "=a%20b+c",
		b + "=%ED%A0%80", b + "=%F0%9F%98%80", b + "=%C0%80", b + "=%00", b + "=,", "x" + b + "=1", b + "x=1", strings.ToUpper(b) + "=1", b + "=1\t;" + d + "=2", b + "=1;\t" + d + "=2",
		"a=" + b + "=1", "a;" + b + "=1", b + "=%2541", b + "=%e2%82%ac%E2%82%AC",
	}
}

// The Cookie header is read as RequestCookies of Next.js reads it.
func TestFindAgreesWithNext(t *testing.T) {
	t.Parallel()
	for _, c := range referee.Table[string, preview.Cookies](t, "cookies", findByNext, cookieHeaders) {
		if got := preview.Find([]string{c.Question}); got != *c.Answer {
			t.Errorf("%q: %+v, Next.js reads %+v", c.Question, got, *c.Answer)
		}
	}
}

func TestFindLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lines []string
		want  preview.Cookies
	}{
		{nil, preview.Cookies{}},
		{[]string{"__prerender_bypass=1", "__next_preview_data=2"}, preview.Cookies{Bypass: "1", Data: "2"}},
		{[]string{"__prerender_bypass=1; __next_preview_data=2", "a=b; __prerender_bypass=3"}, preview.Cookies{Bypass: "3", Data: "2"}},
	} {
		if got := preview.Find(c.lines); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.lines, got, c.want)
		}
	}
}

// A request without an escape costs no allocation, however many cookies it has;
// nothing is decoded that is too long to be a token.
func TestFindAllocations(t *testing.T) {
	many := []string{strings.Repeat("a=;", 100_000) + "__prerender_bypass=1"}
	long := []string{"__next_preview_data=" + strings.Repeat("%41", preview.MaxRead+1)}
	if n := testing.AllocsPerRun(10, func() {
		if preview.Find(many).Bypass != "1" || len(preview.Find(long).Data) != 3*(preview.MaxRead+1) {
			t.Error("misread")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Find says the same as the two lines of JavaScript that it stands for.
func FuzzFind(f *testing.F) {
	for _, line := range cookieHeaders() {
		f.Add(line)
	}
	separator := regexp.MustCompile(`; *`)
	f.Fuzz(func(t *testing.T, line string) {
		if strings.HasPrefix(line, " ") || len(line) > 3*preview.MaxRead || !utf8.ValidString(line) {
			return // a header field has no blanks around it
		}
		var want preview.Cookies
		for pair := range strings.SplitSeq(separator.ReplaceAllString(line, ";"), ";") {
			name, value, found := strings.Cut(pair, "=")
			if !found {
				value = "true"
			}
			value, err := url.PathUnescape(value)
			if err != nil || !utf8.ValidString(value) {
				continue
			}
			switch name {
			case preview.BypassCookie:
				want.Bypass = value
			case preview.DataCookie:
				want.Data = value
			}
		}
		if got := preview.Find([]string{line}); got != want {
			t.Errorf("%q: %+v, want %+v", line, got, want)
		}
	})
}
