package contenttype_test

import (
	"encoding/json"
	"os"
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

func FuzzParse(f *testing.F) {
	for _, header := range headers {
		f.Add(latin1(header))
	}
	f.Fuzz(func(t *testing.T, header string) {
		mediaType, charset := contenttype.Parse(header)
		main, sub, _ := strings.Cut(mediaType, "/")
		if main == "" || sub == "" || strings.ContainsAny(mediaType, " \t\"\\;,=()<>@[]{}?") || mediaType != strings.ToLower(mediaType) {
			t.Fatalf("Parse(%q) has the type %q", header, mediaType)
		}
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\x7f", "\\\x7f").Replace(charset) + `"`
		if again, same := contenttype.Parse(mediaType + "; charset=" + quoted); again != mediaType || same != charset {
			t.Fatalf("Parse(%q) = %q, %q, but written again %q, %q", header, mediaType, charset, again, same)
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
