package querystring

import (
	"strings"
	"unicode/utf8"
)

// unescape decodes a key or a value, which is valid UTF-8. It succeeds where decodeURIComponent of JavaScript does; elsewhere
// malformed escapes stay, and bytes that are not UTF-8 become U+FFFD.
func unescape(s string) (decoded string, succeeds bool) {
	i := 0
	for i < len(s) && s[i] != '%' && s[i] != '+' {
		i++
	}
	if i == len(s) {
		return s, true
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	succeeds = true
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b.WriteByte(' ')
		case c == '%' && isEscape(s[i:]):
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		default:
			b.WriteByte(c)
			succeeds = succeeds && c != '%'
		}
	}
	if decoded = b.String(); utf8.ValidString(decoded) {
		return decoded, succeeds
	}
	return toValid(decoded), false
}

// isEscape tells whether s begins with a percent sign and two hexadecimal digits.
func isEscape(s string) bool {
	return len(s) > 2 && s[0] == '%' && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// unhex returns the value of a hexadecimal digit.
func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// toValid replaces what is not UTF-8 by U+FFFD, as browsers and Node.js do: one for each longest beginning of a character, so that
// three bytes of a character of four become one, while strings.ToValidUTF8 makes one of a whole run.
func toValid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/2)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		b.WriteRune(r) // U+FFFD where there is none
		if r == utf8.RuneError && size == 1 {
			size = beginning(s[i:])
		}
		i += size
	}
	return b.String()
}

// beginning returns the length of the part of a character that s begins with; 1 when it is none at all.
func beginning(s string) int {
	n := 1
	for n < len(s) && !utf8.FullRuneInString(s[:n+1]) {
		n++
	}
	return n
}
