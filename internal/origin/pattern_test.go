package origin_test

import (
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

// patterns are accepted, and what they are in canonical form.
var patterns = map[string]string{
	"https://example.com":            "https://example.com",
	"HTTPS://Example.COM":            "https://example.com",
	"https://example.com:443":        "https://example.com",
	"http://example.com:80":          "http://example.com",
	"https://example.com:80":         "https://example.com:80",
	"https://example.com:8443":       "https://example.com:8443",
	"https://bücher.example":         "https://xn--bcher-kva.example",
	"https://BÜCHER.example":         "https://xn--bcher-kva.example",
	"https://*.bücher.example":       "https://*.xn--bcher-kva.example",
	"https://xn--bcher-kva.example":  "https://xn--bcher-kva.example",
	"https://straße.example":         "https://xn--strae-oqa.example",
	"https://example。com":            "https://example.com",
	"https://a_b.example.com":        "https://a_b.example.com",
	"http://localhost":               "http://localhost",
	"http://localhost:3000":          "http://localhost:3000",
	"http://localhost:*":             "http://localhost:*",
	"http://127.0.0.1:*":             "http://127.0.0.1:*",
	"http://[::1]:3000":              "http://[::1]:3000",
	"http://[0:0::1]":                "http://[::1]",
	"http://[2001:DB8:0::1]:*":       "http://[2001:db8::1]:*",
	"https://*.example.com":          "https://*.example.com",
	"https://*.a.b.example.com:8443": "https://*.a.b.example.com:8443",
	"https://*.example.com:*":        "https://*.example.com:*",
	"https://*.example.com:443":      "https://*.example.com",
	"https://*.mine.co.uk":           "https://*.mine.co.uk",
	"https://*.mine.github.io":       "https://*.mine.github.io",
	"http://*.localhost:*":           "http://*.localhost:*",
	"https://*.internal":             "https://*.internal",
	"https://com":                    "https://com",
	"https://mine.github.io":         "https://mine.github.io",
	"https://github.io":              "https://github.io",
	"tauri://localhost":              "tauri://localhost",
	"capacitor://localhost":          "capacitor://localhost",
	"chrome-extension://abcdefghij":  "chrome-extension://abcdefghij",
	"moz-extension://01234567-89ab":  "moz-extension://01234567-89ab",
	"app://x:1":                      "app://x:1",
	"https://" + longHost:            "https://" + longHost,
}

// badPatterns are refused, and what the error must say.
var badPatterns = map[string]string{
	"":                                "empty",
	"null":                            "sandboxed",
	"*":                               "no scheme",
	"example.com":                     "write https://example.com",
	"//example.com":                   "regular expressions",
	"*.example.com":                   "write https://*.example.com",
	"://example.com":                  "the scheme is malformed",
	"*://example.com":                 "the scheme cannot be free",
	"htt*://example.com":              "the scheme is malformed",
	"file://":                         `"null"`,
	"file:///index.html":              "no path", // the path is looked at first
	"data://x":                        `"null"`,
	"blob://x":                        `"null"`,
	"about://blank":                   `"null"`,
	"javascript://x":                  `"null"`,
	"ws://example.com":                "origin of the page",
	"wss://example.com":               "origin of the page",
	"https://":                        "no host",
	"https://:443":                    "no host",
	"https://example.com/":            "write https://example.com",
	"https://example.com/*":           "write https://example.com",
	"https://example.com/path":        "no path",
	"https://example.com?x":           "no path",
	"https://example.com#x":           "no path",
	`https://example.com\x`:           "no path",
	"https://user@example.com":        "user information",
	"https://*@example.com":           "user information",
	"https://example.com:":            "port",
	"https://example.com:http":        "port",
	"https://example.com:0443":        "port",
	"https://example.com:65536":       "port",
	"https://example.com:80*":         "port",
	"https://example.com:**":          "port",
	"https://example.com:*:*":         "whole leftmost labels",
	"https://example.com.":            "ends in a dot",
	"https://.example.com":            "not a host name",
	"https://example..com":            "not a host name",
	"https://exa mple.com":            "not a host name",
	"https://exam%70le.com":           "not a host name",
	"https://" + longHost + "b":       "not a host name",
	"https://xn--a.example":           "not a host name",
	"https://*":                       "whole leftmost labels",
	"https://*:*":                     "whole leftmost labels",
	"https://*.":                      "no host",
	"https://*.*":                     "whole leftmost labels",
	"https://**.example.com":          "whole leftmost labels",
	"https://*.*.example.com":         "whole leftmost labels",
	"https://*example.com":            "whole leftmost labels",
	"https://app*.example.com":        "whole leftmost labels",
	"https://app*":                    "whole leftmost labels",
	"https://a.*.example.com":         "whole leftmost labels",
	"https://example.*":               "whole leftmost labels",
	"https://*.com":                   "public suffix",
	"https://*.COM":                   "public suffix",
	"https://*.com:8443":              "public suffix",
	"https://*.co.uk":                 "public suffix",
	"https://*.github.io":             "public suffix",
	"https://*.vercel.app":            "public suffix",
	"http://*.com":                    "public suffix",
	"https://*.xn--p1ai":              "public suffix",
	"https://*.рф":                    "public suffix",
	"https://*.1.2.3.4":               "no subdomains",
	"https://*.[::1]":                 "no subdomains",
	"app://*.7":                       "no subdomains",
	"https://1.2.3":                   "no IPv4 address",
	"https://1.2.3.256":               "no IPv4 address",
	"https://127.1":                   "no IPv4 address",
	"https://example.0x1f":            "no IPv4 address",
	"https://[::1":                    "no IPv6 address",
	"https://[example.com]":           "no IPv6 address",
	"https://[127.0.0.1]":             "no IPv6 address",
	"https://[fe80::1%eth0]":          "no IPv6 address",
	"https://[::ffff:1.2.3.4]":        "no IPv6 address",
	"app://Upper":                     "malformed",
	"app://":                          "no host",
	"app://a/b":                       "no path",
	"/https?:\\/\\/.*\\.example.com/": "regular expressions",
	"/^https:/g":                      "regular expressions",
	"https://example.com https://b":   "no path",
	"https://a.example,b.example":     "not a host name",
}

func TestParsePattern(t *testing.T) {
	t.Parallel()
	for text, want := range patterns {
		p, err := origin.ParsePattern(text)
		if err != nil || p.String() != want {
			t.Errorf("ParsePattern(%q) = %q, %v; want %q", text, p, err, want)
		}
		again, err := origin.ParsePattern(want)
		if err != nil || again != p {
			t.Errorf("ParsePattern(%q) = %+v, %v; want the same as for %q, %+v", want, again, err, text, p)
		}
		if exact := !strings.Contains(want, "*"); p.Exact() != exact {
			t.Errorf("ParsePattern(%q).Exact() = %v", text, p.Exact())
		}
	}
	for text, want := range badPatterns {
		p, err := origin.ParsePattern(text)
		if err == nil {
			t.Errorf("ParsePattern(%q) = %q, want an error that says %q", text, p, want)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("ParsePattern(%q): %v; want it to say %q", text, err, want)
		}
		if p != (origin.Pattern{}) {
			t.Errorf("ParsePattern(%q) = %+v besides an error", text, p)
		}
	}
}

func TestInsecure(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"https://example.com":      false,
		"http://example.com":       true,
		"http://*.example.com":     true,
		"http://example.com:*":     true,
		"http://localhost":         false,
		"http://localhost:*":       false,
		"http://app.localhost":     false,
		"http://*.localhost":       false,
		"http://notlocalhost":      true,
		"http://localhost.evil.io": true,
		"http://127.0.0.1":         false,
		"http://127.8.9.1:3000":    false,
		"http://[::1]:3000":        false,
		"http://128.0.0.1":         true,
		"http://10.0.0.1":          true,
		"http://[2001:db8::1]":     true,
		"tauri://localhost":        false,
	} {
		if got := parse(t, text).Insecure(); got != want {
			t.Errorf("%q: Insecure() = %v", text, got)
		}
	}
}

func TestZeroPatternMatchesNothing(t *testing.T) {
	t.Parallel()
	for text, o := range serialized {
		if (origin.Pattern{}).Matches(o) {
			t.Errorf("the zero Pattern matches %q", text)
		}
	}
}

// TestWildcardNeedsALabel gives Matches what Parse never returns.
func TestWildcardNeedsALabel(t *testing.T) {
	t.Parallel()
	if parse(t, "https://*.example.com").Matches(origin.Origin{Scheme: "https", Host: ".example.com"}) {
		t.Error("an empty label passes for a subdomain")
	}
}
