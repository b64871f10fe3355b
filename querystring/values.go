package querystring

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Values holds the values of each key in the order of the text.
type Values map[string][]string

// Get returns the first value of name, or "" when there is none.
func (v Values) Get(name string) string {
	if all := v[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// All returns every value of name in order; nil when there is none.
func (v Values) All(name string) []string { return v[name] }

// Has tells whether name occurs, if only with the empty value.
func (v Values) Has(name string) bool {
	_, found := v[name]
	return found
}

// MarshalJSON writes an object as Next.js gives req.query to the handler: a key that occurs once has a string, others an array.
// The keys are sorted.
func (v Values) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range slices.Sorted(maps.Keys(v)) {
		if i > 0 {
			b.WriteByte(',')
		}
		var value any = v[key]
		if len(v[key]) == 1 {
			value = v[key][0]
		}
		k, _ := json.Marshal(key)
		x, _ := json.Marshal(value)
		b.Write(k)
		b.WriteByte(':')
		b.Write(x)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
