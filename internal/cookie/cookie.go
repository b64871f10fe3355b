package cookie

import (
	"strings"
	"unicode/utf8"
)

// Parse reads the lines of the Cookie header; Node joins them with "; ", so
// the first cookie of a name counts across lines. limit is the number of pairs
// allowed, repeated and unnamed ones included; 0 or less means DefaultMax, and
// one more is a *TooManyError.
//
// The rules are those of next/dist/compiled/cookie:
//
//   - pairs end at ";", pairs without "=" are skipped, white space around the
//     name and the value is dropped;
//   - of a value that starts with a quote the first and the last character are
//     dropped, whatever the last one is;
//   - a value whose percent-encoding is malformed, or not UTF-8, stays as it
//     is; "+" stays "+";
//   - names that every JavaScript object has (__proto__, constructor, toString
//     …) are left out, as they are there.
//
// Headers are Latin-1 in Node: a byte above 0x7F becomes the character of that
// number. So every name and value is valid UTF-8. Without cookies the result
// is nil.
func Parse(lines []string, limit int) (map[string]string, error) {
	if limit <= 0 {
		limit = DefaultMax
	}
	var cookies map[string]string
	pairs := 0
	for _, line := range lines {
		for rest, more := line, line != ""; more; {
			var pair string
			pair, rest, more = strings.Cut(rest, ";")
			name, value, ok := strings.Cut(pair, "=")
			if !ok {
				continue
			}
			if pairs++; pairs > limit {
				return nil, &TooManyError{Limit: limit}
			}
			name = latin1(trim(name))
			if _, seen := cookies[name]; seen || inherited(name) {
				continue
			}
			if cookies == nil {
				cookies = make(map[string]string)
			}
			cookies[name] = decode(unquote(trim(value)))
		}
	}
	return cookies, nil
}

// unquote drops the first and the last character of a value that begins with a
// quote.
func unquote(value string) string {
	if value == "" || value[0] != '"' {
		return value
	}
	return value[1:max(1, len(value)-1)]
}

// trim is String.prototype.trim on a Latin-1 text.
func trim(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(b byte) bool {
	return b == ' ' || b >= '\t' && b <= '\r' || b == 0xa0
}

// inherited reports whether {}[name] is defined in JavaScript: the original
// takes such a cookie for one it has already seen.
func inherited(name string) bool {
	switch name {
	case "__proto__", "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString",
		"toString", "valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__":
		return true
	}
	return false
}

// latin1 turns the bytes of a header into text.
func latin1(s string) string {
	if isASCII(s) {
		return s
	}
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = utf8.AppendRune(b, rune(s[i]))
	}
	return string(b)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decode is decodeURIComponent on a Latin-1 text, all or nothing: one
// malformed escape, or escapes that spell no UTF-8, leave the whole value as
// it came.
func decode(s string) string {
	if !strings.Contains(s, "%") {
		return latin1(s)
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '%' {
			b = utf8.AppendRune(b, rune(s[i]))
			i++
			continue
		}
		// Neighbouring escapes spell characters together; a literal byte
		// between them ends a character.
		start := len(b)
		for ; i < len(s) && s[i] == '%'; i += 3 {
			if i+2 >= len(s) {
				return latin1(s)
			}
			high, ok := unhex(s[i+1])
			low, also := unhex(s[i+2])
			if !ok || !also {
				return latin1(s)
			}
			b = append(b, high<<4|low)
		}
		if !utf8.Valid(b[start:]) {
			return latin1(s)
		}
	}
	return string(b)
}

// unhex returns the value of a hexadecimal digit.
func unhex(c byte) (value byte, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
