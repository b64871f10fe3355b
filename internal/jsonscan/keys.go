package jsonscan

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// smallObject is the number of keys up to which comparing each with each is faster than hashing.
const smallObject = 32

// keySet remembers the keys of all open objects, the innermost last.
type keySet struct {
	keys    [][]byte // of the objects that have few
	objects []objectKeys
}

// objectKeys are the keys of one object: in seen, or while there are few of them in the keys of the set, from start on.
type objectKeys struct {
	start int
	seen  map[string]struct{}
}

// open begins an object.
func (k *keySet) open() {
	k.objects = append(k.objects, objectKeys{start: len(k.keys)})
}

// close ends the innermost object.
func (k *keySet) close() {
	last := len(k.objects) - 1
	k.keys = k.keys[:k.objects[last].start]
	k.objects = k.objects[:last]
}

// add remembers a key of the innermost object; it returns false when the key is there already.
func (k *keySet) add(key []byte) bool {
	object := &k.objects[len(k.objects)-1]
	if object.seen != nil {
		before := len(object.seen)
		object.seen[string(key)] = struct{}{}
		return len(object.seen) > before
	}
	few := k.keys[object.start:]
	for _, other := range few {
		if bytes.Equal(other, key) {
			return false
		}
	}
	k.keys = append(k.keys, key)
	if len(few) == smallObject {
		object.seen = make(map[string]struct{}, 2*smallObject)
		for _, other := range k.keys[object.start:] {
			object.seen[string(other)] = struct{}{}
		}
		k.keys = k.keys[:object.start]
	}
	return true
}

// decodeKey returns the key that is written between quotes, as encoding/json decodes it: half a surrogate pair and a byte that
// is no UTF-8 become U+FFFD, and what is the same key afterwards counts as the same. Most keys are what they are between the quotes.
func decodeKey(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted) {
		return quoted[1 : len(quoted)-1]
	}
	var key string
	if err := json.Unmarshal(quoted, &key); err == nil { // always, since the string has been checked
		quoted = []byte(key)
	}
	return quoted
}
