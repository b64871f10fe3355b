package querystring

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Where decodeURIComponent fails, Node.js takes the text apart as if each character had eight bits, so that "é%41%" becomes
// "\ufffdA%", and "Ł%41%" even "AA%". This file does the same, for the sake of the same answers: it is for clients that escape some
// characters, though not well, and others beyond ASCII not at all. No browser does.

// narrow decodes s like unescape, but keeps only the lower eight bits of each unit of UTF-16.
func narrow(s string) string {
	b := make([]byte, 0, len(s))
	var units [2]uint16
	for s != "" {
		if isEscape(s) {
			b = append(b, unhex(s[1])<<4|unhex(s[2]))
			s = s[3:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		if r == '+' {
			r = ' '
		}
		for _, unit := range utf16.AppendRune(units[:0], r) {
			b = append(b, byte(unit)) //nolint:gosec // the lower eight bits are what is wanted
		}
		s = s[size:]
	}
	return toValid(string(b))
}

// tried tells whether Node.js decodes the key and the value of a pair, which it does after it has seen an escape. A second escape
// in the key counts for the value, and in a value, as in a key after its first escape, an escape may have plus signs inside.
func tried(pair string) (key, value bool) {
	inValue := false
	seen := 0 // how much of an escape: 1 after the percent sign, 2 after one digit
	for _, c := range []byte(pair) {
		switch {
		case c == '=' && !inValue:
			inValue = true
			seen = 0
		case c == '+' && (inValue || key):
		case c == '%':
			seen = 1
		case seen > 0 && isHex(c):
			if seen++; seen == 3 {
				value = value || inValue || key
				key = key || !inValue
			}
		default:
			seen = 0
		}
	}
	return key, value
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
