package revalidate

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/location"
	"github.com/gin-apiroutes/apiroutes/internal/respond"
)

// RedirectError says why a redirect was not sent: the URL cannot be a Location
// header or may leave the site, the status is not a final one, or the request has
// been answered already. Nothing of the redirect was sent.
type RedirectError struct {
	// Status is the status that was asked for.
	Status int
	// URL is the target that was asked for. It may come from a client: quote
	// it before it reaches a log.
	URL string
	// Err is the reason.
	Err error

	// supplied says that the URL came from a request and is what is wrong.
	supplied bool
}

// Error tells the status and the reason; a URL in it is quoted.
func (e *RedirectError) Error() string {
	return fmt.Sprintf("revalidate: redirect with status %d refused: %v", e.Status, e.Err)
}

// Unwrap returns the reason.
func (e *RedirectError) Unwrap() error { return e.Err }

// StatusCode is 400 for a target that RedirectLocal refused, since a client
// supplied it, and 500 otherwise.
func (e *RedirectError) StatusCode() int {
	if e.supplied {
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// Message is what the client may read.
func (e *RedirectError) Message() string {
	if e.supplied {
		return "Invalid redirect target"
	}
	return http.StatusText(http.StatusInternalServerError)
}

// ErrAlreadySent is wrapped by the error of a redirect that came after another
// answer.
var ErrAlreadySent = errors.New("the request has already been answered")

// Redirect sends the client to url with the status 307 Temporary Redirect, which
// keeps the method and the body: res.redirect(url) of Next.js. The body of the
// answer is the URL, without a Content-Type.
//
// Any URL may be given; for one that comes from a request use RedirectLocal. An
// empty one, or one with a control character (CR and LF would begin another
// header), is a *RedirectError, and nothing is sent.
func Redirect(c *gin.Context, url string) error {
	return RedirectStatus(c, http.StatusTemporaryRedirect, url)
}

// RedirectStatus is Redirect with a status of its own, res.redirect(status, url)
// of Next.js. Usual ones are 301, 302, 303 (the form after a POST), 307 and 308;
// as there, every status from 200 to 999 is sent as it is, 201 with the URL of
// what was created for instance.
func RedirectStatus(c *gin.Context, status int, url string) error {
	header, err := location.Header(url)
	return send(c, status, url, header, err)
}

// RedirectLocal is RedirectStatus for a target that comes from a request, such as
// ?next=/account. It accepts paths on the same site only, judged the way browsers
// read them: "//host", "/\host", schemes such as "javascript:", control characters,
// blanks in front and paths that clean up to "//host" are a *RedirectError, and
// nothing is sent. Next.js has no such helper.
func RedirectLocal(c *gin.Context, status int, target string) error {
	header, err := location.Local(target)
	if err != nil {
		return &RedirectError{Status: status, URL: target, Err: err, supplied: true}
	}
	return send(c, status, target, header, nil)
}

// send writes the header and repeats the URL as the body.
func send(c *gin.Context, status int, url, header string, err error) error {
	if err == nil {
		err = respond.CheckStatus(status)
	}
	if err == nil && c.Writer.Written() {
		err = ErrAlreadySent
	}
	if err != nil {
		return &RedirectError{Status: status, URL: url, Err: err}
	}
	c.Header("Location", header)
	return respond.End(c.Writer, status, url)
}
