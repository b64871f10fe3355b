package jsonscan

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// PassesIfValid returns true when data is certain to pass Check if it is JSON. False says nothing about it: ask Check then.
//
// It is for a text of which somebody else finds out whether it is JSON, by decoding it for instance, and takes about a sixth of the
// time of Check. It does not tell strings from the rest, so that no escape can lead it astray: what it looks for counts
// inside of strings too.
func PassesIfValid(data []byte, o Options) bool {
	if o.DisallowDuplicateKeys {
		return false
	}
	limit := o.MaxDepth
	if limit <= 0 {
		limit = DefaultMaxDepth
	}
	return isShallow(data, limit) && !hasManyDigits(data) && !hasLargeExponent(data)
}

// isShallow returns true when there are too few brackets for more than limit levels. A level that is open somewhere has
// its beginning before that place and its end behind it. So no more levels are open in the first half than begin in
// that half, and no more in the second one than end there.
func isShallow(data []byte, limit int) bool {
	half := len(data) / 2
	if half <= limit {
		return true // a level takes two bytes
	}
	return countBoth(data[:half], '[', '{') <= limit && countBoth(data[half:], ']', '}') <= limit
}

func countBoth(data []byte, a, b byte) int {
	return bytes.Count(data, []byte{a}) + bytes.Count(data, []byte{b})
}

// hasManyDigits returns true when more than surelySmall digits are in a row. At least one of them is among the bytes that are
// looked at, which are that far from one another.
func hasManyDigits(data []byte) bool {
	for i := surelySmall; i < len(data); i += surelySmall + 1 {
		if !isDigit(data[i]) {
			continue
		}
		begin, end := i, i+1
		for begin > 0 && isDigit(data[begin-1]) {
			begin--
		}
		for end < len(data) && isDigit(data[end]) {
			end++
		}
		if end-begin > surelySmall {
			return true
		}
	}
	return false
}

// hasLargeExponent returns true when there may be a number with an exponent of more than two digits, without which up to
// surelySmall digits cannot overflow. A negative one makes a number small, however long it is.
func hasLargeExponent(data []byte) bool {
	for i := nextExponent(data, 1); i < len(data); i = nextExponent(data, i+1) {
		if isLargeExponent(data[i+1:]) && isNumber(data[:i]) {
			return true
		}
	}
	return false
}

// More bytes that are repeated eight times.
const (
	cases       = ('a' ^ 'A') * ones
	letters     = 'e' * ones
	zeros       = '0' * ones
	upperHalves = 0xf0 * ones
)

// nextExponent returns the place of the first e from i on, in either case, that is behind a digit or one of the six characters that
// follow the digits in ASCII; the length of data when there is none. i is at least 1.
func nextExponent(data []byte, i int) int {
	rest := data[i-1:] // shortened instead of counting i up, which spares the checks of bounds
	for len(rest) >= 17 {
		a := exponents(binary.LittleEndian.Uint64(rest[0:8]), binary.LittleEndian.Uint64(rest[1:9]))
		b := exponents(binary.LittleEndian.Uint64(rest[8:16]), binary.LittleEndian.Uint64(rest[9:17]))
		if (a|b)&highs != 0 {
			i = len(data) - len(rest) + 1
			if a &= highs; a != 0 {
				return i + bits.TrailingZeros64(a)>>3
			}
			return i + 8 + bits.TrailingZeros64(b&highs)>>3
		}
		rest = rest[16:]
	}
	for i = len(data) - len(rest) + 1; i < len(data); i++ {
		if data[i]|0x20 == 'e' && data[i-1]>>4 == '0'>>4 {
			break
		}
	}
	return i
}

// exponents sets the high bit of each byte where at has an e and before, the eight bytes that begin one earlier, one of the
// sixteen characters. Of these bits only the lowest is sure to be right, and bits other than the high ones mean nothing.
func exponents(before, at uint64) uint64 {
	differs := (at | cases) ^ letters | (before^zeros)&upperHalves
	return (differs - ones) &^ differs
}

// isLargeExponent tells whether what follows an e is a positive exponent of more than two digits.
func isLargeExponent(digits []byte) bool {
	if len(digits) > 0 && digits[0] == '+' {
		digits = digits[1:]
	}
	return len(digits) > 2 && isDigit(digits[0]) && isDigit(digits[1]) && isDigit(digits[2])
}

// isNumber tells whether data could end in a number, from what is before its last digits. Most often it ends in the middle of an
// identifier such as 4b9e123f.
func isNumber(data []byte) bool {
	i := len(data) - 1
	for i >= 0 && (isDigit(data[i]) || data[i] == '.' || data[i] == '-') {
		i--
	}
	if i < 0 {
		return true
	}
	switch data[i] {
	case ' ', '\t', '\r', '\n', '[', ',', ':':
		return true
	}
	return false
}
