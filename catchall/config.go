package catchall

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// DefaultMaxRoutes is the bound on compiled paths when [Config] names none.
const DefaultMaxRoutes = 50_000

// Config holds the settings of a set of routes. The zero value is ready for use.
type Config struct {
	_ struct{}

	// Methods are further methods that every pattern answers, by the handlers of Any or by 405: WebDAV's, say. Gin's
	// nine are always there (GET, POST, PUT, PATCH, HEAD, OPTIONS, DELETE, CONNECT, TRACE), and so is each that a
	// pattern names in Handle. Next.js passes on all that Node.js can read; Gin keeps a tree for each method, so here
	// they are named. nil means no further ones.
	Methods []string

	// MaxRoutes bounds the number of paths that the patterns may compile to, before methods are counted. Sets made of
	// literals beside parameters on many levels double with each level; Mount refuses them instead of filling the
	// memory. 0 means DefaultMaxRoutes, a negative number is an error of Mount.
	MaxRoutes int

	// ErrorHandler answers a request that is refused before the handlers of its pattern: [*MethodError] (405),
	// [*PathError] (400), [*MismatchError] (404), and *querystring.TooManyError (400). It runs inside the chain, after
	// the middleware of the engine and of the group, which may still add headers; the chain is aborted afterwards. The
	// header Allow of a 405 is set already. nil means a plain text of one line, worded as Gin does.
	ErrorHandler func(*gin.Context, error)
}

// maxRoutes returns the bound in force, or the fault of the setting.
func (c *Config) maxRoutes() (int, error) {
	if c.MaxRoutes < 0 {
		return 0, faultf("MaxRoutes is %d: write a positive bound, or 0 for the default of %d", c.MaxRoutes, DefaultMaxRoutes)
	}
	if c.MaxRoutes == 0 {
		return DefaultMaxRoutes, nil
	}
	return c.MaxRoutes, nil
}

// checkMethods returns a fault for each method that Gin would not accept.
func (c *Config) checkMethods() []error {
	var faults []error
	for _, method := range c.Methods {
		if !methodName.MatchString(method) {
			faults = append(faults, faultf("Methods has %q: write it in capital letters, as in PROPFIND", method))
		}
	}
	return faults
}

// errorHandler returns the hook in force.
func (c *Config) errorHandler() func(*gin.Context, error) {
	if c.ErrorHandler != nil {
		return c.ErrorHandler
	}
	return plainText
}

// plainText is the default answer to a refused request: one line, nothing of the request in it.
func plainText(c *gin.Context, err error) {
	switch StatusCode(err) {
	case http.StatusMethodNotAllowed:
		c.String(http.StatusMethodNotAllowed, "405 method not allowed")
	case http.StatusNotFound:
		c.String(http.StatusNotFound, "404 page not found")
	default:
		c.String(http.StatusBadRequest, "Bad Request")
	}
}
