package origin_test

import (
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

// serialized are origins as browsers send them.
var serialized = map[string]origin.Origin{
	"https://example.com":           {Scheme: "https", Host: "example.com"},
	"http://example.com":            {Scheme: "http", Host: "example.com"},
	"https://example.com:8443":      {Scheme: "https", Host: "example.com", Port: "8443"},
	"https://example.com:80":        {Scheme: "https", Host: "example.com", Port: "80"},
	"http://example.com:443":        {Scheme: "http", Host: "example.com", Port: "443"},
	"http://localhost":              {Scheme: "http", Host: "localhost"},
	"http://localhost:3000":         {Scheme: "http", Host: "localhost", Port: "3000"},
	"http://127.0.0.1:65535":        {Scheme: "http", Host: "127.0.0.1", Port: "65535"},
	"http://example.com:0":          {Scheme: "http", Host: "example.com", Port: "0"},
	"http://[::1]":                  {Scheme: "http", Host: "[::1]"},
	"http://[2001:db8::1]:8080":     {Scheme: "http", Host: "[2001:db8::1]", Port: "8080"},
	"https://xn--bcher-kva.example": {Scheme: "https", Host: "xn--bcher-kva.example"},
	"https://a_b.example.com":       {Scheme: "https", Host: "a_b.example.com"},
	"https://a--b.example.com":      {Scheme: "https", Host: "a--b.example.com"},
	"tauri://localhost":             {Scheme: "tauri", Host: "localhost"},
	"chrome-extension://abcdefghij": {Scheme: "chrome-extension", Host: "abcdefghij"},
	"web+app.x://host:80":           {Scheme: "web+app.x", Host: "host", Port: "80"},
	"https://" + longHost:           {Scheme: "https", Host: longHost},
	"https://" + longHost + ":65535": {
		Scheme: "https", Host: longHost, Port: "65535",
	},
}

var (
	longLabel = strings.Repeat("a", 63)
	longHost  = strings.Join([]string{longLabel, longLabel, longLabel, strings.Repeat("b", 61)}, ".")
)

// notSerialized is what no browser sends as an origin.
var notSerialized = []string{
	"", "null", "NULL", "*", "example.com", "//example.com", "://example.com", "https:", "https:/", "https://", "https:///",
	"HTTPS://example.com", "https://EXAMPLE.com", "https://Example.com", "1https://example.com", "ht tp://example.com", "https ://example.com",
	" https://example.com", "https://example.com ", "\thttps://example.com", "https://example.com\n", "https://example.com\r\nX: y", "https://example.com\x00",
	"https://example.com/", "https://example.com?", "https://example.com#", "https://example.com/a", `https://example.com\`, "https://example.com\\.evil.net",
	"https://example.com:", "https://example.com:443", "http://example.com:80", "https://example.com:0443", "https://example.com:00",
	"https://example.com:65536", "https://example.com:99999", "https://example.com:100000", "https://example.com:-1", "https://example.com:+1", "https://example.com:*", "https://example.com:8o",
	"https://example.com:80:80", "https://:80", "https://:443@example.com",
	"https://user@example.com", "https://user:pass@example.com", "https://@example.com", "https://evil.net@example.com", "https://example.com@evil.net",
	"https://.example.com", "https://example..com", "https://example.com.", "https://.", "https://..", "https://*.example.com", "https://exa*mple.com",
	"https://bücher.example", "https://example%2ecom", "https://example。com", "https://exam\u00adple.com", "https://\u200bexample.com", "https://[::1", "https://::1", "https://[::1]x", "https://[]", "https://[::1%25eth0]", "https://[::G]", "https://[::A]", "https://[::1]]", "https://[[::1]]",
	"https://[" + strings.Repeat("f", 40) + "]", "https://[::1]:", "https://[::1]:443", "https://x[::1]",
	"https://https://example.com", "https://example.com https://evil.net", "https://example.com,https://evil.net",
	"https://" + longLabel + "a.com", "https://" + longHost + "b", strings.Repeat("a", 65) + "://example.com", "https://" + strings.Repeat("a.", 1<<19) + "com",
	"ht\x00tps://example.com", "ht_tps://example.com", "-https://example.com",
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range serialized {
		got, ok := origin.Parse(text)
		if !ok || got != want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", text, got, ok, want)
		}
		if got.String() != text {
			t.Errorf("Parse(%q).String() = %q", text, got.String())
		}
	}
	for _, text := range notSerialized {
		if got, ok := origin.Parse(text); ok || got != (origin.Origin{}) {
			t.Errorf("Parse(%.80q) = %+v, %v; want it refused", text, got, ok)
		}
	}
}

func TestParseAllocatesNothing(t *testing.T) {
	text := "https://a.b.c.example.com:8443"
	if n := testing.AllocsPerRun(100, func() { origin.Parse(text) }); n != 0 {
		t.Errorf("Parse allocates %v times", n)
	}
}
