package jsonscan

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// keySet remembers the keys of the open objects.
type keySet struct {
	keys   []string
	starts []int
	large  []map[string]struct{}
}

const smallObject = 16

func (k *keySet) open() {
	k.starts = append(k.starts, len(k.keys))
	k.large = append(k.large, nil)
}

func (k *keySet) close() {
	last := len(k.starts) - 1
	k.keys = k.keys[:k.starts[last]]
	k.starts = k.starts[:last]
	k.large = k.large[:last]
}

// add remembers the key, which is written with its quotes.
func (k *keySet) add(quoted []byte) (key string, duplicate bool) {
	key = decodeKey(quoted)
	last := len(k.starts) - 1
	if seen := k.large[last]; seen != nil {
		_, duplicate = seen[key]
		seen[key] = struct{}{}
		return key, duplicate
	}
	keys := k.keys[k.starts[last]:]
	for _, other := range keys {
		if other == key {
			return key, true
		}
	}
	k.keys = append(k.keys, key)
	if len(keys) >= smallObject {
		seen := make(map[string]struct{}, 4*smallObject)
		for _, other := range k.keys[k.starts[last]:] {
			seen[other] = struct{}{}
		}
		k.large[last] = seen
	}
	return key, false
}

func decodeKey(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted) {
		return string(quoted[1 : len(quoted)-1])
	}
	var key string
	if json.Unmarshal(quoted, &key) != nil {
		return string(quoted)
	}
	return key
}
