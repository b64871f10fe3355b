package middleware

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

// Policy says which other origins may call a route from a browser, and how (the CORS protocol of the Fetch
// standard, section 3.2). It is given to [CORS], to [Config] or to [WithCORS], and written in JSON or YAML as
//
//	{"origins": ["https://app.example.com"], "methods": ["PUT"], "credentials": true, "maxAge": 600}
//
// Only Origins is needed. A policy that allows more than it says, or that browsers would not accept, is refused when
// it is given, with every fault in one error.
//
// The values of the headers are those of [github.com/gin-contrib/cors]; which origin gets them is decided here. A
// request of an origin that is not allowed runs as usual and its answer has no CORS header, which is how a browser
// learns that a script must not read it. Only its preflight is refused, with 403. Other servers, and forms of other
// sites, can still send requests: CORS does not protect against forged requests.
//
// Every answer behind the policy has the headers, errors and redirects included. The redirects that Gin gives itself,
// for a slash too many or too few, come before any middleware and have none: set RedirectTrailingSlash of the engine
// to false, so that such a path is a readable 404, or register both.
type Policy struct {
	_ struct{}

	// Origins are the origins allowed. An entry is
	//   - an exact origin, scheme://host or scheme://host:port: "https://app.example.com", "http://[::1]:3000";
	//   - one with all subdomains of a host, at any depth and without the host itself: "https://*.example.com";
	//   - one with any port: "http://localhost:*", which may be combined with the former;
	//   - "*" alone, for all origins. It is answered by "*", never by the origin that asks, and excludes Credentials.
	//
	// Upper case, international names and written default ports are brought to the form browsers send. Entries with a
	// path, regular expressions, "null" and wildcards over a public suffix such as https://*.co.uk are refused. An
	// empty list is refused too, unless OriginFunc is set; no CORS at all is [NoCORS].
	Origins []string

	// OriginFunc, if not nil, is asked about origins that Origins does not allow. It gets well-formed origins only,
	// never "null", and is told the request to read, not to change. As answers are cached for each origin, the result
	// should depend on nothing else. With Credentials, whoever it admits acts in the user's name.
	OriginFunc func(c *gin.Context, origin string) bool

	// Methods are the methods a script may use. Nil stands for GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS; an
	// empty list for none beyond GET, HEAD and POST, which always may be used; "*" for all, without Credentials.
	Methods []string

	// Headers are the request headers a script may set. Nil stands for Origin, Content-Length and Content-Type, which
	// is enough to send JSON; an empty list for none beyond those that the Fetch standard always allows; "*" for all
	// but Authorization, without Credentials.
	Headers []string

	// ExposedHeaders are the response headers a script may read, besides those that the Fetch standard always allows.
	// "*" stands for all, without Credentials.
	ExposedHeaders []string

	// Credentials allows requests with cookies, HTTP authentication or client certificates. It excludes "*" in every
	// list, and origins of plain http other than localhost: whoever is on the way could act in the user's name.
	Credentials bool

	// MaxAge is how long a browser may remember the answer to a preflight, in whole seconds; it may remember it
	// for less. Zero sends no header, and browsers take five seconds. Negative values are refused. In JSON and YAML it
	// is a number of seconds or a string such as "10m".
	MaxAge time.Duration

	// PrivateNetwork answers preflights with Access-Control-Allow-Private-Network: true.
	PrivateNetwork bool

	// PreflightStatus is the status of the answer to an allowed preflight. Zero is 204; clients that do not take it
	// for a success need 200. It must be between 200 and 299.
	PreflightStatus int
}

// The headers of the CORS protocol that are named here; all others come from gin-contrib/cors.
const (
	headerOrigin        = "Origin"
	headerVary          = "Vary"
	headerAllowOrigin   = "Access-Control-Allow-Origin"
	headerRequestMethod = "Access-Control-Request-Method"
)

// corsPolicy is a Policy made ready. It is immutable.
type corsPolicy struct {
	all        bool // "*"
	origins    *origin.Set
	originFunc func(*gin.Context, string) bool
	actual     corsAnswer
	preflight  corsAnswer
	status     int // of an allowed preflight
}

// corsAnswer is what an answer has besides Access-Control-Allow-Origin, prepared.
type corsAnswer struct {
	fields []corsField // for allowed origins only
	vary   []string    // for all requests, or caches would give one origin the answer for another
}

type corsField struct{ name, value string }

// apply puts the policy into effect for a request that passes: the headers that an outer policy has set are
// replaced, Vary is added to. A preflight is answered and the chain aborted; then done is true.
func (p *corsPolicy) apply(c *gin.Context) (done bool) {
	h := c.Writer.Header()
	removeCORS(h)
	if !isPreflight(c.Request) {
		p.actual.write(h, p.allowed(c))
		return false
	}
	allowed := p.allowed(c)
	p.preflight.write(h, allowed)
	if allowed == "" {
		c.AbortWithStatus(http.StatusForbidden)
	} else {
		c.AbortWithStatus(p.status)
	}
	return true
}

// allowed returns the value of Access-Control-Allow-Origin for a request, or "" if its origin is not allowed. Where
// all are, the header is there even when no origin asks, because caches may keep the answer for one that will.
func (p *corsPolicy) allowed(c *gin.Context) string {
	if p.all {
		return "*"
	}
	asking := c.Request.Header[headerOrigin]
	if len(asking) != 1 || asking[0] == "" { // Several are no browser's request.
		return ""
	}
	if p.origins.Contains(asking[0]) {
		return asking[0]
	}
	if p.originFunc != nil {
		if _, ok := origin.Parse(asking[0]); ok && p.originFunc(c, asking[0]) {
			return asking[0]
		}
	}
	return ""
}

// write sets the headers of an answer. All values are in one array made for it: header slices that are shared
// between answers would let one request write into the next one's.
func (a *corsAnswer) write(h http.Header, allowed string) {
	room := len(a.vary)
	if allowed != "" {
		room += 1 + len(a.fields)
	}
	values := make([]string, 0, room)
	if allowed != "" {
		values = append(values, allowed)
		h[headerAllowOrigin] = values[0:1:1]
		for _, f := range a.fields {
			n := len(values)
			values = append(values, f.value)
			h[f.name] = values[n : n+1 : n+1]
		}
	}
	before, n := h[headerVary], len(values)
	for _, name := range a.vary {
		if !varies(before, name) {
			values = append(values, name)
		}
	}
	switch added := values[n:]; {
	case len(added) == 0:
	case len(before) == 0:
		h[headerVary] = slices.Clip(added)
	default:
		// The clipped slice is copied: it may be one that another middleware shares between requests.
		h[headerVary] = append(slices.Clip(before), added...)
	}
}

// varies reports whether a Vary header already names a request header.
func varies(values []string, name string) bool {
	for _, value := range values {
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.Trim(item, " \t"); item == "*" || strings.EqualFold(item, name) {
				return true
			}
		}
	}
	return false
}

// isPreflight tells a CORS preflight (Fetch standard, section 4.8) from an OPTIONS request of another kind, which
// belongs to the route's own handlers. Nothing else of the request is looked at: the lists of a policy are answered
// whole, so the size of Access-Control-Request-Headers does not matter.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && len(r.Header[headerOrigin]) > 0 && requestMethod(r) != ""
}

// requestMethod is the method that a preflight asks for.
func requestMethod(r *http.Request) string {
	if values := r.Header[headerRequestMethod]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// clearCORS takes back what an outer policy has set. Vary stays: the answer for another route may differ.
func clearCORS(c *gin.Context) {
	removeCORS(c.Writer.Header())
}

func removeCORS(h http.Header) {
	if len(h) == 0 {
		return
	}
	delete(h, headerAllowOrigin)
	delete(h, "Access-Control-Allow-Credentials")
	delete(h, "Access-Control-Expose-Headers")
	delete(h, "Access-Control-Allow-Methods")
	delete(h, "Access-Control-Allow-Headers")
	delete(h, "Access-Control-Max-Age")
	delete(h, "Access-Control-Allow-Private-Network")
}

// WithCORS gives one handler a policy, preflights included, as wrapping a handler does in the examples of Next.js:
//
//	r.Any("/api/cors", middleware.WithCORS(policy, handler))
//
// The handler must be on a route that gets OPTIONS requests, or be registered through [Routes]; the latter is needed
// if an outer layer has a policy too, which preflights meet first. The handler is not called for preflights.
// WithCORS panics if the policy has a fault.
func WithCORS(policy Policy, handler gin.HandlerFunc) gin.HandlerFunc {
	compiled, err := newCORSPolicy(policy)
	if err != nil {
		panic(err)
	}
	if handler == nil {
		panic("middleware: WithCORS: the handler is nil; give the one that answers")
	}
	return (&corsHandler{policy: compiled, next: handler}).handle
}

// corsHandler is a handler with a policy of its own.
type corsHandler struct {
	policy *corsPolicy
	next   gin.HandlerFunc
}

func (h *corsHandler) handle(c *gin.Context) {
	if c.Request == nil {
		tell(c, h.policy)
		return
	}
	if !h.policy.apply(c) {
		h.next(c)
	}
}
