package origin_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

// FuzzParse: what is accepted is the same origin to net/url, and is put together again without a change.
func FuzzParse(f *testing.F) {
	for text := range serialized {
		f.Add(text)
	}
	for _, text := range notSerialized {
		f.Add(text[:min(len(text), 400)])
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, ok := origin.Parse(text)
		if !ok {
			return
		}
		if o.String() != text {
			t.Fatalf("Parse(%q).String() = %q", text, o.String())
		}
		if strings.ToLower(text) != text || strings.ContainsAny(text, " \t\r\n@\\?#*%,") || strings.Count(text, "/") != 2 {
			t.Fatalf("Parse(%q) accepts what browsers do not send", text)
		}
		u, err := url.Parse(text)
		if err != nil {
			// net/url looks closer at addresses, which are compared whole here.
			if strings.HasPrefix(o.Host, "[") {
				return
			}
			t.Fatalf("Parse(%q) accepts what net/url refuses: %v", text, err)
		}
		host := o.Host
		if o.Port != "" {
			host += ":" + o.Port
		}
		if u.Scheme != o.Scheme || u.Host != host || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("Parse(%q) = %+v, net/url says %+v", text, o, u)
		}
	})
}

// FuzzPattern: an accepted pattern is stable under its canonical form, an exact one admits itself and nothing else, and
// a set of two admits what one of them does.
func FuzzPattern(f *testing.F) {
	for text, cases := range matrix {
		for _, header := range append(cases.admits, cases.refuses...) {
			f.Add(text, "https://*.other.example:*", header)
		}
	}
	for text := range badPatterns {
		f.Add(text, "https://example.com", "https://example.com")
	}
	for text := range patterns {
		f.Add(text, text, text)
	}
	f.Fuzz(func(t *testing.T, first, second, header string) {
		var list []origin.Pattern
		for _, text := range []string{first, second} {
			p, err := origin.ParsePattern(text)
			if err != nil {
				continue
			}
			list = append(list, p)
			if again, err := origin.ParsePattern(p.String()); err != nil || again != p {
				t.Fatalf("ParsePattern(%q) = %q, which parses as %q, %v", text, p, again, err)
			}
			set := origin.NewSet(p)
			if p.Exact() != set.Contains(p.String()) {
				t.Fatalf("%q: exact %v, but contains itself %v", p, p.Exact(), !p.Exact())
			}
			if p.Exact() && set.Contains(header) && header != p.String() {
				t.Fatalf("the exact pattern %q admits %q", p, header)
			}
		}
		checkUnion(t, list, []string{header})
	})
}
