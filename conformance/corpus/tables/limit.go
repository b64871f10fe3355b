package tables

import (
	"strconv"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

// limits are the routes of pages/api/limit with the size that just passes.
var limits = []struct {
	route string
	size  int
	rules []int
}{
	{"10b", 10, []int{7, 11}},
	{"10-number", 10, []int{7, 11}},
	{"10-text", 10, []int{7, 11}},
	{"1kb", 1024, []int{7, 11}},
	{"1kb-upper", 1024, []int{7, 11}},
	{"1kb-mixed", 1024, []int{7, 11}},
	{"1kb-blank", 1024, []int{11}},
	{"1kb-blanks", 1024, []int{11}},
	{"1.5kb", 1536, []int{11}},
	{"0.01kb", 10, []int{11}},
	{"0.00001gb", 10737, []int{11}},
	{"0.5mb", 512 << 10, []int{11}},
	{"500kb", 500 << 10, []int{7, 11}},
	{"1mb", 1 << 20, []int{7, 11}},
	{"2mb", 2 << 20, []int{7, 11}},
	{"plus-10b", 10, []int{11}},
	{"10.9b", 10, []int{11}},
	{"junk-12abc", 12, []int{12}},
	{"junk-1k", 1, []int{12}},
	{"junk-1kib", 1, []int{12}},
	{"junk-1e3", 1, []int{12}},
	{"junk-blank-before", 10, []int{12}},
	{"junk-blank-after", 10, []int{12}},
	{"junk-comma", 1, []int{12}},
	{"junk-dot-end", 10, []int{12}},
	{"junk-hex", 0, []int{12}},
}

func limitCases() []corpus.Case {
	var cases []corpus.Case
	for _, l := range limits {
		for _, size := range []int{l.size, l.size + 1} {
			if size == 0 {
				continue
			}
			cases = append(cases, one("limit/"+l.route+"/"+strconv.Itoa(size), limited("/api/limit/"+l.route, size), l.rules...))
		}
	}
	for _, route := range []string{"1gb", "1tb", "1pb", "10.9-number", "0.1b", "zero-text", "zero-number", "junk-abc", "junk-minus-1kb", "junk-empty", "junk-dot-start", "junk-true"} {
		for _, size := range []int{0, 1, 10, 11, 2000} {
			rule := 11
			if route[0] == 'j' {
				rule = 12
			}
			cases = append(cases, one("limit/"+route+"/"+strconv.Itoa(size), limited("/api/limit/"+route, size), rule))
		}
	}
	return append(append(cases, limitOrderCases()...), limitWireCases()...)
}

// limited is a text body of the given size.
func limited(target string, size int) []corpus.Part {
	return with("POST", target, textType, []corpus.Part{filled(size)})
}

func filled(size int) corpus.Part {
	if size < 40 {
		return corpus.Text("1234567890123456789012345678901234567890"[:size])
	}
	return corpus.Repeat("x", size)
}

// limitOrderCases show what is looked at before what, and for whom.
func limitOrderCases() []corpus.Case {
	const ten = "/api/limit/10b"
	var cases []corpus.Case
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		cases = append(cases,
			one("limit/method/over/"+method, with(method, ten, textType, []corpus.Part{filled(11)}), 1, 7),
			one("limit/method/exact/"+method, with(method, ten, textType, []corpus.Part{filled(10)}), 1, 7),
			one("limit/method/broken/"+method, with(method, blind, jsonType, []corpus.Part{corpus.Text("{")}), 1, 5),
			one("limit/method/blind-over/"+method, with(method, blind, textType, []corpus.Part{filled(1<<20 + 1)}), 1, 7),
		)
	}
	return append(cases,
		one("limit/before-json", post(ten, jsonType, "{{{{{{{{{{{"), 7),
		one("limit/json-within", post(ten, jsonType, "{"), 7),
		one("limit/form-over", post(ten, formType, "a=12345678901"), 7),
		one("limit/characters-are-bytes", post(ten, textType, "žžžžžž"), 7),
		one("limit/bytes-exact", post(ten, textType, "žžžžž"), 7),
		one("limit/default/exact", limited(echo+"?exact", 1<<20), 7),
		one("limit/default/over", limited(echo, 1<<20+1), 7),
		one("limit/default-options/over", limited("/api/body/options", 1<<20+1), 7),
		one("limit/default-true/over", limited("/api/body/on", 1<<20+1), 7),
		one("limit/blind/exact", limited(blind, 1<<20), 1, 7),
		one("limit/blind/over-json", with("POST", blind, jsonType, []corpus.Part{filled(1<<20 + 1)}), 1, 7),
	)
}

// limitWireCases put the same bytes on the wire in other ways.
func limitWireCases() []corpus.Case {
	const ten = "/api/limit/10b"
	announced := func(name, size string, sent int) corpus.Case {
		c := one("limit/announced/"+name, join(bare("POST", ten, "Content-Type: text/plain", "Content-Length: "+size)[0], filled(sent)), 7)
		c.Hangs = true
		return c
	}
	extension := corpus.Text("5;name=value\r\n12345\r\n0\r\nTrailer: x\r\n\r\n")
	return []corpus.Case{
		one("limit/chunked/exact", chunked(ten, textType, []corpus.Part{filled(10)}), 7),
		one("limit/chunked/over", chunked(ten, textType, []corpus.Part{filled(11)}), 7),
		one("limit/chunked/exact-in-pieces", chunked(ten, textType, []corpus.Part{filled(4), filled(6)}), 7),
		one("limit/chunked/over-in-pieces", chunked(ten, textType, []corpus.Part{filled(4), filled(6), filled(1)}), 7),
		one("limit/chunked/default-over", chunked(echo, textType, []corpus.Part{filled(1 << 19), filled(1 << 19), filled(1)}), 7),
		one("limit/chunked/default-exact", chunked("/api/limit/1mb", textType, []corpus.Part{filled(1 << 19), filled(1 << 19)}), 7),
		one("limit/chunked/blind-over", chunked(blind, textType, []corpus.Part{filled(1<<20 + 1)}), 1, 7),
		one("limit/chunked/extension-and-trailer", append(bare("POST", ten, "Content-Type: text/plain", "Transfer-Encoding: chunked"), extension), 7),
		announced("over-nothing-sent", "11", 0),
		announced("over-limit-sent", "11", 10),
		announced("over-limit-plus-one-sent", "12", 11),
		announced("huge-nothing-sent", "1000000000", 0),
		announced("huge-part-sent", "1000000000", 5),
		announced("huge-over-sent", "1000000000", 100000),
		announced("exact-part-sent", "10", 9),
	}
}

// rawCases are about routes without a parser, and about encoded bodies.
func rawCases() []corpus.Case {
	const off = "/api/body/off"
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	// The text {"a":1} as gzip without time and name.
	zipped := "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xabVJT\xb22\xac\x05\x00\x0d\x64\xb4\xa0\x07\x00\x00\x00"
	return []corpus.Case{
		one("raw/every-byte", with("POST", off, "application/octet-stream", []corpus.Part{corpus.Hex(string(every))}), 9),
		one("raw/broken-json", post(off, jsonType, "{"), 9),
		one("raw/form", post(off, formType, "a=1+2"), 9),
		one("raw/unknown-charset", post(off, textType+"; charset=klingon", "abc"), 9),
		one("raw/empty", bare("POST", off, "Content-Length: 0"), 9),
		one("raw/no-body", get(off), 9),
		one("raw/chunked", chunked(off, textType, []corpus.Part{corpus.Text("one "), corpus.Text("two")}), 9),
		one("raw/no-type", post(off, "", "abc"), 9),
		one("raw/over-default-limit", limited("/api/body/off-size", 3<<20), 9),
		one("raw/over-default-limit-chunked", chunked("/api/body/off-size", textType, []corpus.Part{filled(1 << 20), filled(1 << 20)}), 9),
		one("raw/gzip-off", with("POST", off, jsonType, []corpus.Part{corpus.Hex(zipped)}, "Content-Encoding: gzip"), 9, 10),
		one("raw/gzip-as-json", with("POST", echo, jsonType, []corpus.Part{corpus.Hex(zipped)}, "Content-Encoding: gzip"), 10),
		one("raw/gzip-as-text", with("POST", echo, textType, []corpus.Part{corpus.Hex(zipped)}, "Content-Encoding: gzip"), 10, 3),
		one("raw/gzip-declared-only", post(echo, jsonType, `{"a":1}`, "Content-Encoding: gzip"), 10),
		one("raw/brotli-declared-only", post(echo, jsonType, `{"a":1}`, "Content-Encoding: br"), 10),
		one("raw/unknown-coding", post(echo, jsonType, `{"a":1}`, "Content-Encoding: klingon"), 10),
		one("raw/identity-coding", post(echo, jsonType, `{"a":1}`, "Content-Encoding: identity"), 10),
	}
}
