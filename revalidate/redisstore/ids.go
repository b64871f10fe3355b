package redisstore

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// ids remembers ids of keys that were asked for lately: to hash a key as Redis
// names need it takes longer than all else that a hit does in this package.
type ids struct {
	seed  maphash.Seed
	known [8192]atomic.Pointer[keyID] // by another hash of the key
}

type keyID struct {
	key string
	id  id
}

// longestKnown is the length of a key in bytes beyond which it is not
// remembered, so that visitors can't fill the memory with long paths.
const longestKnown = 256

func newIDs() *ids { return &ids{seed: maphash.MakeSeed()} }

func (k *ids) of(key string) id {
	place := &k.known[maphash.String(k.seed, key)%uint64(len(k.known))]
	if known := place.Load(); known != nil && known.key == key {
		return known.id
	}
	i := idOf(key)
	if len(key) <= longestKnown {
		// The key may be a part of a longer text, such as a request's target.
		place.Store(&keyID{strings.Clone(key), i})
	}
	return i
}
