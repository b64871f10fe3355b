package bodyparser_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

func TestCharset(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), echo)
	tests := []struct{ name, contentType, body, want string }{
		{"default", jsonType, `"é"`, `"é"`},
		{"latin1 is no windows-1252", `text/plain; charset=latin1`, "\x80\xe9", "\"\u0080é\""},
		{"ISO-8859-1", `text/plain; charset=ISO-8859-1`, "\xe9", `"é"`},
		{"quoted", `text/plain; charset="latin1"`, "\xe9", `"é"`},
		{"without punctuation", `text/plain; charset=iso88591`, "\xe9", `"é"`},
		{"windows-1252", `text/plain; charset=windows-1252`, "\x80", `"€"`},
		{"UTF_8", `text/plain; charset=UTF_8`, "é", `"é"`},
		{"utf8", `text/plain; charset=utf8`, "é", `"é"`},
		{"empty", `text/plain; charset=""`, "é", `"é"`},
		{"ascii", `text/plain; charset=us-ascii`, "a\xc3", "\"a\uFFFD\""},
		{"utf-16le", `application/json; charset=utf-16le`, "\"\x00\xe9\x00\"\x00", `"é"`},
		{"utf-16le, half a character", `text/plain; charset=utf-16le`, "a\x00b", `"a"`},
		{"utf-16be", `text/plain; charset=utf-16be`, "\x00a", `"a"`},
		{"utf-16 with mark", `text/plain; charset=utf-16`, "\xfe\xff\x00a", `"a"`},
		{"utf-16 with the other mark", `text/plain; charset=utf-16`, "\xff\xfea\x00", `"a"`},
		{"utf-16, big-endian by its looks", `text/plain; charset=utf-16`, "\x00a\x00b", `"ab"`},
		{"utf-16, little-endian by default", `text/plain; charset=utf-16`, "a\x00", `"a"`},
		{"shift_jis", `text/plain; charset=shift_jis`, "\x93\xfa\x96\x7b", `"日本"`},
		{"sjis", `text/plain; charset=sjis`, "\x93\xfa\x96\x7b", `"日本"`},
		{"euc-jp", `text/plain; charset=EUC-JP`, "\xc6\xfc\xcb\xdc", `"日本"`},
		{"gbk", `text/plain; charset=gbk`, "\xd6\xd0", `"中"`},
		{"gb18030", `text/plain; charset=gb18030`, "\xd6\xd0", `"中"`},
		{"big5", `text/plain; charset=big5`, "\xa4\xa4", `"中"`},
		{"euc-kr", `text/plain; charset=euc-kr`, "\xc7\xd1", `"한"`},
		{"koi8-r", `text/plain; charset=koi8-r`, "\xc1", `"а"`},
		{"form", `application/x-www-form-urlencoded; charset=latin1`, "a=\xe9", `{"a":"é"}`},
		{"mark", "text/plain", "\uFEFFa", `"a"`},
		{"mark in front of JSON", jsonType, "\uFEFF{}", `{}`},
		{"mark only", jsonType, "\uFEFF", `{}`},
		{"two marks", "text/plain", "\uFEFF\uFEFFa", "\"\uFEFFa\""},
		{"mark of utf-16", `text/plain; charset=utf-16le`, "\xff\xfea\x00", `"a"`},
		{"no mark in latin1", `text/plain; charset=latin1`, "\xef\xbb\xbf", `"ï»¿"`},
		{"the last of two", `text/plain; charset=utf-8; charset=latin1`, "\xe9", `"é"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if a := post(t, s, test.contentType, test.body); a.status != 200 || a.body != test.want {
				t.Errorf("got %d %s, want %s", a.status, a.body, test.want)
			}
		})
	}
}

func TestUnknownCharset(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), echo)
	for _, name := range []string{"x", "utf-32", "base64", "hex", "utf-7", "replacement", "none", "x-unknown"} {
		for _, contentType := range []string{"text/plain", jsonType, formType} {
			if a := post(t, s, contentType+"; charset="+name, "{}"); a.status != 400 || a.body != "Invalid body" {
				t.Errorf("%s: got %d %s", name, a.status, a.body)
			}
		}
	}
	if a := post(t, s, "application/octet-stream; charset=x", "\xff"); a.status != 200 {
		t.Errorf("binary: got %d %s", a.status, a.body)
	}
}

// Bytes that are no UTF-8 become as many U+FFFD as in Node: one for each sequence that began well.
func TestInvalidUTF8(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), echo)
	const r = "\uFFFD"
	for body, want := range map[string]string{
		"a\xffb":                        "a" + r + "b",
		"\xc3":                          r,
		"\xc3(":                         r + "(",
		"\xe2\x82":                      r,
		"\xe2\x82a":                     r + "a",
		"\xe2(\xa1":                     r + "(" + r,
		"\xf0\x9f\x98":                  r,
		"\xf0\x9f\x98x":                 r + "x",
		"\xf0\x9f\x98\x80":              "😀",
		"\xc0\xaf":                      r + r,
		"\xe0\x80\xaf":                  r + r + r,
		"\xed\xa0\x80":                  r + r + r,
		"\xf4\x90\x80\x80":              r + r + r + r,
		"\xf5\x80":                      r + r,
		"\x80\xbf":                      r + r,
		"\xf0\x90\x80":                  r,
		"\xf0\x80\x80\x80":              r + r + r + r,
		"\xe1\xa0\xc0":                  r + r,
		"\xc3\xa9\xc3":                  "é" + r,
		"\uFFFD\xff":                    r + r,
		strings.Repeat("x", 9) + "\xff": "xxxxxxxxx" + r,
	} {
		if a := post(t, s, "text/plain", body); a.body != jsonOf(want) {
			t.Errorf("%q: got %s, want %q", body, a.body, want)
		}
	}
	if a := post(t, s, jsonType, "\"\xe2\x82\""); a.body != `"`+r+`"` {
		t.Errorf("JSON: got %s", a.body)
	}
	if a := post(t, s, formType, "a=\xe2\x82"); a.body != `{"a":"`+r+`"}` {
		t.Errorf("form: got %s", a.body)
	}
}

// What Next.js 16.4.6 makes of all 256 bytes in the charsets that have one byte for a character. testdata/charsets.js
// writes the file.
func TestCharsetParity(t *testing.T) {
	data, err := os.ReadFile("testdata/charsets.json")
	if err != nil {
		t.Fatal(err)
	}
	var tables map[string]string
	if err := json.Unmarshal(data, &tables); err != nil {
		t.Fatal(err)
	}
	if len(tables) < 30 {
		t.Fatalf("only %d charsets", len(tables))
	}
	var all strings.Builder
	for i := range 256 {
		all.WriteByte(byte(i))
	}
	s := server(t, must(t, bodyparser.Config{}), echo)
	for name, want := range tables {
		a := send(t, http.MethodPost, s.URL, strings.NewReader(all.String()), "Content-Type", "text/plain; charset="+name)
		if a.status != 200 || a.body != jsonOf(want) {
			t.Errorf("%s: got %d %s", name, a.status, a.body)
		}
	}
}
