package contenttype

import "strings"

// parameter reads one "name=value" at the start of s, with blanks around its parts, and returns what follows it.
// The value is a token or a quoted string.
func parameter(s string) (name, value, rest string, ok bool) {
	s = blanks(s)
	n := tokenLen(s)
	if n == 0 {
		return "", "", "", false
	}
	name, s = s[:n], blanks(s[n:])
	if s == "" || s[0] != '=' {
		return "", "", "", false
	}
	s = blanks(s[1:])
	if s != "" && s[0] == '"' {
		if value, s, ok = quoted(s[1:]); !ok {
			return "", "", "", false
		}
		return name, value, blanks(s), true
	}
	if n = tokenLen(s); n == 0 {
		return "", "", "", false
	}
	return name, s[:n], blanks(s[n:]), true
}

// quoted reads the rest of a quoted string, up to its closing quote, and takes the backslashes out of it.
func quoted(s string) (value, rest string, ok bool) {
	escaped := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			if value = s[:i]; escaped {
				value = unescape(value)
			}
			return value, s[i+1:], true
		case c == '\\':
			escaped = true
			if i++; i == len(s) || s[i] != 0x7f && !quotable(s[i]) {
				return "", "", false
			}
		case !quotable(c):
			return "", "", false
		}
	}
	return "", "", false
}

// unescape drops the backslash of each pair "\x".
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// quotable tells the bytes that may be in a quoted string. That it has the vertical tab in place of the tab, and that DEL may
// follow a backslash, are slips of the original that its users see, so they are kept.
func quotable(c byte) bool {
	return c == '\v' || c >= ' ' && c != 0x7f
}

// blanks drops the blanks at the start of s. Only the blank itself counts.
func blanks(s string) string {
	return strings.TrimLeft(s, " ")
}

// tokenLen counts the bytes of the token at the start of s.
func tokenLen(s string) int {
	for i := range len(s) {
		if !tokens[s[i]] {
			return i
		}
	}
	return len(s)
}
