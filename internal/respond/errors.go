package respond

import (
	"errors"
	"fmt"
	"net/http"
)

// The errors of this package are exported by the root package, whose name they
// therefore bear.

// ErrSent says that the status and the headers have already gone to the
// client, so that another response cannot be sent. Node calls it
// ERR_HTTP_HEADERS_SENT.
var ErrSent = errors.New("apiroutes: the headers are already sent; answer once per request")

// StatusError says that a number is no status a response can end with.
type StatusError struct {
	// Status is the number.
	Status int
}

// Error names the number and the range.
func (e *StatusError) Error() string {
	return fmt.Sprintf("apiroutes: invalid status %d; write one from 200 to 999", e.Status)
}

// CheckStatus accepts what a final response can carry. Node accepts 100 to 999;
// the informational ones would make net/http send a second response after
// them.
func CheckStatus(status int) error {
	if status < http.StatusOK || status > 999 {
		return &StatusError{Status: status}
	}
	return nil
}
