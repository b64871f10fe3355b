package querystring

import (
	"fmt"
	"maps"
	"slices"
)

// Values holds the values of each key, in order. Keys are taken as they are: "a[]", "b[c]" and "__proto__" are ordinary ones.
type Values map[string][]string

// Get returns the first value of name, or "" when there is none.
func (v Values) Get(name string) string {
	if all := v[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// All returns the values of name in order, nil when there are none. The slice belongs to v.
func (v Values) All(name string) []string { return v[name] }

// Has tells whether name occurs, if only with the empty value.
func (v Values) Has(name string) bool {
	_, found := v[name]
	return found
}

// MarshalJSON writes the object that a handler of Next.js gets: a key that occurs once has a string, another one an array of strings.
// The keys are sorted. Nothing is escaped that JSON.stringify does not escape, unless the encoder that calls it asks for more,
// as that of json.Marshal does.
func (v Values) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, key), ':')
		if all := v[key]; len(all) == 1 {
			b = appendQuoted(b, all[0])
		} else {
			b = appendArray(b, all)
		}
	}
	return append(b, '}'), nil
}

func appendArray(b []byte, all []string) []byte {
	b = append(b, '[')
	for i, s := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, s)
	}
	return append(b, ']')
}

// appendQuoted appends s as a JSON string, written as JSON.stringify does.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range []byte(toValid(s)) {
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			if c < ' ' {
				b = fmt.Appendf(b, `\u%04x`, c)
				continue
			}
			b = append(b, c)
		}
	}
	return append(b, '"')
}
