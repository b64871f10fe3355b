package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"strconv"
)

// Eight bytes are looked at at once; these repeat a byte eight times.
const (
	ones    = 0x0101010101010101
	highs   = 0x80 * ones
	slashes = '\\' * ones
	// A quote differs from a blank, the first byte after the control characters, in one bit. With that bit flipped, control
	// characters remain control characters, and the quote becomes their neighbour, while blanks move out of the way.
	flips = ('"' ^ ' ') * ones
	stops = (' ' + 1) * ones
)

// special marks with the high bit of its byte each byte of w that ends a run of plain text: a quote, a control character
// or a backslash. The subtractions borrow from bytes above a marked one, so that only the lowest mark is sure to be right.
func special(w uint64) uint64 {
	return (((w ^ flips) - stops) | ((w ^ slashes) - ones)) &^ w & highs
}

// str checks the string whose opening quote is at i.
func (s *scanner) str(i int) int {
	data := s.data
	for i++; ; {
		for ; i+8 <= len(data); i += 8 {
			if found := special(binary.LittleEndian.Uint64(data[i:])); found != 0 {
				i += bits.TrailingZeros64(found) >> 3
				break
			}
		}
		if i >= len(data) {
			return s.unexpected(i, "in a string")
		}
		c := data[i]
		if c == '"' {
			return i + 1
		}
		if c == '\\' {
			if i = s.escape(i); i < 0 {
				return failed
			}
			continue
		}
		if c < ' ' {
			return s.unexpected(i, "in a string")
		}
		i++
	}
}

// escape checks the escape at i.
func (s *scanner) escape(i int) int {
	switch s.at(i + 1) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for n := i + 2; n < i+6; n++ {
			if !isHex(s.at(n)) {
				return s.unexpected(n, "in an escape")
			}
		}
		return i + 6
	}
	return s.unexpected(i+1, "in an escape")
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// quote returns c as it is shown in an error, without raw control characters.
func quote(c byte) string {
	if c < 0x80 {
		return strconv.QuoteRune(rune(c))
	}
	return "byte 0x" + strconv.FormatUint(uint64(c), 16)
}
