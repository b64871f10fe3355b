package querystring

import "fmt"

// DefaultMaxPairs is the cap on pairs that is used when none is given; Node.js has the same.
const DefaultMaxPairs = 1000

// TooManyError says that a text has more pairs than allowed.
type TooManyError struct {
	Limit int // the cap that was passed
}

// Error names the cap.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("querystring: more than %d parameters; send fewer or raise the cap", e.Limit)
}

// orDefault returns the cap that maxPairs means.
func orDefault(maxPairs int) int {
	if maxPairs <= 0 {
		return DefaultMaxPairs
	}
	return maxPairs
}
