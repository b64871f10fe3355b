package apiroutes

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-apiroutes/apiroutes/internal/respond"
	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
)

// APIError is an error that a handler answers with a status and a text of its
// own, as Next.js does with its ApiError:
//
//	return apiroutes.NewError(http.StatusNotFound, "No such post")
//
// HandlerE answers any error that has these two methods the same way, those of
// package bodyparser for instance. The methods decide, not the type.
type APIError struct {
	// Status is the status of the answer, from 400 to 599; any other is
	// answered 500.
	Status int
	// Text is the body of the answer. Clients read it.
	Text string
	// Err is the cause, for the log only. It may be nil.
	Err error
}

// NewError returns an APIError without a cause.
func NewError(status int, text string) *APIError {
	return &APIError{Status: status, Text: text}
}

// Error tells the status, the text and the cause.
func (e *APIError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("apiroutes: %d %q: %v", e.Status, e.Text, e.Err)
	}
	return fmt.Sprintf("apiroutes: %d %q", e.Status, e.Text)
}

// Unwrap returns the cause.
func (e *APIError) Unwrap() error { return e.Err }

// StatusCode is the status of the answer.
func (e *APIError) StatusCode() int { return e.Status }

// Message is the body of the answer.
func (e *APIError) Message() string { return e.Text }

// PanicError is what c.Errors holds after a handler has panicked.
type PanicError struct {
	// Value is what the handler panicked with.
	Value any
	// Stack is the stack of the goroutine at that point.
	Stack []byte
}

// Error tells the value, not the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("apiroutes: handler panicked: %v", e.Value) }

// Unwrap returns the value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// MarshalError is recorded when a value has no JSON text: a function, a channel, a
// value that contains itself, or one whose MarshalJSON fails. It names the type
// and wraps the reason.
type MarshalError = stringify.Error

// StatusError is recorded for a number that is not a status with which a response can end.
type StatusError = respond.StatusError

// ErrHeadersSent is recorded when a handler answers twice, or changes a header after
// the headers have been sent (ERR_HTTP_HEADERS_SENT in Node).
var ErrHeadersSent = respond.ErrSent

// ErrEnded is recorded when a handler writes to a response it has ended.
var ErrEnded = errors.New("apiroutes: write after End, Send, JSON or Redirect; a response is sent once")

// HeaderError is recorded when a header could not stand in a response.
type HeaderError struct {
	// Name is the name of the header as it was given.
	Name string
	// Reason says what is wrong with it.
	Reason string
}

// Error quotes the name: it may come from a client.
func (e *HeaderError) Error() string {
	return fmt.Sprintf("apiroutes: header %q %s", e.Name, e.Reason)
}

// statusOf returns the status that an error asks for, 500 if none or none that
// says error.
func statusOf(err error) int {
	e, ok := errors.AsType[interface {
		error
		StatusCode() int
	}](err)
	if !ok {
		return http.StatusInternalServerError
	}
	status := e.StatusCode()
	if status < http.StatusBadRequest || status > 599 {
		return http.StatusInternalServerError
	}
	return status
}

// thrown carries an error of a request helper out of the handler, as an
// exception does in Next.js.
type thrown struct{ err error }

// requestError says that a request has more parameters or cookies than allowed.
type requestError struct {
	err  error
	text string
}

func (e *requestError) Error() string   { return "apiroutes: " + e.err.Error() }
func (e *requestError) Unwrap() error   { return e.err }
func (e *requestError) StatusCode() int { return http.StatusBadRequest }
func (e *requestError) Message() string { return e.text }
