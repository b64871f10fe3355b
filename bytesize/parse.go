package bytesize

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Parse reads a size such as "1mb", "500 KB", "1.5gb" or "1048576"; see the package comment for what is allowed.
//
// Everything else is an error that names a correct way to write it: text that is not a size ("abc", ""), unknown units ("1k", "1kib"),
// exponents ("1e3"), negative sizes, blanks around the text, and sizes of 8192pb and more, which do not fit.
func Parse(s string) (Size, error) {
	t := split(s)
	if t.fault != "" {
		return 0, t.error(s)
	}
	size, ok := t.size()
	if !ok {
		return 0, fmt.Errorf(`bytesize: %q is too large; write at most "%d", which is just below "8192pb"`, s, int64(maxSize))
	}
	return size, nil
}

// MustParse is Parse for sizes that are known to be correct, such as constants; it panics where Parse returns an error.
func MustParse(s string) Size {
	size, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return size
}

// text is a size taken apart: the digits before and after the point and the unit, an index into units.
type text struct {
	whole, fraction string
	unit            int
	fault, advice   string // what is wrong, empty for nothing, and what to write instead, empty for a general hint
}

// size computes whole·unit + fraction·unit exactly, the part of a byte dropped; ok is false when it does not fit.
func (t text) size() (size Size, ok bool) {
	var whole int64
	for _, c := range []byte(t.whole) {
		digit := int64(c - '0')
		if whole > (maxSize-digit)/10 {
			return 0, false
		}
		whole = whole*10 + digit
	}
	shift := bitsPerUnit * t.unit
	if whole > maxSize>>shift {
		return 0, false
	}
	return Size(whole<<shift | binaryFraction(t.fraction, shift)), true
}

// maxFraction is the number of decimals that can matter: a fraction of n bits has at most n decimals, and the largest unit
// has 50 bits, so that decimals after the fiftieth never reach the next whole byte.
const maxFraction = 50

// binaryFraction returns the first bits binary digits of the decimal fraction 0.digits. It doubles the fraction again and again,
// as by hand; what is carried over the point is the next digit. Floating point would not do: 0.99999999999999999 is 1 there.
func binaryFraction(digits string, bits int) int64 {
	var decimals [maxFraction]byte
	n := copy(decimals[:], digits)
	var result int64
	for range bits {
		carry := byte(0)
		for i := n - 1; i >= 0; i-- {
			doubled := (decimals[i]&0xf)*2 + carry // the low half of an ASCII digit is its value
			decimals[i], carry = doubled%10, doubled/10
		}
		result = result<<1 | int64(carry)
	}
	return result
}

// split takes s apart and finds what is wrong with it.
func split(s string) text {
	if s == "" {
		return text{fault: "is no size"}
	}
	trimmed := strings.TrimSpace(s)
	if trimmed != s {
		return text{fault: "has blanks around it", advice: correct(trimmed)}
	}
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		return text{fault: "is negative", advice: correct(rest)}
	}
	rest := strings.TrimPrefix(s, "+")

	var t text
	t.whole, rest = digits(rest)
	if t.whole == "" {
		t.fault = "does not begin with a number"
		if fraction, _ := digits(strings.TrimPrefix(rest, ".")); fraction != "" {
			t.advice = correct("0" + rest)
		}
		return t
	}
	if after, found := strings.CutPrefix(rest, "."); found {
		t.fraction, after = digits(after)
		if t.fraction == "" {
			t.fault, t.advice = "has no digits after the point", correct(t.whole+after)
			return t
		}
		rest = after
	}
	return t.withUnit(rest)
}

// digits cuts the decimal digits at the start of s.
func digits(s string) (number, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

// withUnit reads what follows the number: nothing, which means bytes, or blanks and a unit.
func (t text) withUnit(s string) text {
	name := strings.TrimLeft(s, " ")
	if name == "" {
		return t
	}
	for i, unit := range units {
		if len(name) == len(unit) && strings.EqualFold(name, unit) {
			t.unit = i
			return t
		}
	}
	t.fault = "has no unit that is known"
	return t.advise(name)
}

// advise finds the unit that was probably meant: "k", "kib" and "kbytes" are kb.
func (t text) advise(name string) text {
	number := t.whole
	if t.fraction != "" {
		number += "." + t.fraction
	}
	name = strings.ToLower(name)
	if name == "byte" || name == "bytes" {
		t.advice = number + "b"
	}
	for _, unit := range units[1:] {
		unit = strings.ToLower(unit)
		if rest, found := strings.CutPrefix(name, unit[:1]); found && slices.Contains(misspellings, rest) {
			t.advice = number + unit
		}
	}
	return t
}

// misspellings are what people write after the first letter of a unit instead of "b".
var misspellings = []string{"", "i", "ib", "bs", "byte", "bytes"}

// correct returns s when it is a size, as a proposal for the reader of an error; else nothing.
func correct(s string) string {
	if t := split(s); t.fault != "" {
		return t.advice
	}
	return s
}

// error builds the error for a fault of s.
func (t text) error(s string) error {
	if t.advice == "" {
		return fmt.Errorf(`bytesize: %q %s; write a number of bytes or a number with one of b, kb, mb, gb, tb, pb, such as "1mb"`, s, t.fault)
	}
	return fmt.Errorf("bytesize: %q %s; write %q", s, t.fault, t.advice)
}

// errNegative is returned for negative sizes where one would be written that cannot be read back.
var errNegative = errors.New("bytesize: a negative size has no text; write zero or more")
