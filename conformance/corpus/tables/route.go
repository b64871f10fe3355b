package tables

import (
	"fmt"
	"strings"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

// overlays are requests in which a parameter and a query key have one name.
var overlays = []named{
	{"param-wins", "/api/post/real?pid=query"},
	{"param-wins-over-two", "/api/post/real?pid=a&pid=b"},
	{"param-and-others", "/api/post/real?a=1&a=2&b=3"},
	{"catch-all-wins", "/api/post/a/b?slug=query"},
	{"catch-all-wins-over-two", "/api/tail/a?path=x&path=y"},
	{"two-params-win", "/api/mix/p/q?x=1&y=2&z=3"},
	{"optional-present", "/api/docs/a?slug=query"},
	{"optional-absent-key-shows", "/api/docs?slug=query"},
	{"optional-absent-two-keys-show", "/api/docs?slug=a&slug=b"},
	{"optional-absent", "/api/docs"},
	{"optional-absent-escaped-key", "/api/docs?sl%75g=query"},
	{"other-case-is-another-key", "/api/post/real?PID=query"},
	{"static-file-has-no-param", "/api/post/create?pid=query"},
	{"param-named-like-array", "/api/post/real?pid[]=query"},
}

func queryCases() []corpus.Case {
	var cases []corpus.Case
	for _, p := range pairStrings {
		// A request target has no blanks and no quotes: a client escapes them.
		target := strings.NewReplacer(" ", "%20", `"`, "%22").Replace(p.value)
		cases = append(cases, one("query/"+p.name, get("/api/query?"+target), 6, 14))
	}
	for _, o := range overlays {
		cases = append(cases, one("query/overlay/"+o.name, get(o.value), 14))
	}
	return append(cases,
		one("query/no-query", get("/api/query"), 14),
		one("query/empty-query", get("/api/query?"), 14),
		one("query/two-question-marks", get("/api/query??a=1"), 14),
		one("query/pairs-1000", get("/api/query?"+pairs(1000)), 14),
		one("query/pairs-1001", get("/api/query?"+pairs(1001)), 14),
		one("query/pairs-1100", get("/api/query?"+pairs(1100)), 14),
		one("query/with-body", post("/api/query?a=1", formType, "a=2&b=3"), 14),
		one("query/escaped-hash", get("/api/query?a=%23x"), 14),
		one("query/raw-utf8", get("/api/query?a=ž"), 14),
		one("query/raw-brackets", get("/api/query?a={b}|c^d`e"), 14),
		one("query/internal-looking-key", get("/api/query?nextInternal=1&_rsc=2"), 14),
		one("query/parameter-prefix-key", get("/api/post/real?nxtPpid=evil"), 14),
		one("query/parameter-prefix-key-static", get("/api/query?nxtPa=1"), 14),
	)
}

// routePaths are tried on the pattern sets of pages/api: static, dynamic,
// catch-all and optional catch-all files beside one another.
var routePaths = []struct {
	path  string
	rules []int
}{
	{"post", []int{15, 16}},
	{"post/create", []int{15}},
	{"post/creates", []int{15}},
	{"post/CREATE", []int{15}},
	{"post/abc", []int{15}},
	{"post/a/b", []int{15, 16}},
	{"post/a/b/c", []int{15, 16}},
	{"post/create/x", []int{15, 16}},
	{"post/create/create", []int{15}},
	{"docs", []int{16}},
	{"docs/a", []int{16}},
	{"docs/a/b", []int{16}},
	{"docs/a/b/c/d/e/f/g/h", []int{16}},
	{"Docs", []int{15}},
	{"docsx", []int{15}},
	{"shop", []int{15}},
	{"shop/sale", []int{15}},
	{"shop/sale/1", []int{15}},
	{"shop/sale/items", []int{15}},
	{"shop/sale/items/1", []int{15}},
	{"shop/sale/items/1/2", []int{15}},
	{"shop/sale/other/1", []int{15}},
	{"shop/x", []int{15}},
	{"shop/x/items", []int{15}},
	{"shop/x/items/1", []int{15}},
	{"shop/x/items/1/2", []int{15}},
	{"shop/x/y", []int{15}},
	{"mix", []int{15, 16}},
	{"mix/a", []int{15}},
	{"mix/a/b", []int{15}},
	{"mix/a/x", []int{15}},
	{"mix/a/b/c", []int{15}},
	{"mix/a/b/c/d", []int{15}},
	{"mix/a/b/c/d/e", []int{15}},
	{"mix/a/b/x", []int{15}},
	{"mix/a/x/y", []int{15}},
	{"mix/p/b", []int{15}},
	{"mix/p/q", []int{15}},
	{"mix/p/b/c", []int{15}},
	{"mix/p/q/r", []int{15}},
	{"mix/p", []int{15}},
	{"only", []int{15}},
	{"only/1", []int{15}},
	{"only/1/edit", []int{15}},
	{"only/1/edits", []int{15}},
	{"only/edit", []int{15}},
	{"only/edit/edit", []int{15}},
	{"tail", []int{16}},
	{"tail/a", []int{16}},
	{"tail/a/b", []int{16}},
	{"level/1", []int{15}},
	{"level/1/2", []int{15, 16}},
	{"level/1/2/3", []int{15, 16}},
	{"level/1/2/3/4", []int{15, 16}},
	{"opt/en", []int{15, 16}},
	{"opt/en/about", []int{15}},
	{"opt/en/about/x", []int{15}},
	{"opt/de/about", []int{15}},
	{"opt/de", []int{16}},
	{"opt", []int{16}},
	{"dash/1", []int{14, 15}},
	{"dash/1/2", []int{14, 15}},
	{"static", []int{15}},
	{"static/Upper", []int{15}},
	{"static/upper", []int{15}},
	{"static/dot.json", []int{15}},
	{"static/dot.jsonx", []int{15}},
	{"static/dotxjson", []int{15}},
	{"static/a+b", []int{15, 17}},
	{"static/aab", []int{15}},
	{"static/~tilde", []int{15}},
	{"nowhere", []int{15}},
	{"", []int{15}},
	{"query/index", []int{15}},
	{"static/index", []int{15}},
	{"post/index", []int{15}},
	{"docs/index", []int{15, 16}},
	{"post/[pid]", []int{15, 17}},
	{"post/[...slug]", []int{15, 17}},
	{"docs/[[...slug]]", []int{15, 17}},
	{"mix/[y]/b", []int{15, 17}},
	{"post/:pid", []int{17}},
	{"post/*", []int{17}},
}

func routeCases() []corpus.Case {
	cases := make([]corpus.Case, 0, len(routePaths))
	for _, r := range routePaths {
		name := r.path
		if name == "" {
			name = "(the folder itself)"
		}
		cases = append(cases, one("route/"+name, get(strings.TrimSuffix("/api/"+r.path, "/")), r.rules...))
	}
	return cases
}

// segments are put where a parameter is.
var segments = []named{
	{"slash", "a%2Fb"},
	{"slash-lower", "a%2fb"},
	{"slash-only", "%2F"},
	{"double-escaped", "a%252Fb"},
	{"double-escaped-letter", "%2561"},
	{"plus", "a+b"},
	{"escaped-plus", "a%2Bb"},
	{"space", "a%20b"},
	{"escaped-letter", "%61bc"},
	{"utf8", "caf%C3%A9"},
	{"utf8-lower", "caf%c3%a9"},
	{"raw-utf8", "café"},
	{"emoji", "%F0%9F%98%80"},
	{"percent", "100%25"},
	{"percent-raw", "100%"},
	{"bad-escape", "%zz"},
	{"cut-escape", "a%4"},
	{"bad-utf8", "%FF"},
	{"cut-utf8", "%C3"},
	{"overlong", "%C0%AF"},
	{"surrogate", "%ED%A0%80"},
	{"nul", "a%00b"},
	{"newline", "a%0Ab"},
	{"question", "a%3Fb"},
	{"hash", "a%23b"},
	{"backslash-escaped", "a%5Cb"},
	{"semicolon", "a;b=c"},
	{"comma", "a,b"},
	{"equals", "a=b"},
	{"ampersand", "a&b"},
	{"at-colon", "a@b:c"},
	{"dollar", "$1"},
	{"brackets", "[x]"},
	{"escaped-brackets", "%5Bx%5D"},
	{"braces", "{x}"},
	{"quotes", "a'b"},
	{"escaped-quote", "a%22b"},
	{"angle", "%3Cb%3E"},
	{"pipe", "a|b"},
	{"caret", "a^b"},
	{"tilde-star", "~*!()"},
	{"dot-inside", "a.b"},
	{"three-dots", "..."},
	{"dot-first", ".hidden"},
	{"dot-last", "a."},
	{"long", strings.Repeat("s", 500)},
	{"proto", "__proto__"},
	{"number", "10"},
}

// shapes are whole paths.
var shapes = []named{
	{"trailing-slash", "/api/post/abc/"},
	{"trailing-slash-query", "/api/post/abc/?a=1&b=%2F"},
	{"trailing-slash-static", "/api/query/"},
	{"trailing-slash-catch-all", "/api/tail/a/b/"},
	{"trailing-slash-optional", "/api/docs/"},
	{"trailing-slash-unknown", "/api/nowhere/"},
	{"two-trailing-slashes", "/api/post/abc//"},
	{"double-slash-first", "//api/post/abc"},
	{"double-slash-inside", "/api//post/abc"},
	{"double-slash-before-last", "/api/post//abc"},
	{"double-slash-query", "/api//post/abc?x=//"},
	{"many-slashes", "/api////post///abc"},
	{"double-slash-host-like", "//example.com/api/post/abc"},
	{"slashes-only", "//"},
	{"escaped-slash-and-tail", "/api/tail/a%2Fb/c"},
	{"escaped-slash-instead", "/api%2Fpost/abc"},
	{"escaped-static", "/api/p%6Fst/create"},
	{"escaped-static-last", "/api/post/cr%65ate"},
	{"escaped-static-upper", "/api/static/%55pper"},
	{"static-space", "/api/static/with%20space"},
	{"static-utf8", "/api/static/caf%C3%A9"},
	{"static-utf8-lower", "/api/static/caf%c3%a9"},
	{"static-utf8-raw", "/api/static/café"},
	{"static-escaped-plus", "/api/static/a%2Bb"},
	{"static-escaped-tilde", "/api/static/%7Etilde"},
	{"dot", "/api/./post/abc"},
	{"dot-last", "/api/post/."},
	{"dot-dot", "/api/post/x/../abc"},
	{"dot-dot-last", "/api/post/abc/.."},
	{"dot-dot-over-root", "/../../api/post/abc"},
	{"dot-dot-escaped", "/api/post/x/%2e%2e/abc"},
	{"dot-dot-half-escaped", "/api/post/x/.%2E/abc"},
	{"dot-escaped", "/api/post/%2e"},
	{"dot-dot-escaped-slash", "/api/tail/a%2F..%2Fb"},
	{"dot-dot-double-escaped", "/api/tail/a/%252e%252e/b"},
	{"backslash", `/api/post\abc`},
	{"backslash-in-tail", `/api/tail/a\b`},
	{"bad-escape-in-static", "/api/p%zzost/abc"},
	{"bad-escape-unknown", "/api/nowhere/%zz"},
	{"bad-utf8-unknown", "/api/nowhere/%FF"},
	{"bad-escape-query-only", "/api/post/abc?x=%zz"},
	{"upper-api", "/API/post/abc"},
	{"absolute-form", "http://localhost/api/post/abc"},
	{"absolute-form-other-host", "http://example.com/api/post/abc?x=1"},
	{"fragment", "/api/post/abc#part"},
	{"segments-200", "/api/tail/" + strings.Repeat("s/", 199) + "s"},
	{"query-before-slash", "/api/post/abc?x=/y/"},
	{"semicolon-static", "/api/query;x=1"},
}

func pathCases() []corpus.Case {
	var cases []corpus.Case
	for _, s := range segments {
		cases = append(cases,
			one("path/param/"+s.name, get("/api/only/"+s.value), 17),
			one("path/tail/"+s.name, get("/api/tail/first/"+s.value+"/last"), 17),
		)
	}
	for _, s := range shapes {
		cases = append(cases, one("path/shape/"+s.name, get(s.value), 17))
	}
	return append(cases,
		one("path/shape/trailing-slash-post", post("/api/post/abc/", jsonType, "{}"), 17),
		one("path/shape/double-slash-post", post("/api//post/abc", jsonType, "{}"), 17),
		one("path/shape/bad-escape-post", post("/api/only/%zz", jsonType, "{"), 17),
		one("path/shape/trailing-slash-head", bare("HEAD", "/api/post/abc/"), 17),
	)
}

// cookieLines are values of the Cookie header.
var cookieLines = []named{
	{"one", "a=1"},
	{"two", "a=1; b=2"},
	{"no-blank", "a=1;b=2"},
	{"many-blanks", "a=1;    b=2"},
	{"tab-separated", "a=1;\tb=2"},
	{"comma-is-no-separator", "a=1, b=2"},
	{"duplicate", "a=1; a=2"},
	{"duplicate-empty-first", "a=; a=2"},
	{"upper-lower", "a=1; A=2"},
	{"percent", "a=%41%C5%BE"},
	{"percent-lower", "a=%c5%be"},
	{"bad-percent", "a=%zz"},
	{"bad-utf8", "a=%FF"},
	{"cut-percent", "a=%4"},
	{"mixed-percent", "a=%41%zz"},
	{"percent-in-name", "%61=1"},
	{"plus", "a=1+2"},
	{"escaped-semicolon", "a=1%3B2"},
	{"double-escaped", "a=%2541"},
	{"quoted", `a="1 2"`},
	{"quoted-empty", `a=""`},
	{"quoted-open", `a="1`},
	{"quoted-closed", `a=1"`},
	{"quoted-percent", `a="%41"`},
	{"quoted-semicolon", `a="1;2"`},
	{"quoted-escape", `a="1\"2"`},
	{"single-quote-mark", `a="`},
	{"quoted-twice", `a=""1""`},
	{"single-quoted", "a='1'"},
	{"no-equals", "a"},
	{"no-equals-between", "a=1; b; c=3"},
	{"no-equals-first", "b; a=1"},
	{"empty-value", "a="},
	{"empty-name", "=1"},
	{"only-equals", "="},
	{"equals-in-value", "a=b=c"},
	{"equals-at-end", "a=b="},
	{"blank-around-name", " a =1"},
	{"blank-around-value", "a= 1 "},
	{"blank-inside", "a=1 2"},
	{"blank-in-name", "a b=1"},
	{"empty-pairs", ";;a=1;;b=2;;"},
	{"only-semicolons", ";;;"},
	{"blank-only", " "},
	{"semicolon-last", "a=1;"},
	{"proto", "__proto__=1; a=2"},
	{"constructor", "constructor=1; toString=2"},
	{"dollar", "$Version=1; a=2; $Path=/"},
	{"number-names", "10=a; 9=b"},
	{"json", `a={"b":[1,2]}`},
	{"json-escaped", "a=%7B%22b%22%3A1%7D"},
	{"base64", "a=YWJj+/=="},
	{"brackets", "a[b]=1"},
	{"utf8", "a=ž"},
	{"utf8-name", "ž=1"},
	{"special-name", "a!#$%&'*+-.^_`|~=1"},
	{"attribute-names", "a=1; Path=/; HttpOnly; Secure"},
	{"long", "a=" + strings.Repeat("v", 3000)},
	{"slashes", "a=/b\\c"},
}

func cookieCases() []corpus.Case {
	cases := make([]corpus.Case, 0, len(cookieLines)+12)
	for _, v := range cookieLines {
		cases = append(cases, one("cookie/"+v.name, get("/api/cookies", "Cookie: "+v.value), 19))
	}
	many := make([]string, 300)
	for i := range many {
		many[i] = fmt.Sprintf("c%d=%d", i, i)
	}
	cases = append(cases,
		one("cookie/none", get("/api/cookies"), 19),
		one("cookie/empty-header", get("/api/cookies", "Cookie:"), 19),
		one("cookie/two-headers", get("/api/cookies", "Cookie: a=1", "Cookie: b=2"), 19),
		one("cookie/two-headers-duplicate", get("/api/cookies", "Cookie: a=1", "Cookie: a=2"), 19),
		one("cookie/three-headers", get("/api/cookies", "Cookie: a=1", "X-Between: 1", "Cookie: b=2", "cookie: c=3"), 19),
		one("cookie/two-headers-first-empty", get("/api/cookies", "Cookie:", "Cookie: b=2"), 19),
		one("cookie/pairs-1000", get("/api/cookies", "Cookie: "+strings.Repeat("a=1; ", 999)+"b=2"), 19),
		one("cookie/pairs-1001", get("/api/cookies", "Cookie: "+strings.Repeat("a=1; ", 1000)+"b=2"), 19),
		one("cookie/many", get("/api/cookies", "Cookie: "+strings.Join(many, "; ")), 19),
		one("cookie/high-bytes", []corpus.Part{corpus.Text("GET /api/cookies HTTP/1.1\r\nHost: localhost\r\nCookie: a="), corpus.Hex("\xe9\xff"), corpus.Text("\r\n\r\n")}, 19),
	)
	for _, set := range []string{"one", "list", "same", "deleted"} {
		cases = append(cases, one("cookie/set/"+set, get("/api/cookies/"+set), 20))
	}
	return cases
}
