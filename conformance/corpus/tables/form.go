package tables

import (
	"fmt"
	"strings"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

// pairStrings are tried as form bodies and as query strings: one parser reads
// both.
var pairStrings = []named{
	{"one", "a=1"},
	{"two", "a=1&b=2"},
	{"order", "b=2&a=1"},
	{"repeated", "a=1&a=2&a=3"},
	{"repeated-apart", "a=1&b=2&a=3"},
	{"repeated-equal", "a=1&a=1"},
	{"repeated-empty", "a=&a="},
	{"plus-is-space", "a=1+2&b+c=3"},
	{"escaped-plus", "a=1%2B2"},
	{"escaped-space", "a=1%202"},
	{"escaped-ampersand", "a=1%262"},
	{"escaped-equals", "a%3Db=1"},
	{"escaped-percent", "a=%2541"},
	{"utf8", "a=%C5%BE"},
	{"utf8-lower", "a=%c5%be"},
	{"utf8-key", "%C5%BE=1"},
	{"emoji", "a=%F0%9F%98%80"},
	{"upper-lower-keys", "a=1&A=2"},
	{"bad-escape", "a=%zz"},
	{"bad-escape-key", "%zz=1"},
	{"cut-escape", "a=%4"},
	{"percent-only", "a=%"},
	{"percent-percent", "a=%%41"},
	{"bad-then-good", "a=%zz%41"},
	{"bad-escape-plus", "a=%z+%41"},
	{"bad-utf8", "a=%FF"},
	{"cut-utf8", "a=%C5"},
	{"overlong", "a=%C0%AF"},
	{"surrogate", "a=%ED%A0%80"},
	{"bad-utf8-between", "a=x%FFy"},
	{"mixed-valid-invalid", "a=%C5%BE%FF"},
	{"unicode-escape", "a=%u017e"},
	{"nul", "a=%00"},
	{"newline", "a=%0D%0Ab"},
	{"brackets", "b[c]=1&b[d]=2"},
	{"array-brackets", "a[]=1&a[]=2"},
	{"index-brackets", "a[0]=1&a[999999999]=2"},
	{"escaped-brackets", "a%5B%5D=1"},
	{"dots", "a.b=1"},
	{"semicolon", "a=1;b=2"},
	{"no-value", "a"},
	{"no-value-two", "a&b"},
	{"empty-value", "a="},
	{"empty-key", "=c"},
	{"only-equals", "="},
	{"two-equals", "=="},
	{"value-with-equals", "a=b=c"},
	{"value-ends-with-equals", "a=b="},
	{"empty-pairs", "&&a=1&&b=2&&"},
	{"only-ampersands", "&&&"},
	{"ampersand-first", "&a=1"},
	{"ampersand-last", "a=1&"},
	{"proto", "__proto__=1&a=2"},
	{"constructor", "constructor=1"},
	{"to-string", "toString=1&hasOwnProperty=2"},
	{"number-keys", "10=a&9=b&x=c"},
	{"quotes", "a=\"b\"&c='d'"},
	{"slash-colon-at", "a=/x:y@z?w"},
	{"comma", "a=1,2"},
	{"tilde-star", "a=~*!()"},
	{"backslash", "a=b%5Cc"},
	{"long-value", "a=" + strings.Repeat("v", 300)},
	{"key-plus-only", "+=1"},
	{"value-plus-only", "a=+"},
	{"double-encoded", "a=%252F"},
	{"question-mark", "?a=1"},
	{"html", "a=%3Cb%3E&c=%26amp;"},
}

func pairs(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("k%d=%d", i, i)
	}
	return strings.Join(list, "&")
}

func formCases() []corpus.Case {
	var cases []corpus.Case
	for _, p := range pairStrings {
		cases = append(cases, one("form/"+p.name, post(echo, formType, p.value), 6))
	}
	for _, c := range []struct {
		name  string
		value string
	}{
		{"pairs-999", pairs(999)},
		{"pairs-1000", pairs(1000)},
		{"pairs-1001", pairs(1001)},
		{"pairs-1000-same-key", strings.Repeat("a=1&", 999) + "a=1"},
		{"pairs-1000-and-ampersand", pairs(1000) + "&"},
		{"pairs-empty-2000", strings.Repeat("&", 2000) + "a=1"},
	} {
		cases = append(cases, one("form/"+c.name, post(echo, formType, c.value), 6))
	}
	return append(cases,
		one("form/raw-newline", post(echo, formType, "a=1\r\nb=2"), 6),
		one("form/raw-blank", post(echo, formType, " a = 1 "), 6),
		one("form/raw-utf8", post(echo, formType, "ž=š"), 6),
		one("form/raw-nul", post(echo, formType, "a=\x00"), 6),
		one("form/raw-high-bytes", with("POST", echo, formType, []corpus.Part{corpus.Hex("a=\xff\xfe")}), 3, 6),
		one("form/raw-high-bytes-and-escape", with("POST", echo, formType, []corpus.Part{corpus.Hex("a=\xff%41")}), 3, 6),
		one("form/chunked", chunked(echo, formType, []corpus.Part{corpus.Text("a=%C"), corpus.Text("5%BE&b"), corpus.Text("=2")}), 6),
		one("form/put", with("PUT", echo, formType, []corpus.Part{corpus.Text("a=1")}), 1, 6),
	)
}
