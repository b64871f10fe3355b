package httpcache_test

import (
	"math/rand/v2"
	"strings"
	"unicode/utf16"
)

// seeded gives the same numbers in each run, so that a refreshed table differs
// only where an answer does.
func seeded() *rand.Rand {
	return rand.New(rand.NewPCG(1, 2))
}

// randomText mixes the ranges that UTF-8 and UTF-16 cut differently.
func randomText(r *rand.Rand, length int) string {
	ranges := [][2]rune{{0, 0x7f}, {'a', 'z'}, {0x80, 0x7ff}, {0x800, 0xd7ff}, {0xe000, 0xffff}, {0x10000, 0x10ffff}}
	var b strings.Builder
	for range length {
		between := ranges[r.IntN(len(ranges))]
		b.WriteRune(between[0] + r.Int32N(between[1]-between[0]+1))
	}
	return b.String()
}

// slowTag is the definition, written for reading: every code unit in turn.
func slowTag(units []uint16) (hash uint64, length int) {
	hash = 0xcbf29ce484222325
	for _, unit := range units {
		hash ^= uint64(unit)
		hash *= 0x100000001b3
	}
	return hash&(1<<52-1) ^ hash>>52, len(units)
}

func codeUnits(text string) []uint16 { return utf16.Encode([]rune(text)) }
