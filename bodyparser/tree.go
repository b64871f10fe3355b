package bodyparser

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// tree decodes JSON into maps, slices and scalars, with the results of encoding/json. It takes text that has been checked, by
// jsonscan, and that is UTF-8, so it looks at nothing twice: about half the time of any codec that has to check by itself, and
// the same result whichever codec Gin was built with.
type tree struct {
	text []byte
	at   int
	// Members of open arrays and objects wait here until their number is known.
	values []any
	keys   []string
	// recent holds keys that occurred, since the elements of a list tend to have the same ones.
	recent [64]string
}

// decodeTree returns the value of a checked text.
func decodeTree(text []byte) any {
	d := tree{text: text}
	return d.value()
}

// space moves to the next byte that is no white space and returns it.
func (d *tree) space() byte {
	for {
		switch c := d.text[d.at]; c {
		case ' ', '\n', '\t', '\r':
			d.at++
		default:
			return c
		}
	}
}

func (d *tree) value() any {
	switch d.space() {
	case '{':
		return d.object()
	case '[':
		return d.array()
	case '"':
		return d.str()
	case 't':
		d.at += len("true")
		return true
	case 'f':
		d.at += len("false")
		return false
	case 'n':
		d.at += len("null")
		return nil
	default:
		return d.number()
	}
}

func (d *tree) object() map[string]any {
	d.at++
	first := len(d.keys)
	firstValue := len(d.values)
	for d.space() != '}' {
		if d.text[d.at] == ',' {
			d.at++
			d.space()
		}
		key := d.key()
		d.space()
		d.at++ // the colon
		value := d.value()
		d.keys = append(d.keys, key)
		d.values = append(d.values, value)
	}
	d.at++
	keys, values := d.keys[first:], d.values[firstValue:]
	m := make(map[string]any, len(keys))
	for i, key := range keys {
		m[key] = values[i]
	}
	clear(values)
	d.keys, d.values = d.keys[:first], d.values[:firstValue]
	return m
}

func (d *tree) array() []any {
	d.at++
	first := len(d.values)
	for d.space() != ']' {
		if d.text[d.at] == ',' {
			d.at++
		}
		value := d.value()
		d.values = append(d.values, value)
	}
	d.at++
	values := d.values[first:]
	list := make([]any, len(values))
	copy(list, values)
	clear(values)
	d.values = d.values[:first]
	return list
}

// quoted returns what stands between the quotes here, and whether there are escapes in it.
func (d *tree) quoted() (raw []byte, escaped bool) {
	rest := d.text[d.at+1:]
	end := bytes.IndexByte(rest, '"')
	raw = rest[:end]
	if bytes.IndexByte(raw, '\\') < 0 {
		d.at += end + 2
		return raw, false
	}
	end = 0
	for rest[end] != '"' {
		if rest[end] == '\\' {
			end++
		}
		end++
	}
	d.at += end + 2
	return rest[:end], true
}

func (d *tree) str() string {
	raw, escaped := d.quoted()
	if escaped {
		return unescape(raw)
	}
	return string(raw)
}

// key is str for keys, which it does not allocate again and again.
func (d *tree) key() string {
	raw, escaped := d.quoted()
	if escaped || len(raw) == 0 {
		return unescape(raw)
	}
	slot := &d.recent[(len(raw)*7+int(raw[0])+int(raw[len(raw)-1])*3)%len(d.recent)]
	if *slot != string(raw) {
		*slot = string(raw)
	}
	return *slot
}

// unescape replaces the escapes. Halves of a surrogate pair become U+FFFD.
func unescape(raw []byte) string {
	out := make([]byte, 0, len(raw))
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return string(append(out, raw...))
		}
		out = append(out, raw[:i]...)
		c := raw[i+1]
		raw = raw[i+2:]
		switch c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hex4(raw)
			raw = raw[4:]
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if len(raw) >= 6 && raw[0] == '\\' && raw[1] == 'u' {
					pair = utf16.DecodeRune(r, hex4(raw[2:]))
				}
				if r = pair; r != utf8.RuneError {
					raw = raw[6:]
				}
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
	}
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c <= '9':
			c -= '0'
		case c >= 'a':
			c -= 'a' - 10
		default:
			c -= 'A' - 10
		}
		r = r<<4 | rune(c)
	}
	return r
}

// powers are those of ten that a float64 holds exactly.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// number reads a number. Up to 15 digits without an exponent, which is nearly always, are an integer and a power of ten that a
// float64 holds exactly, so that one division rounds correctly; strconv does the others.
func (d *tree) number() float64 {
	start := d.at
	negative := d.text[start] == '-'
	var digits uint64
	count, point := 0, -1
	i := start
	if negative {
		i++
	}
scan:
	for ; i < len(d.text); i++ {
		switch c := d.text[i]; {
		case c-'0' <= 9:
			digits = digits*10 + uint64(c-'0')
			count++
		case c == '.':
			point = count
		case c == 'e' || c == 'E' || c == '-' || c == '+':
			count = len(powers)
		default:
			break scan
		}
	}
	d.at = i
	if count >= len(powers) {
		f, _ := strconv.ParseFloat(string(d.text[start:i]), 64) // its range has been checked
		return f
	}
	f := float64(digits)
	if point >= 0 {
		f /= powers[count-point]
	}
	if negative {
		f = -f
	}
	return f
}
