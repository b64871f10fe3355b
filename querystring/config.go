package querystring

import "fmt"

// DefaultMaxPairs is the cap on pairs where none is given. Node.js has the same.
const DefaultMaxPairs = 1000

// usualPairs is up to how many keys the map of the result is made for at once; it grows if there are more.
// A text can have many pairs and few keys.
const usualPairs = 64

// TooManyError says that a text has more pairs than allowed.
type TooManyError struct {
	Limit int // the largest number allowed
}

// Error names the cap.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("querystring: more than %d parameters; send fewer or raise the cap", e.Limit)
}
