package querystring

import (
	"iter"
	"strings"
)

// Pair is one key with one value, both decoded and valid UTF-8.
type Pair struct{ Key, Value string }

// Parse reads s, which has no leading "?", and collects the values of each key in order.
//
// "=c" has the empty key, "a" and "a=" have the empty value, and empty pairs ("&&") are skipped and not counted.
// maxPairs is the largest number of pairs allowed; zero or less means [DefaultMaxPairs]. More is a [*TooManyError].
// The result is never nil when the error is. Its strings share the memory of s where nothing had to be decoded.
func Parse(s string, maxPairs int) (Values, error) {
	n, err := count(s, orDefault(maxPairs))
	if err != nil {
		return nil, err
	}
	values := make(Values, n)
	// One slice serves all keys that occur once. The capacity of each part is cut, so that appending moves it elsewhere.
	single := make([]string, 0, n)
	for pair := range split(s) {
		key, value := decode(pair)
		if all, found := values[key]; found {
			values[key] = append(all, value)
			continue
		}
		i := len(single)
		single = append(single, value)
		values[key] = single[i : i+1 : i+1]
	}
	return values, nil
}

// Pairs reads s as [Parse] does, with the same cap, and returns the pairs in order; nil when there is none.
func Pairs(s string, maxPairs int) ([]Pair, error) {
	n, err := count(s, orDefault(maxPairs))
	if n == 0 || err != nil {
		return nil, err
	}
	pairs := make([]Pair, 0, n)
	for pair := range split(s) {
		key, value := decode(pair)
		pairs = append(pairs, Pair{Key: key, Value: value})
	}
	return pairs, nil
}

// count returns the number of pairs in s, or an error as soon as there are more than limit.
func count(s string, limit int) (int, error) {
	n := 0
	for range split(s) {
		if n++; n > limit {
			return 0, &TooManyError{Limit: limit}
		}
	}
	return n, nil
}

// split yields the pairs of s as they are written, without the empty ones.
func split(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for pair := range strings.SplitSeq(s, "&") {
			if pair != "" && !yield(pair) {
				return
			}
		}
	}
}

// decode takes a pair as it is written apart, at its first "=".
func decode(pair string) (key, value string) {
	key, value, _ = strings.Cut(pair, "=")
	return unescape(key), unescape(value)
}
