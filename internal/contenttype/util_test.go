package contenttype_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// update records the answers of the original again. It needs Node.js and, in NODE_PATH, the node_modules with the package next.
var update = flag.Bool("update", false, "record what Next.js answers, with Node.js and NODE_PATH")

const recording = "testdata/nextjs.json"

// record asks the original and writes what it answers to testdata.
func record(t *testing.T, inputs any) {
	t.Helper()
	in, err := json.Marshal(inputs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/record.js")
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("install Node.js and set NODE_PATH to a node_modules that has next: %v", err)
	}
	if err := os.WriteFile(recording, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

// headers are inputs whose answers are recorded besides random ones. In these texts a character up to U+00FF is one byte.
var headers = []string{
	"", " ", ";", "/", "???", "json", "application/json", "APPLICATION/JSON", "Application/Ld+Json",
	"application/ld+json", "application/vnd.api+json",
	"text/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
	"application/octet-stream", "a/b", "a/b/c", "/json", "application/",
	"application /json", "application/ json", " application/json ", "\tapplication/json\t",
	"\u00a0application/json\u00a0", "application/json\u00a0;charset=utf-8", "application/json\r\n",
	"\u0085application/json", "\x1fapplication/json", "application/json,text/plain",
	"application/json, text/plain; charset=utf-8", "application/js\u00f6n", "*/*", "!#$%&'*+-.^_`|~/!#$%&'*+-.^_`|~",
	"application/json;", "application/json; ", "application/json;;", "application/json; charset",
	"application/json; charset=", "application/json; =utf-8", "application/json; charset=utf-8;",
	"application/json;charset=utf-8", "application/json; charset=utf-8", "application/json ; charset = utf-8 ",
	"application/json;  charset  =  utf-8  ", "application/json; charset=UTF-8",
	"application/json; CHARSET=Utf-8", "application/json; charset=utf-8; charset=latin1",
	"application/json; charset=utf-8; x=y", "application/json; x=y; charset=utf-8",
	"application/json; x=y;charset=utf-8;z=\"w\"",
	"application/json; charset=utf-8 x", "application/json; charset=utf 8", "application/json; charset=utf-8, x",
	"application/json;\tcharset=utf-8", "application/json; charset=\tutf-8", "application/json; charset=utf-8\t",
	"application/json; x; charset=utf-8", "application/json; x=; charset=utf-8", "application/json; charset=utf-8; x",
	"application/json x; charset=utf-8",
	`text/plain; charset="utf-8"`, `text/plain; charset = "utf-8" `, `text/plain; charset=""`, `text/plain; charset="`,
	`text/plain; charset="utf-8`, `text/plain; charset="utf-8"x`, `text/plain; charset='utf-8'`,
	`text/plain; charset="u\tf"`, `text/plain; charset="\u\t\f-8"`, `text/plain; charset="\"\\"`,
	`text/plain; charset="\`, `text/plain; charset="a\"`, `text/plain; charset="a;b=c"`, `text/plain; charset="a, b"`,
	"text/plain; charset=\"\x0b\"", "text/plain; charset=\"\t\"", "text/plain; charset=\"\x7f\"",
	"text/plain; charset=\"\\\x7f\"", "text/plain; charset=\"\\\x0b\"", "text/plain; charset=\"\\\t\"",
	"text/plain; charset=\"\\\x00\"",
	"text/plain; charset=\"\u00e9\u0080\u00ff\"", "text/plain; charset=\u00e9", "text/plain; charset=utf-8\u00a0",
	"text/plain; ch\u00e4rset=utf-8", "text/plain; charset=a/b", "text/plain; charset=a=b", "text/plain; charset=(x)",
	"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
	`multipart/form-data; boundary="a b"; charset=utf-8`, "text/html; charset=utf-16le",
	"text/plain; format=flowed; delsp=yes",
	"text/plain; charset*=utf-8''x", "text/plain; __proto__=x; charset=utf-8", "text/plain;charset=utf-8;charset=\"\"",
	"text/plain;charset=\"\";charset=a",
}

// randomHeaders returns the headers above and n more: correct ones, of which most have one fault put in.
func randomHeaders(n int) []string {
	r := rand.New(rand.NewPCG(7, 8))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	blanks := func() string { return strings.Repeat(" ", max(0, r.IntN(5)-2)) }
	all := append([]string(nil), headers...)
	for range n {
		parts := []string{pick("application/json", "Text/Plain", "multipart/form-data", "a/b")}
		for range r.IntN(4) {
			parts = append(parts, blanks(), ";", blanks(), pick("charset", "charset", "Charset", "x", "boundary"), blanks(), "=", blanks(),
				pick("utf-8", "Latin1", "x", `""`, `"utf-8"`, `"a b;c"`, `"\"\\"`, "\"\u00e9\""), blanks())
		}
		runes := []rune(strings.Join(parts, ""))
		at := r.IntN(len(runes))
		switch r.IntN(4) {
		case 0:
			runes = slices.Delete(runes, at, at+1)
		case 1:
			runes[at] = pickRune(r)
		case 2:
			runes = slices.Insert(runes, at, pickRune(r))
		}
		all = append(all, string(runes))
	}
	return all
}

func pickRune(r *rand.Rand) rune {
	special := []rune(" \t\"\\;=/,(\u00a0\u00e9\x7f\x0b\x00a")
	return special[r.IntN(len(special))]
}

// latin1 turns each character of s, up to U+00FF, into one byte; text does the reverse.
func latin1(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
	}
	return b.String()
}

func text(latin1 string) string {
	var b strings.Builder
	for _, c := range []byte(latin1) {
		b.WriteRune(rune(c))
	}
	return b.String()
}
