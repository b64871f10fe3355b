package origin_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

// matrix has, for each pattern, origins that it admits and others that look like them.
var matrix = map[string]struct{ admits, refuses []string }{
	"https://example.com": {
		[]string{"https://example.com"},
		[]string{
			"http://example.com", "https://example.com:8443", "https://example.com:443", "https://example.com.", "https://example.com/",
			"https://www.example.com", "https://example.co", "https://example.comm", "https://example.com.evil.net", "https://example.comevil.net",
			"https://notexample.com", "https://evil.net/https://example.com", "https://example.com@evil.net", "https://evil.net#example.com",
			"https://user@example.com", "https://EXAMPLE.com", "HTTPS://example.com", "https://еxample.com", "null", "", "*", "https://*.example.com",
		},
	},
	"http://example.com": {
		[]string{"http://example.com"},
		[]string{"https://example.com", "http://example.com:80", "http://example.com:443"},
	},
	"https://example.com:8443": {
		[]string{"https://example.com:8443"},
		[]string{"https://example.com", "https://example.com:84430", "https://example.com:844", "https://example.com:8443.evil.net"},
	},
	"https://*.example.com": {
		[]string{"https://a.example.com", "https://a.b.c.example.com", "https://xn--bcher-kva.example.com", "https://a_b.example.com"},
		[]string{
			"https://example.com", "https://.example.com", "https://..example.com", "https://a..example.com", "https://notexample.com", "https://aexample.com",
			"https://a.example.com.evil.net", "https://a.example.com:8443", "http://a.example.com", "https://evil.net/a.example.com", "https://evil.net?.example.com",
			"https://evil.net#.example.com", `https://evil.net\.example.com`, "https://evil.net%00.example.com", "https://evil.net:80.example.com", "https://user@a.example.com",
			"https://A.example.com", "https://a.EXAMPLE.com", "https://*.example.com", "https://evil.net .example.com", "https://a.example.com.", "null",
		},
	},
	"https://*.example.com:8443": {
		[]string{"https://a.example.com:8443"},
		[]string{"https://a.example.com", "https://example.com:8443", "https://a.example.com:18443"},
	},
	"https://*.example.com:*": {
		[]string{"https://a.example.com", "https://a.example.com:1", "https://b.a.example.com:65535"},
		[]string{"https://example.com", "https://example.com:1", "http://a.example.com", "https://a.example.com:", "https://a.example.com:443", "https://a.example.com:65536", "https://a.example.com:1@evil.net"},
	},
	"http://localhost:*": {
		[]string{"http://localhost", "http://localhost:3000"},
		[]string{"https://localhost", "http://localhost.evil.net", "http://localhost:3000.evil.net", "http://a.localhost", "http://localhost:3000/", "http://127.0.0.1"},
	},
	"https://bücher.example": {
		[]string{"https://xn--bcher-kva.example"},
		[]string{"https://bücher.example", "https://bucher.example", "https://xn--bcher-kva.example.evil.net"},
	},
	"http://[0:0::1]:3000": {
		[]string{"http://[::1]:3000"},
		[]string{"http://[0:0::1]:3000", "http://[::1]", "http://[::10]:3000", "http://::1:3000"},
	},
	"http://[::1]:*": {
		[]string{"http://[::1]:3000", "http://[::1]"},
		[]string{"http://[::2]:3000", "https://[::1]"},
	},
	"tauri://localhost": {
		[]string{"tauri://localhost"},
		[]string{"https://localhost", "tauri://localhost:80", "tauri://localhost.evil.net"},
	},
}

func TestContains(t *testing.T) {
	t.Parallel()
	all := make([]origin.Pattern, 0, len(matrix))
	for text, cases := range matrix {
		p := parse(t, text)
		all = append(all, p)
		set := origin.NewSet(p)
		for _, header := range cases.admits {
			if !set.Contains(header) {
				t.Errorf("%q refuses %q", text, header)
			}
		}
		for _, header := range cases.refuses {
			if set.Contains(header) {
				t.Errorf("%q admits %q", text, header)
			}
		}
		for _, header := range notSerialized {
			if set.Contains(header) {
				t.Errorf("%q admits %.80q, which is no origin", text, header)
			}
		}
	}
	checkUnion(t, all, headers())
	var zero origin.Set
	for _, header := range headers() {
		if zero.Contains(header) {
			t.Errorf("the zero Set admits %q", header)
		}
	}
}

// headers are all of the matrix.
func headers() []string {
	var list []string
	for _, cases := range matrix {
		list = append(append(list, cases.admits...), cases.refuses...)
	}
	return list
}

// checkUnion holds the set to its definition: it admits an origin exactly if one of its patterns matches it alone.
func checkUnion(t *testing.T, list []origin.Pattern, headers []string) {
	t.Helper()
	set := origin.NewSet(list...)
	for _, header := range headers {
		o, ok := origin.Parse(header)
		want := ""
		for _, p := range list {
			if ok && p.Matches(o) {
				want = p.String()
				break
			}
		}
		if got := set.Contains(header); got != (want != "") {
			t.Fatalf("the set %v: Contains(%q) = %v; the pattern that matches alone is %q", list, header, got, want)
		}
		for _, p := range list {
			if alone := origin.NewSet(p).Contains(header); alone != (ok && p.Matches(o)) {
				t.Fatalf("%v: as a set of one it says %v of %q", p, alone, header)
			}
		}
	}
}

// TestUnionOfRandomSets draws patterns and origins from so few parts that they meet often, common suffixes included.
func TestUnionOfRandomSets(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	host := func() string {
		labels := make([]string, 1+random.IntN(3))
		for i := range labels {
			labels[i] = pick("a", "foo", "barfoo", "foobar", "oo")
		}
		return strings.Join(labels, ".") + pick(".example", ".foo.example", ".internal")
	}
	for range 2000 {
		list := make([]origin.Pattern, random.IntN(6))
		for i := range list {
			list[i] = parse(t, pick("http", "https")+"://"+pick("", "", "*.")+host()+pick("", ":8080", ":*"))
		}
		texts := make([]string, 20)
		for i := range texts {
			texts[i] = pick("http", "https") + "://" + pick("", "", "x.", "foo") + host() + pick("", ":8080", ":9090", ".")
		}
		checkUnion(t, list, texts)
	}
}

func TestContainsAllocatesNothing(t *testing.T) {
	set := origin.NewSet(parse(t, "https://example.com"), parse(t, "https://*.example.com:*"))
	for _, header := range []string{"https://example.com", "https://a.b.example.com:8443", "https://example.com.evil.net", "null", ""} {
		if n := testing.AllocsPerRun(100, func() { set.Contains(header) }); n != 0 {
			t.Errorf("Contains(%q) allocates %v times", header, n)
		}
	}
}

// TestContainsIsBounded sends the longest header that servers take by default, and the host with the most labels.
func TestContainsIsBounded(t *testing.T) {
	t.Parallel()
	list := make([]origin.Pattern, 0, 1000)
	for i := range cap(list) {
		list = append(list, parse(t, fmt.Sprintf("https://*.n%d.a.a.example.com:*", i)))
	}
	set := origin.NewSet(list...)
	for _, header := range []string{
		"https://" + strings.Repeat("a.", 1<<19) + "com",
		"https://" + strings.Repeat("a.", 118) + "a.a.example.com",
		strings.Repeat(",", 1<<20),
	} {
		fastest := time.Hour
		for range 100 { // of which one is not disturbed by other tests
			begin := time.Now()
			if set.Contains(header) {
				t.Fatalf("Contains(%.40q…) = true", header)
			}
			fastest = min(fastest, time.Since(begin))
		}
		if fastest > 100*time.Microsecond {
			t.Errorf("Contains(%.40q…) takes %v", header, fastest)
		}
	}
}
