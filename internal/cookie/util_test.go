package cookie_test

import (
	"math/rand/v2"
	"strings"
)

// headers lists Cookie headers as Node shows them, one character a byte: what
// the rules name, then random mixtures of their pieces.
func headers() []string {
	list := []string{
		"", "a=1", "a=1; b=2", "a=1;b=2", "a=1;   b=2", "a=1;\tb=2", " a = 1 ; b = 2 ", "a=1; a=2", "A=1; a=2", "a", "a; b=1",
		"=x", "= ; =y", "a=", "a=;b=", ";;;", "a=1;;b=2", "a==b", "a=b=c", "a=1,b=2",
		`a="1"`, `a="1`, `a=1"`, `a="`, `a=""`, `a="""`, `a=" 1 "`, `a="%41"`, `a="a;b"`, `a='1'`,
		"a=%41", "a=%", "a=%4", "a=%zz", "a=%41%", "a=%C3%A9", "a=%c3%a9", "a=%C3", "a=%C3\u00a9", "a=%ED%A0%80", "a=%F0%9F%98%80",
		"a=%C0%80", "a=%F4%90%80%80", "a=%E9", "a=1%2B2+3", "a=%20b%20", "a=%00", "a=%2561",
		"a=\u00e9", "\u00e9=1", "a=\u00c3\u00a9", "\u00a0a\u00a0=\u00a01\u00a0", "a=\u00a0", "a=\u0085x", "a=%41\u00e9",
		"__proto__=1", "__proto__=1; a=2", "constructor=1", "toString=1; valueOf=2; hasOwnProperty=3", "isPrototypeOf=1",
		"propertyIsEnumerable=1; toLocaleString=2", "__defineGetter__=1; __defineSetter__=2", "__lookupGetter__=1; __lookupSetter__=2",
		"prototype=1; length=2; name=3", "constructor =1", "Constructor=1", "$Version=1; a=2", "%61=1; a=2", "a%3D=1",
		"a=1\u000b; b=\u000c2",
	}
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		"a", "b", "c", "=", "=", "=", ";", ";", "; ", ";  ", " ", "\t", `"`, "%", "%41", "%C3%A9", "%C3", "%F0%9F%98%80", "+",
		"\u00e9", "\u00a0", "__proto__", "toString", ",", "1", "x y",
	}
	for range 1200 {
		var header strings.Builder
		for range 2 + r.IntN(14) {
			header.WriteString(pieces[r.IntN(len(pieces))])
		}
		list = append(list, header.String())
	}
	return list
}

// wire turns a header as Node shows it into the bytes that were sent.
func wire(header string) string {
	var b strings.Builder
	for _, r := range header {
		b.WriteByte(byte(r))
	}
	return b.String()
}
