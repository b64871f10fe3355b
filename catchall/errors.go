package catchall

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// MethodError says that a pattern matches the path but has no handlers for the method.
type MethodError struct {
	Method  string   // the method of the request
	Pattern string   // the pattern with the prefix of the group, as [Pattern] returns it
	Allow   []string // the methods that the pattern has, sorted; HEAD is among them when GET is
}

// Error names method and pattern.
func (e *MethodError) Error() string {
	return "catchall: " + strconv.Quote(e.Method) + " is not allowed on " + e.Pattern + "; send one of " + strings.Join(e.Allow, ", ")
}

// StatusCode is 405.
func (e *MethodError) StatusCode() int { return http.StatusMethodNotAllowed }

// PathError says that a path cannot be read: a segment is not valid UTF-8 once decoded, or a raw "#" stands in it. Next.js
// answers 400 to the first as well; malformed escapes never come this far, net/http answers 400 to them.
type PathError struct {
	Path   string // the path as it was sent
	Reason string
}

// Error quotes the path.
func (e *PathError) Error() string {
	return fmt.Sprintf("catchall: path %.200q: %s", e.Path, e.Reason)
}

// StatusCode is 400.
func (e *PathError) StatusCode() int { return http.StatusBadRequest }

// MismatchError says that Gin chose another route than the path, read segment by segment as it was sent, belongs to.
// Middleware and handlers of that other route must not see the request, so it is refused. It happens to paths with
// escapes when the engine matches decoded paths: [NextPaths] or engine.UseRawPath = true makes both agree.
type MismatchError struct {
	Path    string // the path as it was sent
	Route   string // Gin's route, as c.FullPath() returns it
	Pattern string // the pattern that the path belongs to; "" when none matches
}

// Error names both sides and the remedy.
func (e *MismatchError) Error() string {
	belongs := "belongs to no pattern"
	if e.Pattern != "" {
		belongs = "belongs to " + e.Pattern
	}
	return fmt.Sprintf("catchall: path %.200q %s but Gin routed it to %s; set engine.UseRawPath = true or use gin.New(catchall.NextPaths)",
		e.Path, belongs, e.Route)
}

// StatusCode is 404.
func (e *MismatchError) StatusCode() int { return http.StatusNotFound }

// unmountedError says that a route was left in Gin's tree by a Mount that failed.
type unmountedError struct{ route string }

// Error names the route.
func (e *unmountedError) Error() string {
	return "catchall: Mount of " + e.route + " failed: look at the error it returned"
}

// StatusCode is 404.
func (e *unmountedError) StatusCode() int { return http.StatusNotFound }

// StatusCode returns the status that an error of this package is answered with: that of its StatusCode method, and 400
// for *querystring.TooManyError. It is 500 for every other error.
func StatusCode(err error) int {
	var coded interface {
		error
		StatusCode() int
	}
	var many *querystring.TooManyError
	switch {
	case errors.As(err, &coded):
		return coded.StatusCode()
	case errors.As(err, &many):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// fault is a mistake in the set, found at Mount.
type fault struct{ text string }

func (f *fault) Error() string { return "catchall: " + f.text }

func faultf(format string, args ...any) error { return &fault{text: fmt.Sprintf(format, args...)} }
