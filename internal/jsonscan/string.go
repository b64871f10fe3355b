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
	quotes  = '"' * ones
	slashes = '\\' * ones
	spaces  = ' ' * ones
)

// special marks with the high bit of its byte each byte of w that ends a run of plain text: a quote, a backslash or a control
// character. A mark can be wrong only above a right one, so the lowest is exact.
func special(w uint64) uint64 {
	quote, slash := w^quotes, w^slashes
	return ((w-spaces)&^w | (quote-ones)&^quote | (slash-ones)&^slash) & highs
}

// str checks the string whose opening quote is at i.
func (s *scanner) str(i int) (int, error) {
	i++
	for {
		for i+8 <= len(s.data) {
			if found := special(binary.LittleEndian.Uint64(s.data[i:])); found != 0 {
				i += bits.TrailingZeros64(found) / 8
				break
			}
			i += 8
		}
		if i >= len(s.data) {
			return i, s.unexpected(i, "in a string")
		}
		switch c := s.data[i]; {
		case c == '"':
			return i + 1, nil
		case c == '\\':
			n, err := s.escape(i)
			if err != nil {
				return i, err
			}
			i += n
		case c < ' ':
			return i, s.unexpected(i, "in a string")
		default:
			i++
		}
	}
}

// escape checks the escape at i and returns its length.
func (s *scanner) escape(i int) (int, error) {
	if i+1 >= len(s.data) {
		return 0, s.unexpected(i+1, "in an escape")
	}
	switch s.data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, nil
	case 'u':
		for n := 2; n < 6; n++ {
			if i+n >= len(s.data) || !isHex(s.data[i+n]) {
				return 0, s.unexpected(i+n, "in an escape")
			}
		}
		return 6, nil
	}
	return 0, s.unexpected(i+1, "in an escape")
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
