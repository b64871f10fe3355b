package cookie

import "fmt"

// DefaultMax is the number of cookies that Parse reads when it is given no
// limit. Browsers keep at most a few hundred for a site.
const DefaultMax = 1000

// TooManyError says that a request carried more cookies than allowed. Nothing
// of it is used: a list that was cut in silence would let a client choose
// which cookies the server does not see.
type TooManyError struct {
	// Limit is the number of cookies allowed.
	Limit int
}

// Error names the limit.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("cookie: more than %d cookies in one request; raise the limit or send fewer", e.Limit)
}

// StatusCode is 400: the request is at fault.
func (e *TooManyError) StatusCode() int { return 400 }

// Message is what the client may read.
func (e *TooManyError) Message() string {
	return fmt.Sprintf("Request exceeded %d cookies limit", e.Limit)
}
