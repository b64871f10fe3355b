package querystring

import "strings"

// Pair is one key with one value, both decoded and valid UTF-8.
type Pair struct{ Key, Value string }

// Parse reads s, which has no leading "?", and collects the values of each key in order.
//
// "=c" has the empty key, "a" and "a=" have the empty value, and empty pairs ("&&") are skipped and not counted.
// maxPairs is the largest number of pairs allowed; zero or less means [DefaultMaxPairs]. More is a [*TooManyError], the only error.
// Without an error the result is not nil. Its strings share the memory of s where nothing had to be decoded.
func Parse(s string, maxPairs int) (Values, error) {
	n, err := count(s, maxPairs)
	if err != nil {
		return nil, err
	}
	values := make(Values, min(n, usualPairs))
	// One slice serves all keys that occur once. The capacity of each part is cut, so that appending to it moves it elsewhere.
	single := make([]string, 0, n)
	for pair, rest := next(toValid(s)); pair != ""; pair, rest = next(rest) {
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
	n, err := count(s, maxPairs)
	if n == 0 || err != nil {
		return nil, err
	}
	pairs := make([]Pair, 0, n)
	for pair, rest := next(toValid(s)); pair != ""; pair, rest = next(rest) {
		key, value := decode(pair)
		pairs = append(pairs, Pair{Key: key, Value: value})
	}
	return pairs, nil
}

// count returns the number of pairs in s, or an error as soon as there are too many.
func count(s string, maxPairs int) (int, error) {
	if maxPairs <= 0 {
		maxPairs = DefaultMaxPairs
	}
	n := 0
	for pair, rest := next(s); pair != ""; pair, rest = next(rest) {
		if n == maxPairs {
			return 0, &TooManyError{Limit: maxPairs}
		}
		n++
	}
	return n, nil
}

// next cuts the first pair that is not empty off s; there is none left when it is empty.
func next(s string) (pair, rest string) {
	for s != "" && s[0] == '&' {
		s = s[1:]
	}
	pair, rest, _ = strings.Cut(s, "&")
	return pair, rest
}

// decode takes a pair apart at its first "=".
func decode(pair string) (key, value string) {
	rawKey, rawValue, _ := strings.Cut(pair, "=")
	key, keyOK := unescape(rawKey)
	value, valueOK := unescape(rawValue)
	if keyOK && valueOK || isASCII(pair) {
		return key, value
	}
	keyTried, valueTried := tried(pair)
	if !keyOK && keyTried {
		key = narrow(rawKey)
	}
	if !valueOK && valueTried {
		value = narrow(rawValue)
	}
	return key, value
}
