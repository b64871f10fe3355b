package contenttype_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/contenttype"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ header, mediaType, charset string }{
		{"", "text/plain", ""},
		{"application/json", "application/json", ""},
		{"Application/JSON; Charset=UTF-8", "application/json", "UTF-8"},
		{`application/json; charset="utf-8"`, "application/json", "utf-8"},
		{`application/json; charset="\utf\-8"`, "application/json", "utf-8"},
		{"application/json; charset=utf-8; charset=latin1", "application/json", "latin1"},
		{`application/json; charset=utf-8; charset=""`, "application/json", ""},
		{"application/x-www-form-urlencoded ; charset=utf-8", "application/x-www-form-urlencoded", "utf-8"},
		{"multipart/form-data; boundary=x", "multipart/form-data", ""},
		{`text/plain; x="; charset=a"; charset=b`, "text/plain", "b"},
		{"???", "text/plain", ""},
		{"application/json;", "text/plain", ""},
		{"application/json; charset", "text/plain", ""},
		{"application/json; charset=utf-8;", "text/plain", ""},
		{"application/json, text/html", "text/plain", ""},
		{"application/json; charset=utf-8, text/html", "text/plain", ""},
		{`text/html; charset="utf-8`, "text/plain", ""},
	}
	for _, tt := range tests {
		mediaType, charset := contenttype.Parse(tt.header)
		if mediaType != tt.mediaType || charset != tt.charset {
			t.Errorf("Parse(%q) = %q, %q; want %q, %q", tt.header, mediaType, charset, tt.mediaType, tt.charset)
		}
	}
}

func TestSameAsNextJS(t *testing.T) {
	t.Parallel()
	if *update {
		record(t, randomHeaders(400))
	}
	data, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	var answers [][3]string // header, media type, charset
	if err := json.Unmarshal(data, &answers); err != nil {
		t.Fatal(err)
	}
	if len(answers) < 450 {
		t.Fatalf("%s has %d cases only", recording, len(answers))
	}
	for _, a := range answers {
		mediaType, charset := contenttype.Parse(latin1(a[0]))
		if mediaType != a[1] || text(charset) != a[2] {
			t.Errorf("Parse(%q) = %q, %q; Next.js has %q, %q", a[0], mediaType, charset, a[1], a[2])
		}
	}
}

func TestNoAllocations(t *testing.T) {
	for _, header := range []string{
		"",
		"application/json",
		"application/json; charset=utf-8",
		"application/json;charset=UTF-8",
		`application/json; charset="utf-8"`,
		"application/x-www-form-urlencoded",
		"application/x-www-form-urlencoded; charset=UTF-8",
		"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
		"text/plain;charset=UTF-8",
		"???",
	} {
		if n := testing.AllocsPerRun(100, func() { _, _ = contenttype.Parse(header) }); n != 0 {
			t.Errorf("Parse(%q) allocates %v times", header, n)
		}
	}
}

// The grammar of RFC 9110, sections 8.3.1 and 5.6.4, with the slips of the original: the vertical tab in place of the tab, and
// DEL after a backslash.
const word = "[-!#$%&'*+.^_`|~0-9A-Za-z]+"

var (
	typePattern      = regexp.MustCompile("^" + word + "/" + word + "$")
	parameterPattern = regexp.MustCompile("^; *(" + word + `) *= *(` + word + `|"(?:[\v\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\v\x20-\xff])*") *`)
	pairPattern      = regexp.MustCompile(`\\(.)`)
)

// reference reads a header by the expressions above.
func reference(header string) (mediaType, charset string) {
	header = text(header)
	end := strings.Index(header+";", ";")
	mediaType, rest := strings.Trim(header[:end], "\t\n\v\f\r \u00a0"), header[end:]
	if !typePattern.MatchString(mediaType) {
		return "text/plain", ""
	}
	for rest != "" {
		match := parameterPattern.FindStringSubmatch(rest)
		if match == nil {
			return "text/plain", ""
		}
		rest = rest[len(match[0]):]
		if !strings.EqualFold(match[1], "charset") {
			continue
		}
		charset = match[2]
		if charset[0] == '"' {
			charset = pairPattern.ReplaceAllString(charset[1:len(charset)-1], "$1")
		}
	}
	return strings.ToLower(mediaType), charset
}

// FuzzParse holds Parse to the reference.
func FuzzParse(f *testing.F) {
	for _, header := range headers {
		f.Add(latin1(header))
	}
	f.Fuzz(func(t *testing.T, header string) {
		mediaType, charset := contenttype.Parse(header)
		if wantType, wantCharset := reference(header); mediaType != wantType || text(charset) != wantCharset {
			t.Fatalf("Parse(%q) = %q, %q; want %q, %q", header, mediaType, charset, wantType, wantCharset)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for name, header := range map[string]string{
		"json":      "application/json",
		"charset":   "application/json; charset=utf-8",
		"multipart": "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
		"quoted":    `Text/Plain; charset="\u\t\f-8"`,
		"hostile":   "a/b; c=\"" + strings.Repeat(`\"`, 1<<12),
		"hostile 2": "a/b" + strings.Repeat(";c=d", 1<<11) + ";",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(header)))
			for b.Loop() {
				_, _ = contenttype.Parse(header)
			}
		})
	}
}
