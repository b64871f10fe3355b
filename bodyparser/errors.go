package bodyparser

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// invalidBody is what Next.js answers when a body could not be read.
const invalidBody = "Invalid body"

// TooLargeError says that a body is larger than the limit. It is answered 413.
type TooLargeError struct {
	// Limit in bytes.
	Limit int64
	// Text is the limit as the config has it.
	Text string
}

// Error names the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("bodyparser: the body is larger than the limit of %s; send less or raise SizeLimit", e.Text)
}

// StatusCode is 413.
func (e *TooLargeError) StatusCode() int { return http.StatusRequestEntityTooLarge }

// Message is that of Next.js: "Body exceeded 1mb limit".
func (e *TooLargeError) Message() string { return "Body exceeded " + e.Text + " limit" }

// RatioError says that a compressed body grew more than Inflate.MaxRatio times. It is answered 413.
type RatioError struct {
	// Limit is the largest ratio.
	Limit int64
}

// Error names the ratio.
func (e *RatioError) Error() string {
	return fmt.Sprintf("bodyparser: the body inflates to more than %d times its size; send it with less compression or raise Inflate.MaxRatio", e.Limit)
}

// StatusCode is 413.
func (e *RatioError) StatusCode() int { return http.StatusRequestEntityTooLarge }

// Message tells what is too large.
func (e *RatioError) Message() string {
	return fmt.Sprintf("Body exceeded %d times its compressed size", e.Limit)
}

// TooManyParamsError says that a form or query has more pairs than MaxParams. It is answered 413, as Express does;
// Next.js drops the rest in silence.
type TooManyParamsError struct {
	// Limit is the largest number.
	Limit int
}

// Error names the limit.
func (e *TooManyParamsError) Error() string {
	return fmt.Sprintf("bodyparser: more than %d parameters; send fewer or raise MaxParams", e.Limit)
}

// StatusCode is 413.
func (e *TooManyParamsError) StatusCode() int { return http.StatusRequestEntityTooLarge }

// Message names the limit.
func (e *TooManyParamsError) Message() string {
	return fmt.Sprintf("Body exceeded %d parameters limit", e.Limit)
}

// SyntaxError says that a body is not JSON, or is JSON that the settings refuse. It is answered 400.
type SyntaxError struct {
	// Detail is what is wrong and where, without raw control characters.
	Detail string
	err    error
}

// Error tells what is wrong.
func (e *SyntaxError) Error() string { return "bodyparser: invalid JSON: " + e.Detail }

// StatusCode is 400.
func (e *SyntaxError) StatusCode() int { return http.StatusBadRequest }

// Message is that of Next.js.
func (e *SyntaxError) Message() string { return "Invalid JSON" }

// Unwrap returns the error of the scanner.
func (e *SyntaxError) Unwrap() error { return e.err }

// CharsetError says that the charset of the Content-Type is not known. It is answered 400, as Next.js does.
type CharsetError struct {
	// Charset as the client wrote it.
	Charset string
}

// Error names the charset.
func (e *CharsetError) Error() string {
	return fmt.Sprintf("bodyparser: unknown charset %q; send UTF-8", e.Charset)
}

// StatusCode is 400.
func (e *CharsetError) StatusCode() int { return http.StatusBadRequest }

// Message is that of Next.js.
func (e *CharsetError) Message() string { return invalidBody }

// ReadError says that a body ended early or could not be read: the client left, a deadline passed, a chunk was malformed.
// It is answered 400, as Next.js does.
type ReadError struct{ err error }

// Error tells why.
func (e *ReadError) Error() string { return "bodyparser: reading the body: " + visible(e.err.Error()) }

// StatusCode is 400.
func (e *ReadError) StatusCode() int { return http.StatusBadRequest }

// Message is that of Next.js.
func (e *ReadError) Message() string { return invalidBody }

// Unwrap returns the error of the connection.
func (e *ReadError) Unwrap() error { return e.err }

// EncodingError says that a compressed body is corrupt. It is answered 400.
type EncodingError struct {
	// Encoding is the content coding, such as "gzip".
	Encoding string
	err      error
}

// Error tells why.
func (e *EncodingError) Error() string {
	return "bodyparser: inflating " + e.Encoding + ": " + visible(e.err.Error())
}

// StatusCode is 400.
func (e *EncodingError) StatusCode() int { return http.StatusBadRequest }

// Message is that of Next.js for a body that cannot be read.
func (e *EncodingError) Message() string { return invalidBody }

// Unwrap returns the error of the decoder.
func (e *EncodingError) Unwrap() error { return e.err }

// UnsupportedEncodingError says that the Content-Encoding is not one of those accepted. It is answered 415 with the accepted ones
// in the header Accept-Encoding (RFC 9110, section 15.5.16).
type UnsupportedEncodingError struct {
	// Encoding as the client wrote it.
	Encoding string
	// Accepted are the ones to use instead.
	Accepted []string
}

// Error names both.
func (e *UnsupportedEncodingError) Error() string {
	return fmt.Sprintf("bodyparser: content encoding %q is not accepted; use one of %s", e.Encoding, strings.Join(e.Accepted, ", "))
}

// StatusCode is 415.
func (e *UnsupportedEncodingError) StatusCode() int { return http.StatusUnsupportedMediaType }

// Message is the name of the status.
func (e *UnsupportedEncodingError) Message() string { return "Unsupported Content-Encoding" }

// statusOf returns what to answer to err: its own status, 413 for a limit of net/http, otherwise 500.
func statusOf(err error) int {
	if e, ok := errors.AsType[interface {
		error
		StatusCode() int
	}](err); ok {
		return e.StatusCode()
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// messageOf returns what a client may read about err: its own message or the name of the status. The text of an unknown
// error stays on the server.
func messageOf(err error) string {
	if e, ok := errors.AsType[interface {
		error
		Message() string
	}](err); ok {
		return visible(e.Message())
	}
	return http.StatusText(statusOf(err))
}
