package tables

import (
	"strings"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
	textType = "text/plain"
	echo     = "/api/body/echo"
	blind    = "/api/body/blind"
)

var contentTypes = []named{
	{"json", "application/json"},
	{"json-upper", "APPLICATION/JSON"},
	{"json-mixed", "Application/Json; Charset=UTF-8"},
	{"json-utf8", "application/json; charset=utf-8"},
	{"json-utf8-no-blank", "application/json;charset=utf-8"},
	{"json-utf8-quoted", `application/json; charset="utf-8"`},
	{"json-blank-before-semicolon", "application/json ;charset=utf-8"},
	{"json-blank-around-equals", "application/json; charset = utf-8"},
	{"json-other-parameter", `application/json; profile="a;b"; q=0.5`},
	{"json-two-charsets", "application/json; charset=utf-8; charset=latin1"},
	{"json-no-value", "application/json; charset"},
	{"json-empty-value", "application/json; charset="},
	{"json-empty-quoted-value", `application/json; charset=""`},
	{"json-open-quote", `application/json; charset="utf-8`},
	{"json-trailing-semicolon", "application/json;"},
	{"json-trailing-semicolon-blank", "application/json; "},
	{"json-double-semicolon", "application/json;; charset=utf-8"},
	{"json-list", "application/json, text/plain"},
	{"json-blank-inside", "application / json"},
	{"json-third-part", "application/json/x"},
	{"json-quoted", `"application/json"`},
	{"ld-json", "application/ld+json"},
	{"vendor-json", "application/vnd.api+json"},
	{"problem-json", "application/problem+json"},
	{"text-json", "text/json"},
	{"json5", "application/json5"},
	{"json-seq", "application/json-seq"},
	{"form", "application/x-www-form-urlencoded"},
	{"form-upper", "Application/X-WWW-Form-URLencoded"},
	{"form-utf8", "application/x-www-form-urlencoded; charset=UTF-8"},
	{"text", "text/plain"},
	{"html", "text/html; charset=utf-8"},
	{"multipart", "multipart/form-data; boundary=x"},
	{"octet-stream", "application/octet-stream"},
	{"png", "image/png"},
	{"no-slash", "json"},
	{"wildcard", "*/*"},
	{"junk", "???"},
	{"none", ""},
}

var bodies = []named{
	{"object", `{"a":[1,true,null,"x"]}`},
	{"pairs", "a=1&b=two+words&a=3"},
	{"text", "plain text"},
	{"empty", ""},
	{"blanks", "  "},
	{"broken", `{"a":`},
}

func typeCases() []corpus.Case {
	var cases []corpus.Case
	for _, t := range contentTypes {
		for _, b := range bodies {
			rules := []int{2}
			switch b.name {
			case "empty", "blanks":
				rules = append(rules, 4)
			case "broken":
				rules = append(rules, 5)
			}
			cases = append(cases, one("type/"+t.name+"/"+b.name, post(echo, t.value, b.value), rules...))
		}
	}
	body := `{"a":1}`
	part := []corpus.Part{corpus.Text(body)}
	multipart := "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n"
	return append(cases,
		one("type/twice/json-then-text", with("POST", echo, jsonType, part, "Content-Type: text/plain"), 2),
		one("type/twice/text-then-json", with("POST", echo, textType, part, "Content-Type: application/json"), 2),
		one("type/empty-header", with("POST", echo, "", part, "Content-Type:"), 2),
		one("type/blank-header", with("POST", echo, "", part, "Content-Type:  "), 2),
		one("type/tab-around", with("POST", echo, "", part, "Content-Type:\tapplication/json\t"), 2),
		one("type/lower-case-header-name", with("POST", echo, "", part, "content-type: application/json"), 2),
		one("type/multipart-is-text", post(echo, "multipart/form-data; boundary=x", multipart), 2),
		one("type/binary-is-text", with("POST", echo, "application/octet-stream", []corpus.Part{corpus.Hex("\x00\x01\xfe\xff\x80")}), 2, 3),
		one("type/no-body-no-type", bare("POST", echo), 4),
		one("type/no-body-json", bare("POST", echo, "Content-Type: application/json"), 4),
		one("type/no-body-form", bare("POST", echo, "Content-Type: application/x-www-form-urlencoded"), 4),
		one("type/no-body-get", get(echo), 4),
		one("type/zero-length-no-type", bare("POST", echo, "Content-Length: 0"), 4),
		one("type/parser-true", post("/api/body/on", jsonType, body), 2),
		one("type/parser-empty-options", post("/api/body/options", jsonType, body), 2, 7),
	)
}

// charsets are encodings of the word žš, or of what comes nearest.
var charsets = []struct {
	name, charset, body string
}{
	{"utf-8", "utf-8", "\xc5\xbe\xc5\xa1"},
	{"utf8", "utf8", "\xc5\xbe\xc5\xa1"},
	{"utf-8-upper", "UTF-8", "\xc5\xbe\xc5\xa1"},
	{"utf-8-quoted", `"utf-8"`, "\xc5\xbe\xc5\xa1"},
	{"utf-8-escaped", `"utf\-8"`, "\xc5\xbe\xc5\xa1"},
	{"utf-8-emoji", "utf-8", "\xf0\x9f\x98\x80"},
	{"unicode-1-1-utf-8", "unicode-1-1-utf-8", "\xc5\xbe"},
	{"latin1", "latin1", "caf\xe9"},
	{"iso-8859-1", "iso-8859-1", "caf\xe9"},
	{"iso-8859-1-c1", "iso-8859-1", "\x80\x9f"},
	{"iso-8859-2", "iso-8859-2", "\xbe\xb9"},
	{"iso-8859-15", "iso-8859-15", "\xa4"},
	{"windows-1250", "windows-1250", "\x9e\x9a"},
	{"windows-1252", "windows-1252", "\x80\x99"},
	{"cp1252", "cp1252", "\x80"},
	{"windows-1251", "windows-1251", "\xef\xf0"},
	{"koi8-r", "koi8-r", "\xd0\xd1"},
	{"macintosh", "macintosh", "\x8e"},
	{"ascii", "us-ascii", "abc"},
	{"ascii-high-bytes", "us-ascii", "a\xe9"},
	{"ascii-short-name", "ascii", "a\xe9"},
	{"utf-16le", "utf-16le", "~\x01a\x01"},
	{"utf-16le-bom", "utf-16le", "\xff\xfe~\x01"},
	{"utf-16be", "utf-16be", "\x01~\x01a"},
	{"utf-16-bom-be", "utf-16", "\xfe\xff\x01~"},
	{"utf-16-bom-le", "utf-16", "\xff\xfe~\x01"},
	{"utf-16-no-bom", "utf-16", "a\x00b\x00"},
	{"utf-16le-odd", "utf-16le", "a\x00b"},
	{"utf-16le-surrogates", "utf-16le", "\x3d\xd8\x00\xde"},
	{"ucs-2", "ucs-2", "a\x00"},
	{"utf-32le", "utf-32le", "a\x00\x00\x00"},
	{"utf-7", "utf-7", "+AX4-"},
	{"shift_jis", "shift_jis", "\x93\xfa\x96\x7b"},
	{"sjis", "sjis", "\x93\xfa"},
	{"euc-jp", "euc-jp", "\xc6\xfc\xcb\xdc"},
	{"iso-2022-jp", "iso-2022-jp", "\x1b$B\x46\x7c\x1b(B"},
	{"gbk", "gbk", "\xd6\xd0"},
	{"gb2312", "gb2312", "\xd6\xd0"},
	{"gb18030", "gb18030", "\xd6\xd0"},
	{"big5", "big5", "\xa4\xa4"},
	{"euc-kr", "euc-kr", "\xc7\xd1"},
	{"unknown", "klingon", "abc"},
	{"unknown-empty-body", "klingon", ""},
	{"base64", "base64", "abc"},
	{"hex", "hex", "abc"},
	{"binary", "binary", "\xe9"},
}

// damaged are bytes that are no UTF-8, or not at once.
var damaged = []named{
	{"lone-continuation", "a\x80b"},
	{"two-continuations", "a\x80\x80b"},
	{"cut-two", "a\xc3"},
	{"cut-three", "a\xe2\x82"},
	{"cut-three-inside", "a\xe2\x82b"},
	{"cut-four", "a\xf0\x9f\x98"},
	{"overlong-slash", "\xc0\xaf"},
	{"overlong-three", "\xe0\x80\xaf"},
	{"surrogate", "\xed\xa0\x80"},
	{"beyond-unicode", "\xf4\x90\x80\x80"},
	{"five-bytes", "\xf8\x88\x80\x80\x80"},
	{"fe-ff", "\xfe\xff"},
	{"bom", "\xef\xbb\xbfabc"},
	{"two-boms", "\xef\xbb\xbf\xef\xbb\xbfabc"},
	{"bom-inside", "abc\xef\xbb\xbfdef"},
	{"bom-alone", "\xef\xbb\xbf"},
	{"cut-bom", "\xef\xbb"},
	{"nul", "a\x00b"},
}

// wide are the charsets in which a quotation mark is more than one byte.
func wide(charset string) bool {
	return strings.HasPrefix(charset, "utf-16") || strings.HasPrefix(charset, "utf-32") || strings.HasPrefix(charset, "ucs")
}

func charsetCases() []corpus.Case {
	var cases []corpus.Case
	for _, c := range charsets {
		for _, t := range []named{{"text", textType}, {"json", jsonType}} {
			body := c.body
			if t.name == "json" && !wide(c.charset) {
				body = `"` + body + `"`
			}
			cases = append(cases, one("charset/"+c.name+"/"+t.name,
				with("POST", echo, t.value+"; charset="+c.charset, []corpus.Part{corpus.Hex(body)}), 3))
		}
	}
	for _, d := range damaged {
		cases = append(cases,
			one("charset/damaged/"+d.name+"/text", with("POST", echo, textType, []corpus.Part{corpus.Hex(d.value)}), 3),
			one("charset/damaged/"+d.name+"/json", with("POST", echo, jsonType, []corpus.Part{corpus.Hex(`{"a":"` + d.value + `"}`)}), 3),
			one("charset/damaged/"+d.name+"/form", with("POST", echo, formType, []corpus.Part{corpus.Hex("a=" + d.value)}), 3, 6),
		)
	}
	bom := "\xef\xbb\xbf"
	utf16 := "\xff\xfe{\x00}\x00"
	return append(cases,
		one("charset/bom-before-json", with("POST", echo, jsonType, []corpus.Part{corpus.Hex(bom + `{"a":1}`)}), 3),
		one("charset/two-boms-before-json", with("POST", echo, jsonType, []corpus.Part{corpus.Hex(bom + bom + `{"a":1}`)}), 3, 5),
		one("charset/bom-alone-json", with("POST", echo, jsonType, []corpus.Part{corpus.Hex(bom)}), 3, 4),
		one("charset/bom-before-form", with("POST", echo, formType, []corpus.Part{corpus.Hex(bom + "a=1")}), 3, 6),
		one("charset/utf-16le-json-bom", with("POST", echo, jsonType+"; charset=utf-16le", []corpus.Part{corpus.Hex(utf16)}), 3),
		one("charset/utf-16le-json", with("POST", echo, jsonType+"; charset=utf-16le", []corpus.Part{corpus.Hex(utf16[2:])}), 3),
		one("charset/latin1-form", with("POST", echo, formType+"; charset=latin1", []corpus.Part{corpus.Hex("a=\xe9&b=%E9")}), 3, 6),
		one("charset/unknown-before-bad-json", post(echo, jsonType+"; charset=klingon", "{"), 3),
		one("charset/unknown-blind", post(blind, jsonType+"; charset=klingon", "{}"), 1, 3),
		one("charset/unknown-over-size", post("/api/limit/10b", textType+"; charset=klingon", "12345678901"), 3, 7),
		one("charset/unknown-no-body", bare("GET", echo, "Content-Type: text/plain; charset=klingon"), 3),
	)
}
