package catchall_test

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// A reference for the order of Next.js, as short as it can be: every pattern is held against the path alone, and of
// those that match the most specific wins. It knows no tree, no state and no Gin.

// refMatch returns the pattern that wins and its parameters; "" for none.
func refMatch(patterns []string, path string) (string, map[string][]string) {
	var matching []string
	for _, pattern := range patterns {
		if _, ok := refParams(pattern, path); ok {
			matching = append(matching, pattern)
		}
	}
	if len(matching) == 0 {
		return "", nil
	}
	winner := slices.MinFunc(matching, refCompare)
	params, _ := refParams(winner, path)
	return winner, params
}

// refParams holds one pattern against a path of clean segments.
func refParams(pattern, path string) (map[string][]string, bool) {
	want, have := refSplit(pattern), refSplit(path)
	params := map[string][]string{}
	for i, s := range want {
		switch refRank(s) {
		case 3, 4: // a catch-all
			if len(have) == i && refRank(s) == 3 {
				return nil, false
			}
			for _, value := range have[i:] {
				params[refName(s)] = append(params[refName(s)], refDecode(value))
			}
			return params, true
		case 2:
			if len(have) <= i {
				return nil, false
			}
			params[refName(s)] = []string{refDecode(have[i])}
		default:
			if len(have) <= i || have[i] != s {
				return nil, false
			}
		}
	}
	return params, len(have) == len(want)
}

// refCompare orders two patterns that match one path: at the first segment where they differ, literal before parameter
// before catch-all before optional catch-all.
func refCompare(a, b string) int {
	one, two := refSplit(a), refSplit(b)
	for i := range min(len(one), len(two)) {
		if r := cmp.Compare(refRank(one[i]), refRank(two[i])); r != 0 {
			return r
		}
	}
	return cmp.Compare(len(one), len(two))
}

func refRank(segment string) int {
	switch {
	case strings.HasPrefix(segment, "[[..."):
		return 4
	case strings.HasPrefix(segment, "[..."):
		return 3
	case strings.HasPrefix(segment, "["):
		return 2
	}
	return 1
}

func refName(segment string) string {
	return strings.Trim(segment, "[].")
}

func refSplit(path string) []string {
	if path == "/" || path == "" {
		return nil
	}
	return strings.Split(path[1:], "/")
}

func refDecode(segment string) string {
	value, err := url.PathUnescape(segment)
	if err != nil {
		panic(err)
	}
	return value
}
