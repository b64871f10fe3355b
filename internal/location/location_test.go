package location_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/location"
	"github.com/gin-apiroutes/apiroutes/internal/referee"
)

const origin = "https://app.example"

// resolved is what a browser makes of a target on a page of the origin.
type resolved struct {
	Origin string `json:"origin"`
	Rest   string `json:"rest"`
}

const browser = `(target) => {
  const url = new URL(target, 'https://app.example/dir/page?x#y');
  return { origin: url.origin, rest: url.pathname + url.search + url.hash };
}`

func TestLocalStaysOnTheOriginInABrowser(t *testing.T) {
	t.Parallel()
	table := referee.Table[string, resolved](t, "urls", browser, func() []string { return targets(1500) })
	answers := map[string]*resolved{}
	for _, c := range table {
		answers[c.Question] = c.Answer
	}
	accepted, away := 0, 0
	for _, c := range table {
		if c.Answer == nil || c.Answer.Origin != origin {
			away++
		}
		local, err := location.Local(c.Question)
		if err != nil {
			continue
		}
		accepted++
		if c.Answer == nil || c.Answer.Origin != origin {
			t.Errorf("Local accepts %q, which leads to %v", c.Question, c.Answer)
			continue
		}
		if strings.HasPrefix(c.Answer.Rest, "//") {
			t.Errorf("Local accepts %q, which is the path %s", c.Question, c.Answer.Rest)
		}
		switch same := answers[local]; {
		case same == nil:
			t.Errorf("Local(%q) = %q is not in the table; run with -update", c.Question, local)
		case *same != *c.Answer:
			t.Errorf("Local(%q) = %q leads to %v, the target itself to %v", c.Question, local, same, c.Answer)
		}
	}
	if accepted < 200 || away < 100 {
		t.Errorf("%d targets accepted, %d lead away: the table proves little", accepted, away)
	}
}

func TestLocalRefusesAttacks(t *testing.T) {
	t.Parallel()
	for _, target := range attacks {
		local, err := location.Local(target)
		typed, ok := errors.AsType[*location.Error](err)
		switch {
		case err == nil:
			t.Errorf("Local(%q) = %q", target, local)
		case local != "":
			t.Errorf("Local(%q) returns %q beside its error", target, local)
		case !ok || typed.Target != target || typed.Reason == "":
			t.Errorf("Local(%q): error %#v", target, err)
		}
	}
}

func TestLocalKeepsLocalTargets(t *testing.T) {
	t.Parallel()
	for target, want := range harmless {
		if got, err := location.Local(target); err != nil || got != want {
			t.Errorf("Local(%q) = %q, %v, want %q", target, got, err, want)
		}
		// What Local returned it returns again.
		if again, err := location.Local(want); err != nil || again != want {
			t.Errorf("Local(%q) = %q, %v", want, again, err)
		}
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		target, want string
		ok           bool
	}{
		{"/x", "/x", true},
		{"//evil.example/x", "//evil.example/x", true},
		{"relative?q#f", "relative?q#f", true},
		{"https://a.example/é", "https://a.example/%C3%A9", true},
		{"/日本", "/%E6%97%A5%E6%9C%AC", true},
		{`/a "<>\`, `/a "<>\`, true},
		{"/a\tb", "/a\tb", true},
		{"/\xff", "/%FF", true},
		{"", "", false},
		{"/a\r\nb: c", "", false},
		{"/a\n", "", false},
		{"/a\rb", "", false},
		{"/a\x00b", "", false},
		{"/a\x7fb", "", false},
		{"/a\x1bb", "", false},
	} {
		got, err := location.Header(c.target)
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("Header(%q) = %q, %v", c.target, got, err)
		}
	}
}

// A message that reaches a log or a terminal repeats nothing raw.
func TestErrorsAreSafeToPrint(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/a\r\n\x1b[31m", strings.Repeat("é\n", 1000), "\xff\x00"} {
		_, err := location.Local(target)
		if err == nil {
			t.Fatalf("Local(%q) is accepted", target)
		}
		text := err.Error()
		if !strings.HasPrefix(text, "location: ") || len(text) > 2000 {
			t.Errorf("message of %d bytes: %.80s", len(text), text)
		}
		for i := range len(text) {
			if text[i] < ' ' || text[i] == 0x7f {
				t.Errorf("raw control character in %q", text)
			}
		}
	}
}

// FuzzLocal holds Local to what the URL Standard does before it looks for a
// host: drop blanks and controls around, tabs and line breaks anywhere, read
// backslashes as slashes.
func FuzzLocal(f *testing.F) {
	for _, target := range targets(200) {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		local, err := location.Local(target)
		if err != nil {
			return
		}
		for _, u := range []string{target, local} {
			u = strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.TrimFunc(u, func(r rune) bool { return r <= ' ' }))
			if !strings.HasPrefix(u, "/") || strings.HasPrefix(u, "//") {
				t.Fatalf("Local(%q) = %q leads away", target, local)
			}
		}
		if strings.ContainsFunc(local, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Fatalf("Local(%q) = %q is not fit for a header", target, local)
		}
		if again, err := location.Local(local); err != nil || again != local {
			t.Fatalf("Local(%q) = %q, but Local of that = %q, %v", target, local, again, err)
		}
		if header, err := location.Header(local); err != nil || header != local {
			t.Fatalf("Header(%q) = %q, %v", local, header, err)
		}
	})
}

func BenchmarkLocal(b *testing.B) {
	for name, target := range map[string]string{
		"path": "/posts/1?tab=comments#last", "text": "/日本?q=é", "refused": "//evil.example", "hostile": "/" + strings.Repeat("../", 10_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = location.Local(target)
			}
		})
	}
}
