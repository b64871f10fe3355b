package location_test

import (
	"math/rand/v2"
	"strings"

	"github.com/gin-apiroutes/apiroutes/internal/location"
)

// attacks are targets that lead away from the origin in a browser, in a proxy
// or in a careless rule.
var attacks = []string{
	"", " ", "//evil.example", `/\evil.example`, `\/evil.example`, `\\evil.example`, "///evil.example", `/\/evil.example`, `//\evil.example`,
	"/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", "\x00//evil.example", "/\x00/evil.example",
	"/\x7f/x", "/a\x0bb", "https://evil.example", "HTTPS://evil.example", "https:evil.example", "https:/evil.example", `https:\evil.example`,
	"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x", "mailto:a@b", "//evil.example/..",
	"evil.example", "x", "./x", "../x", "?q", "#f", "@evil.example", ":80", ".//evil.example", "/.//evil.example", "/..//evil.example",
	"/a/..//evil.example", "/%2e//evil.example", "/%2E%2e//evil.example", "/a/%2e%2e//evil.example", "/a/b/../..//evil.example", `/.\/evil.example`,
	"/%2fevil.example", "/%2Fevil.example", "/%5cevil.example", "/%5Cevil.example", "/.//", "//", "/a/..//", "/x/./..//", "/a/../%2fevil.example",
	"/\xff", "/a\xc3", "/a\r\nSet-Cookie: x=y", "/a%0d%0a\r", `/a\b`, `/\`, "//..", "//.", "//%2e%2e/x", "ｈttps://evil.example", "／／evil.example", "\u2028/x", "\ufeff/x",
}

// harmless are local targets and what becomes of them.
var harmless = map[string]string{
	"/": "/", "/x": "/x", "/a/b?c=d#e": "/a/b?c=d#e", "/?next=//evil.example": "/?next=//evil.example", "/#//evil.example": "/#//evil.example",
	"/a//b": "/a//b", "/a/": "/a/", "/a/../b": "/a/../b", "/..": "/..", "/.": "/.", "/./x": "/./x", "/...//x": "/...//x", "/a/%2fb": "/a/%2fb",
	"/@evil.example": "/@evil.example", "/https://evil.example": "/https://evil.example", "/javascript:alert(1)": "/javascript:alert(1)",
	"/é": "/%C3%A9", "/日本?q=é#ü": "/%E6%97%A5%E6%9C%AC?q=%C3%A9#%C3%BC", "/a b": "/a%20b", "/a  ": "/a", `/?q=a\b`: `/?q=a\b`,
	`/"<>`: "/%22%3C%3E", "/a%0d%0ab": "/a%0d%0ab", "/%": "/%", "/%zz": "/%zz", "/／evil.example": "/%EF%BC%8Fevil.example", "/\u0085x": "/%C2%85x",
	"/%252fevil.example": "/%252fevil.example", "/:80": "/:80", "/;x": "/;x", "/.%2ex": "/.%2ex", "/%2e": "/%2e",
}

// targets are the ones above, random mixtures of what matters in a URL, and
// what Local makes of the ones it accepts.
func targets(n int) []string {
	list := append([]string(nil), attacks...)
	for target := range harmless {
		list = append(list, target)
	}
	pieces := []string{
		"/", "/", "/", `\`, ".", "..", "%2e", "%2E", "%2f", "%5c", "\t", "\n", "\r", " ", "\x00", "\x7f", "?", "#", "@", ":", "evil.example",
		"a", "b", "javascript:", "https:", "é", "／", "。", "\u00ad", "\u200b", ";", "%00", "%09", "|", "[", "]", "^", "`", "{", "'", `"`, "<",
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		var b strings.Builder
		if i%3 != 0 {
			b.WriteByte('/')
		}
		for range 1 + r.IntN(7) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		list = append(list, b.String())
	}
	valid := list[:0]
	for _, target := range list {
		if strings.ToValidUTF8(target, "") == target {
			valid = append(valid, target) // JSON can carry it to Node
		}
	}
	for _, target := range valid {
		if local, err := location.Local(target); err == nil && local != target {
			valid = append(valid, local)
		}
	}
	return valid
}
