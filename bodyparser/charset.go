package bodyparser

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
)

// charset turns bytes into UTF-8. The nil charset is UTF-8 itself.
type charset func([]byte) ([]byte, error)

// charsetFor finds the charset of a body. As in Next.js the name is compared without case and punctuation ("UTF_8", "iso88591"),
// and "latin1" is ISO-8859-1 itself, not windows-1252 as in browsers.
func charsetFor(k kind, name string) (charset, error) {
	if name == "" || k == kindBinary || isUTF8(name) {
		return nil, nil
	}
	if cs, ok := charsets[letters(name)]; ok {
		return cs, nil
	}
	if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
		return decoder(enc), nil
	}
	if enc, err := htmlindex.Get(name); err == nil && enc != encoding.Replacement {
		return decoder(enc), nil
	}
	return nil, &CharsetError{Charset: name}
}

// isUTF8 answers for the names that are nearly always used without allocating.
func isUTF8(name string) bool {
	return strings.EqualFold(name, "utf-8") || strings.EqualFold(name, "utf8")
}

// letters drops case and everything but letters and digits.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, name)
}

func decoder(enc encoding.Encoding) charset {
	return func(b []byte) ([]byte, error) { return enc.NewDecoder().Bytes(b) }
}

// controls decodes one of ISO 8859, with the control characters from 0x80 to 0x9f that golang.org/x/text leaves out.
func controls(table *charmap.Charmap) charset {
	return func(b []byte) ([]byte, error) {
		text := make([]byte, 0, len(b)+len(b)/8)
		for _, c := range b {
			r := rune(c)
			if c < 0x80 || c >= 0xa0 {
				r = table.DecodeByte(c)
			}
			text = utf8.AppendRune(text, r)
		}
		return text, nil
	}
}

// decodeUTF16 drops the byte-order mark and, as Node does, half a character at the end.
func decodeUTF16(order unicode.Endianness) charset {
	decode := decoder(unicode.UTF16(order, unicode.IgnoreBOM))
	return func(b []byte) ([]byte, error) {
		text, err := decode(b[:len(b)&^1])
		return bytes.TrimPrefix(text, bom), err
	}
}

// detectUTF16 obeys the byte-order mark; without one it takes the order in which there is more ASCII, or little-endian, as Next.js does.
func detectUTF16(b []byte) ([]byte, error) {
	var little, big int
	for i := 0; i+1 < len(b); i += 2 {
		switch {
		case i == 0 && b[0] == 0xfe && b[1] == 0xff:
			return decodeUTF16(unicode.BigEndian)(b)
		case i == 0 && b[0] == 0xff && b[1] == 0xfe:
			return decodeUTF16(unicode.LittleEndian)(b)
		case b[i] == 0 && b[i+1] != 0:
			big++
		case b[i] != 0 && b[i+1] == 0:
			little++
		}
	}
	if big > little {
		return decodeUTF16(unicode.BigEndian)(b)
	}
	return decodeUTF16(unicode.LittleEndian)(b)
}

// ascii replaces all bytes that are not of its seven bits.
func ascii(b []byte) ([]byte, error) {
	text := make([]byte, 0, len(b))
	for _, c := range b {
		if c < utf8.RuneSelf {
			text = append(text, c)
		} else {
			text = append(text, replacement...)
		}
	}
	return text, nil
}

var (
	bom         = []byte("\uFEFF")
	replacement = []byte("\uFFFD")
)

// decodeText returns b as UTF-8 without a byte-order mark. UTF-8 that is valid is not copied.
func decodeText(b []byte, cs charset) ([]byte, error) {
	if cs != nil {
		return cs(b)
	}
	if !utf8.Valid(b) {
		b = repair(b)
	}
	return bytes.TrimPrefix(b, bom), nil
}

// repair replaces what is not valid UTF-8 by U+FFFD as the WHATWG encoding standard and Node do: once for each sequence that
// began well, once for each byte that cannot begin one. Go's own conversions count each byte.
func repair(b []byte) []byte {
	text := make([]byte, 0, len(b)+len(b)/8+len(replacement))
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			text = append(text, replacement...)
			b = b[beginning(b):]
			continue
		}
		text = append(text, b[:size]...)
		b = b[size:]
	}
	return text
}

// beginning returns the length of the longest start of b that could begin a character, at least 1.
func beginning(b []byte) int {
	low, high := byte(0x80), byte(0xbf)
	var more int
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		more = 1
	case c >= 0xe0 && c <= 0xef:
		more = 2
	case c >= 0xf0 && c <= 0xf4:
		more = 3
	}
	switch b[0] { // no overlong forms, no surrogates, nothing above U+10FFFF
	case 0xe0:
		low = 0xa0
	case 0xed:
		high = 0x9f
	case 0xf0:
		low = 0x90
	case 0xf4:
		high = 0x8f
	}
	n := 1
	for ; n <= more && n < len(b) && b[n] >= low && b[n] <= high; n++ {
		low, high = 0x80, 0xbf
	}
	return n
}
