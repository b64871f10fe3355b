package jsonscan_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
)

// agree compares with encoding/json, except for numbers that are out of range, which it does not see.
func agree(t *testing.T, text []byte) {
	t.Helper()
	err := jsonscan.Check(text, jsonscan.Options{})
	if fault, ok := errors.AsType[*jsonscan.RangeError](err); ok && isInfinite(number.FindString(string(text[fault.Offset:]))) {
		return
	}
	if (err == nil) != json.Valid(text) {
		t.Fatalf("Check(%q) = %v, encoding/json says %v", text, err, !json.Valid(text))
	}
	if err == nil {
		return
	}
	fault, ok := errors.AsType[*jsonscan.SyntaxError](err)
	if !ok || !firstFault(text, fault.Offset) {
		t.Fatalf("Check(%q) = %v, encoding/json sees the first fault elsewhere", text, err)
	}
}

// TestAllShortTexts checks every text of up to four of the characters that mean something.
func TestAllShortTexts(t *testing.T) {
	t.Parallel()
	const alphabet = `[]{},:"01-.e \`
	var check func(text []byte, more int)
	check = func(text []byte, more int) {
		agree(t, text)
		if more == 0 {
			return
		}
		for i := range len(alphabet) {
			check(append(text, alphabet[i]), more-1)
		}
	}
	check(nil, 4)
}

// samples have each part of the grammar, in words of eight bytes and across them.
var samples = []string{
	`{"a":[1,-2.5e+10,true],"b":{"c":null,"d":false},"":""}`,
	` { "key" : [ 0 , -0 , 0.0 , 1E5 , 1e-5 ] , "other" : "x" } `,
	"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00 and then some more text\",\n\t\r\"é€😀\"]",
	`[[[]],{},[{}],[[],[]],{"a":{"b":{}}}]`,
	`"0123456701234567012345670123456"`,
	`-12345678901234567890.12345678901234567890e-12`,
}

// TestEachByteChanged puts every byte at every place of the samples.
func TestEachByteChanged(t *testing.T) {
	t.Parallel()
	for _, sample := range samples {
		text := []byte(sample)
		for i := range text {
			for c := range 256 {
				text[i] = byte(c)
				agree(t, text)
			}
			text[i] = sample[i]
		}
	}
}

// TestEachByteInserted puts every byte between all bytes of the samples.
func TestEachByteInserted(t *testing.T) {
	t.Parallel()
	for _, sample := range samples {
		for i := range len(sample) + 1 {
			text := []byte(sample[:i] + "?" + sample[i:])
			for c := range 256 {
				text[i] = byte(c)
				agree(t, text)
			}
		}
	}
}

// TestEachPart cuts the samples at both ends and takes bytes out of their middle.
func TestEachPart(t *testing.T) {
	t.Parallel()
	for _, sample := range samples {
		for i := range len(sample) + 1 {
			for j := i; j <= len(sample); j++ {
				agree(t, []byte(sample[i:j]))
				agree(t, []byte(sample[:i]+sample[j:]))
			}
		}
	}
}
