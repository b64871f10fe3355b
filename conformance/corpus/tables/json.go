package tables

import (
	"strings"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

var documents = []named{
	{"null", "null"}, {"true", "true"}, {"false", "false"}, {"zero", "0"}, {"minus-zero", "-0"}, {"minus-zero-float", "-0.0"},
	{"one", "1"}, {"fraction", "1.5"}, {"exponent", "1e3"}, {"exponent-plus", "1E+3"}, {"exponent-minus", "1e-3"}, {"exponent-fraction", "1.25e2"},
	{"integer-2-53", "9007199254740993"}, {"integer-20-digits", "12345678901234567890"}, {"many-digits", "0.1000000000000000055511151231257827"},
	{"huge", "1e308"}, {"overflow", "1e400"}, {"overflow-minus", "-1e400"}, {"overflow-inside", `{"a":[1e999]}`}, {"underflow", "1e-400"}, {"smallest", "5e-324"},
	{"text", `"text"`}, {"empty-text", `""`}, {"escapes", `"\"\\\/\b\f\n\r\t"`}, {"unicode-escape", `"\u017e\u0161"`}, {"unicode-escape-upper", `"\u017E"`},
	{"surrogate-pair", `"\ud83d\ude00"`}, {"lone-high-surrogate", `"\ud83d"`}, {"lone-low-surrogate", `"\ude00"`}, {"swapped-surrogates", `"\ude00\ud83d"`},
	{"high-surrogate-then-text", `"\ud83dabc"`}, {"escaped-nul", `"\u0000"`}, {"unicode", `"ž 日本 😀"`}, {"line-separator", "\"\u2028\u2029\""}, {"delete-character", "\"\x7f\""},
	{"empty-array", "[]"}, {"array", `[1,"a",null,[],{}]`}, {"empty-object", "{}"}, {"object", `{"a":1,"b":{"c":[2]}}`}, {"empty-key", `{"":1}`},
	{"blanks-around", " \t\r\n{ \"a\" : [ 1 , 2 ] } \t\r\n"}, {"duplicate-keys", `{"a":1,"a":2}`}, {"duplicate-keys-nested", `{"a":{"x":1},"a":{"y":2}}`}, {"duplicate-keys-escaped", `{"a":1,"\u0061":2}`},
	{"proto-key", `{"__proto__":{"admin":true},"a":1}`}, {"constructor-key", `{"constructor":{"prototype":{}}}`}, {"proto-text", `{"__proto__":"x"}`}, {"number-keys", `{"10":1,"9":2,"b":3,"a":4}`},
	{"nested-arrays-500", strings.Repeat("[", 500) + strings.Repeat("]", 500)},
	{"nested-objects-400", strings.Repeat(`{"a":`, 400) + "1" + strings.Repeat("}", 400)},
	{"trailing-text", "{} x"}, {"two-values", "{}{}"}, {"two-values-line", "1\n2"}, {"trailing-comma-array", "[1,]"}, {"trailing-comma-object", `{"a":1,}`}, {"leading-comma", "[,1]"}, {"only-comma", "[,]"},
	{"missing-comma", "[1 2]"}, {"missing-colon", `{"a" 1}`}, {"missing-value", `{"a":}`}, {"bare-key", "{a:1}"}, {"number-key", "{1:1}"}, {"single-quotes", "{'a':1}"},
	{"line-comment", "{} // comment"}, {"block-comment", "/* comment */ {}"}, {"nan", "NaN"}, {"infinity", "Infinity"}, {"minus-infinity", "-Infinity"}, {"undefined", "undefined"},
	{"true-upper", "True"}, {"null-cut", "nul"}, {"null-long", "nulll"}, {"leading-zero", "01"}, {"leading-zero-minus", "-01"}, {"leading-plus", "+1"}, {"leading-dot", ".5"}, {"trailing-dot", "1."},
	{"dot-exponent", "1.e3"}, {"empty-exponent", "1e"}, {"exponent-sign-only", "1e+"}, {"minus-only", "-"}, {"hexadecimal", "0x10"}, {"underscore", "1_000"}, {"two-dots", "1.2.3"},
	{"open-text", `"abc`}, {"open-array", "[1"}, {"open-object", `{"a":1`}, {"close-only", "]"}, {"wrong-close", "[1}"}, {"bad-escape", `"\x41"`}, {"bad-unicode-escape", `"\u12g4"`}, {"short-unicode-escape", `"\u12"`},
	{"upper-unicode-escape", `"\U0041"`}, {"escape-at-end", `"\`}, {"newline-in-text", "\"a\nb\""}, {"tab-in-text", "\"a\tb\""}, {"control-in-text", "\"a\x01b\""}, {"nul-in-text", "\"a\x00b\""},
	{"nul-after", "{}\x00"}, {"nul-before", "\x00{}"}, {"nul-only", "\x00"}, {"form-feed-blank", "\f{}"}, {"vertical-tab-blank", "\v{}"}, {"no-break-space", "\u00a0{}"}, {"line-separator-blank", "\u2028{}"},
	{"newline-only", "\n"}, {"html", "<html>"}, {"pairs", "a=1&b=2"}, {"word", "hello"},
}

func jsonCases() []corpus.Case {
	var cases []corpus.Case
	for _, d := range documents {
		cases = append(cases, one("json/"+d.name, post(echo, jsonType, d.value), 5))
	}
	return append(cases,
		one("json/ld/object", post(echo, "application/ld+json", `{"@id":"x"}`), 2, 5),
		one("json/ld/broken", post(echo, "application/ld+json", `{"@id":`), 2, 5),
		one("json/empty-chunked", chunked(echo, jsonType, nil), 4, 7),
		one("json/blind/broken", post(blind, jsonType, "{"), 1, 5),
		one("json/blind/nested-arrays-5000", post(blind, jsonType, strings.Repeat("[", 5000)+strings.Repeat("]", 5000)), 5),
		one("json/blind/nested-arrays-1000", post(blind, jsonType, strings.Repeat("[", 1000)+strings.Repeat("]", 1000)), 5),
		one("json/blind/good", post(blind, jsonType, "{}"), 1),
		one("json/many-pieces", chunked(echo, jsonType, []corpus.Part{
			corpus.Text(`{"a`), corpus.Text(`":"`), corpus.Hex("\xc5"), corpus.Hex("\xbe"), corpus.Text(`"}`),
		}), 3, 5),
	)
}
