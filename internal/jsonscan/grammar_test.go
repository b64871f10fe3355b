package jsonscan_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// TestAccepted has a text for each rule of RFC 8259.
func TestAccepted(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"literals": {"null", "true", "false", " null", "true\n"},
		"integers": {"0", "-0", "7", "-7", "10", "1234567890123456789012345678901234567890"},
		"fractions": {
			"0.0", "-0.5", "1.000", "12.34", "0.1234567890123456789012345678901234567890",
		},
		"exponents":   {"1e1", "1E1", "1e+1", "1e-1", "0e0", "-1.5E-07", "1e0000", "1e-999999999999"},
		"strings":     {`""`, `"a"`, `"eight by"`, `"more than eight bytes"`, "\"\x7f\"", "\"\u2028\"", `"'"`, `"/"`},
		"escapes":     {`"\""`, `"\\"`, `"\/"`, `"\b\f\n\r\t"`, `"\u0000"`, `"\uabCD"`, `"\ud83d\ude00"`, `"a\\"`},
		"surrogates":  {`"\ud800"`, `"\udfff"`, `"\ude00\ud83d"`, `"\ud800a"`},
		"bytes":       {"\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\""}, // whoever decodes them says what they mean
		"arrays":      {"[]", "[ ]", "[1]", "[1,2,3]", "[[],[[]]]", "[\n]", `["a",null,{}]`},
		"objects":     {"{}", "{ }", `{"":0}`, `{"a":1,"b":2}`, `{"a":{"b":{}}}`, `{"a":[{}]}`, `{"__proto__":1}`},
		"white space": {" 1 ", "\t[\n1\r,\t2 ]\n", `{ "a" : 1 , "b" : [ ] }`, strings.Repeat(" \t\r\n", 1000) + "1"},
		"duplicates":  {`{"a":1,"a":2}`},
	} {
		for _, text := range texts {
			if err := jsonscan.Check([]byte(text), jsonscan.Options{}); err != nil {
				t.Errorf("%s: %v in %.60q", name, err, text)
			}
		}
	}
}

// TestRefused has what JavaScript allows and JSON does not, and what lenient parsers allow.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"nothing":         {"", " ", "\n"},
		"two values":      {"1 2", "{}{}", "[][]", "null,null", "1\x00"},
		"literals":        {"Null", "TRUE", "nil", "None", "undefined", "nulls", "n", "t", "f"},
		"numbers":         {"+1", "01", "-01", "1.", ".1", "-.1", "0x1", "1_0", "1e", "1e+", "1.e1", "NaN", "Infinity", "-Infinity", "1n", "１", "--1", "-"},
		"strings":         {"'a'", "`a`", "\"", "\"a", "\"\n\"", "\"\t\"", "\"\x00\"", "“a”"},
		"escapes":         {`"\x41"`, `"\0"`, `"\'"`, `"\u{41}"`, `"\u41"`, `"\U0041"`, `"\`, `"\u"`, `"\` + "\n" + `"`},
		"arrays":          {"[", "]", "[1", "[1,]", "[,]", "[,1]", "[1,,2]", "[1 2]", "[1:2]", "(1)", "[1}"},
		"objects":         {"{", "}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{a:1}`, `{'a':1}`, `{1:1}`, `{"a"=1}`, `{"a":1;"b":2}`, `{"a":1]`, `{"a":b}`},
		"comments":        {"// a\n1", "1 // a", "/* a */ 1", "[1, /* a */ 2]", "# a\n1", "<!-- a -->1"},
		"white space":     {"\v1", "\f1", "\u00a01", "\u20281", "\u30001", "1\u0085"},
		"byte-order mark": {"\ufeff1", "1\ufeff", "\xff\xfe1\x00"},
	} {
		for _, text := range texts {
			if _, ok := errors.AsType[*jsonscan.SyntaxError](jsonscan.Check([]byte(text), jsonscan.Options{})); !ok {
				t.Errorf("%s: %q passes", name, text)
			}
		}
	}
}

// TestNothingIsKept checks that the text is only read, and that an error does not change with it afterwards.
func TestNothingIsKept(t *testing.T) {
	t.Parallel()
	text := []byte(`{"name":1,"name":2}`)
	before := bytes.Clone(text)
	err := jsonscan.Check(text, jsonscan.Options{DisallowDuplicateKeys: true})
	if !bytes.Equal(text, before) {
		t.Errorf("Check changed the text to %q", text)
	}
	clear(text)
	if duplicate, ok := errors.AsType[*jsonscan.DuplicateKeyError](err); !ok || duplicate.Key != "name" {
		t.Errorf("after the text was changed the error is %v", err)
	}
}

// TestFirstFault checks which of several faults is reported.
func TestFirstFault(t *testing.T) {
	t.Parallel()
	o := jsonscan.Options{MaxDepth: 2, DisallowDuplicateKeys: true}
	tests := []struct{ in, want string }{
		{`{"a":1,"a":1e400`, `jsonscan: duplicate key "a" at byte 7; write it once`},
		{`{"a":1e400,"a":[`, "jsonscan: number at byte 5 is out of range; write one below 1.8e308"},
		{`[[[1e400,]]]`, "jsonscan: nested more than 2 levels deep; write a flatter value"},
		{`[1,] 1e400`, "jsonscan: unexpected ']' in place of a value at byte 3; write one JSON value"},
		{`[1e400x]`, "jsonscan: number at byte 1 is out of range; write one below 1.8e308"},
		{`[1e400.]`, "jsonscan: number at byte 1 is out of range; write one below 1.8e308"},
		{`{"a":1,"a"x`, `jsonscan: duplicate key "a" at byte 7; write it once`},
		{`{"a":1,"a` + "\n", "jsonscan: unexpected '\\n' in a string at byte 9; write one JSON value"},
	}
	for _, tt := range tests {
		if err := jsonscan.Check([]byte(tt.in), o); err == nil || err.Error() != tt.want {
			t.Errorf("Check(%q) = %v; want %s", tt.in, err, tt.want)
		}
	}
}

// TestHostile has texts that could cost more than their length, each of about a megabyte. It does not run in parallel, because
// what other tests allocate would count.
func TestHostile(t *testing.T) {
	object := string(keys(40))
	tests := []struct {
		name     string
		in       string
		maxBytes uint64 // allocated at most when keys must not repeat
	}{
		{"deep arrays", strings.Repeat("[", 1<<20), 8 << 10},
		{"deep objects", strings.Repeat(`{"a":`, 1<<18), 256 << 10},
		{"quotes", strings.Repeat(`"`, 1<<20), 8 << 10},
		{"backslashes", `"` + strings.Repeat(`\\`, 1<<19) + `"`, 8 << 10},
		{"one number", strings.Repeat("1", 1<<20), 8 << 10},
		{"one fraction", "0." + strings.Repeat("0", 1<<20) + "1e1048576", 8 << 10},
		{"one exponent", "1e-" + strings.Repeat("9", 1<<20), 8 << 10},
		{"white space", strings.Repeat(" ", 1<<20) + "1", 8 << 10},
		{"one key", `{"` + strings.Repeat("a", 1<<20) + `":1}`, 8 << 10},
		{"one key escaped", `{"` + strings.Repeat(`\n`, 1<<19) + `":1}`, 8 << 20},
		{"many keys", string(keys(1 << 17)), 32 << 20},
		{"many objects of many keys", "[" + strings.Repeat(object+",", (1<<20)/len(object)) + "1]", 32 << 20},
	}
	for _, tt := range tests {
		in := []byte(tt.in)
		got := memory(func() { _ = jsonscan.Check(in, jsonscan.Options{DisallowDuplicateKeys: true}) })
		if got > tt.maxBytes {
			t.Errorf("%s: %d bytes are allocated, want at most %d", tt.name, got, tt.maxBytes)
		}
	}
}
