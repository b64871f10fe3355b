package oracle_test

import (
	"math/rand/v2"
	"strings"
)

// matching is a set of patterns with paths that are tried on it.
type matching struct {
	Patterns []string `json:"patterns"`
	Paths    []string `json:"paths"`
}

// askPatterns draws sets that are often contradictory.
func askPatterns(r *rand.Rand) any {
	return patterns(r, []string{"a", "b", "[x]", "[y]", "[...r]", "[...s]", "[[...o]]", "[[...p]]"}, true)
}

// askMatching draws sets that are mostly sound.
func askMatching(r *rand.Rand) any {
	return matching{patterns(r, []string{"a", "b", "a", "b", "[x]", "[...r]", "[[...o]]"}, false), paths(r)}
}

// patterns draws a set without repetitions. In a sound set the parameters of
// different levels have different names and a catch-all comes last.
func patterns(r *rand.Rand, segments []string, wild bool) []string {
	var set []string
	seen := map[string]bool{}
	for range 1 + r.IntN(6) {
		var parts []string
		for level := range 1 + r.IntN(4) {
			segment := pick(r, segments...)
			if !wild {
				segment = strings.NewReplacer("x]", "x"+string(rune('0'+level))+"]").Replace(segment)
			}
			parts = append(parts, segment)
			if !wild && strings.Contains(segment, "...") {
				break
			}
		}
		pattern := "/" + strings.Join(parts, "/")
		if !seen[pattern] {
			seen[pattern] = true
			set = append(set, pattern)
		}
	}
	return set
}

func paths(r *rand.Rand) []string {
	list := make([]string, 8)
	for i := range list {
		for range 1 + r.IntN(5) {
			list[i] += "/" + pick(r, "a", "b", "a", "b", "c", "A", "a%2Fb", "%61", "x+y", "%25", "caf%C3%A9", "[x]", "a.b")
		}
	}
	return list
}
