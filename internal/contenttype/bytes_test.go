package contenttype_test

import (
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/contenttype"
)

// The bytes that count at each kind of place: of a token of RFC 7230, section 3.2.6, and those that JavaScript trims.
const (
	nameBytes  = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	spaceBytes = " \t\n\v\f\r\xa0"
)

func isToken(c string) bool { return strings.Contains(nameBytes, c) }
func isBlank(c string) bool { return c == " " }

// TestEachByte puts every byte at each kind of place.
func TestEachByte(t *testing.T) {
	t.Parallel()
	// always, named and around return the charset that is read, for bytes that are correct.
	always := func(string) string { return "b" }
	named := func(c string) string { return map[bool]string{true: "b"}[isBlank(c)] } // else it is a parameter of another name
	around := func(c string) string { return strings.Trim("b"+c+"b", " ") }
	tests := []struct {
		place, before, after string
		correct              func(c string) bool
		charset              func(c string) string
	}{
		{"in the type", "a", "a/x; charset=b", isToken, always},
		{"in the subtype", "a/x", "x; charset=b", isToken, always},
		{"before the type", "", "a/x; charset=b", func(c string) bool { return isToken(c) || strings.Contains(spaceBytes, c) }, always},
		{"after the type", "a/x", "; charset=b", func(c string) bool { return isToken(c) || strings.Contains(spaceBytes, c) }, always},
		{"after the semicolon", "a/x;", "charset=b", func(c string) bool { return isToken(c) || isBlank(c) }, named},
		{"before the equals sign", "a/x; charset", "=b", func(c string) bool { return isToken(c) || isBlank(c) }, named},
		{"after the equals sign", "a/x; charset=", "b", func(c string) bool { return isToken(c) || isBlank(c) }, func(c string) string { return strings.Trim(c, " ") + "b" }},
		{"in a token", "a/x; charset=b", "b", isToken, around},
		{"after a token", "a/x; charset=b", "", func(c string) bool { return isToken(c) || isBlank(c) }, func(c string) string { return "b" + strings.Trim(c, " ") }},
		{"in a quoted string", `a/x; charset="b`, `b"`, func(c string) bool { return c == "\v" || c >= " " && c != "\x7f" && c != `"` }, func(c string) string { return "b" + strings.Trim(c, `\`) + "b" }},
		{"after a backslash", `a/x; charset="b\`, `b"`, func(c string) bool { return c == "\v" || c >= " " }, around},
		{"after a quoted string", `a/x; charset="b"`, "", isBlank, always},
		{"in another name", "a/x; charset=b; y", "y=z", isToken, always},
	}
	for _, tt := range tests {
		for i := range 256 {
			c := string([]byte{byte(i)})
			header := tt.before + c + tt.after
			mediaType, charset := contenttype.Parse(header)
			if !tt.correct(c) {
				if mediaType != "text/plain" || charset != "" {
					t.Errorf("%q %s: Parse(%q) = %q, %q; want text/plain", c, tt.place, header, mediaType, charset)
				}
				continue
			}
			if want := tt.charset(c); mediaType == "text/plain" || charset != want {
				t.Errorf("%q %s: Parse(%q) = %q, %q; want the charset %q", c, tt.place, header, mediaType, charset, want)
			}
		}
	}
}
