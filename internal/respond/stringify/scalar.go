package stringify

import (
	"math"
	"strconv"
	"unicode/utf8"
)

func (e *encoder) bool(b bool) { e.buf = strconv.AppendBool(e.buf, b) }

// int writes whole numbers in full: JSON sets no limit, unlike the 2^53 up to
// which a JavaScript client reads them exactly.
func (e *encoder) int(n int64) { e.buf = strconv.AppendInt(e.buf, n, 10) }

func (e *encoder) uint(n uint64) { e.buf = strconv.AppendUint(e.buf, n, 10) }

// float writes Number::toString of ECMAScript: the shortest digits that read
// back as the same number, an exponent below 1e-6 and from 1e21 on.
func (e *encoder) float(f float64, bits int) {
	e.buf = appendFloat(e.buf, f, bits)
}

const (
	smallest = 1e-6
	largest  = 1e21
)

func appendFloat(dst []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	if f == 0 {
		return append(dst, '0') // -0 as well
	}
	// A float32 is compared as one: 1e21 itself has no exact float32.
	small, large := math.Abs(f) < smallest, math.Abs(f) >= largest
	if bits == 32 {
		small, large = float32(math.Abs(f)) < smallest, float32(math.Abs(f)) >= largest
	}
	if !small && !large {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	// strconv pads the exponent to two digits, ECMAScript does not.
	if n := len(dst); dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

const hex = "0123456789abcdef"

// escape holds for each ASCII byte the letter of its short escape, 'u' where
// only the long one exists, and 0 where it stands as it is.
var escape = func() (table [utf8.RuneSelf]byte) {
	for c := range byte(' ') {
		table[c] = 'u'
	}
	for c, letter := range map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'} {
		table[c] = letter
	}
	return table
}()

// appendString writes s between quotes (QuoteJSONString of ECMAScript).
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if escape[c] != 0 {
				dst = append(dst, s[start:i]...)
				dst = appendEscape(dst, c)
				start = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\ufffd"...)
			i++
			start = i
			continue
		}
		i += size
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	if letter := escape[c]; letter != 'u' {
		return append(dst, '\\', letter)
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
}

// validNumber is the grammar of a number in JSON.
func validNumber(s string) bool {
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	switch {
	case s == "":
		return false
	case s[0] == '0':
		s = s[1:]
	default:
		var n int
		if n = digits(s); n == 0 {
			return false
		}
		s = s[n:]
	}
	if s != "" && s[0] == '.' {
		n := digits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		n := digits(s)
		if n == 0 {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

// digits counts the digits s begins with.
func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}
