package middleware

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

// routeTable knows the policies of the routes of one engine.
type routeTable struct {
	engine *gin.Engine
	// shadow is an engine that serves nobody. For each route of the real one it has a route whose handler tells the
	// policy: so the route of a preflight is found by the matching of Gin itself, including everything that is
	// peculiar to it, and methods do not get into one another's way.
	shadow *gin.Engine
	ready  sync.Once
	pool   sync.Pool // of *errand
}

// newRouteTable makes the table of an engine and puts its handler into the engine's chain: at the end, or before the
// first layer, which would answer preflights itself.
func newRouteTable(engine *gin.Engine) *routeTable {
	t := &routeTable{engine: engine}
	quietly(func() { t.shadow = gin.New() })
	at := slices.IndexFunc(engine.Handlers, func(h gin.HandlerFunc) bool {
		_, says := policyIn(h)
		return says || layerOf(h) != nil
	})
	if at < 0 {
		at = len(engine.Handlers)
	}
	engine.Handlers = slices.Insert(slices.Clone(engine.Handlers), at, t.handle)
	engine.Use() // without an argument it puts the new chain before NoRoute and NoMethod
	return t
}

// handle answers preflights. It runs for the paths that have a route for OPTIONS and for those that have none.
func (t *routeTable) handle(c *gin.Context) {
	if c.Request == nil {
		tell(c, t)
		return
	}
	if !isPreflight(c.Request) {
		return
	}
	switch answer := t.find(c.Request); {
	case !answer.says:
		// No policy is known, so those of the engine decide, and then the route for OPTIONS if there is one.
	case answer.policy != nil:
		answer.policy.apply(c)
	case c.FullPath() != "":
		c.AbortWithStatus(http.StatusNoContent)
	default:
		c.Abort() // and Gin answers 404 or 405, as it does without CORS
	}
}

// tableIn returns the table whose handler is in a chain, or nil.
func tableIn(chain gin.HandlersChain) *routeTable {
	for _, h := range chain {
		if t := receiverOf[*routeTable](h, tableName); t != nil {
			return t
		}
	}
	return nil
}

// tableName is the name that the runtime gives to the handler of every table.
var tableName = functionName(new(routeTable).handle)

// routeAnswer is what the chain of a route says of preflights.
type routeAnswer struct {
	policy *corsPolicy // nil if says: none is in effect
	says   bool
}

// answerOf returns what the nearest handler says that says anything.
func answerOf(chain gin.HandlersChain) *routeAnswer {
	for _, h := range slices.Backward(chain) {
		if policy, says := policyIn(h); says {
			return &routeAnswer{policy, true}
		}
	}
	return &routeAnswer{}
}

// deliver is the handler of a route in the shadow.
func (a *routeAnswer) deliver(c *gin.Context) {
	if w, ok := c.Writer.(interface{ Unwrap() http.ResponseWriter }); ok {
		if e, ok := w.Unwrap().(*errand); ok {
			e.answer = *a
		}
	}
}

// errand is a request to the shadow and takes the answer home. Errands are used again, so looking up a route
// allocates nothing.
type errand struct {
	request http.Request
	header  http.Header
	answer  routeAnswer
}

func (e *errand) Header() http.Header         { return e.header }
func (e *errand) Write(b []byte) (int, error) { return len(b), nil }
func (e *errand) WriteHeader(int)             {}

// find looks up the route that the request announced by a preflight would take.
func (t *routeTable) find(preflight *http.Request) routeAnswer {
	t.ready.Do(t.complete)
	e, _ := t.pool.Get().(*errand)
	if e == nil {
		e = &errand{header: make(http.Header)}
	}
	e.request.Method, e.request.URL = requestMethod(preflight), preflight.URL
	t.shadow.ServeHTTP(e, &e.request)
	answer := e.answer
	e.request.Method, e.request.URL, e.answer = "", nil, routeAnswer{}
	t.pool.Put(e)
	return answer
}

// complete makes the shadow match as the engine does, when the settings of both have been made: the same reading of
// paths, and a route without an answer for each one that was not registered here, so that it hides those behind it.
// Browsers follow no redirect of a preflight, so nothing is redirected, for which Gin would rewrite the URL.
func (t *routeTable) complete() {
	t.shadow.UseRawPath = t.engine.UseRawPath
	t.shadow.UseEscapedPath = t.engine.UseEscapedPath
	t.shadow.RemoveExtraSlash = t.engine.RemoveExtraSlash
	t.shadow.RedirectTrailingSlash = false
	t.shadow.RedirectFixedPath = false

	known := make(map[route]bool)
	for _, r := range t.shadow.Routes() {
		known[route{r.Method, strings.ReplaceAll(r.Path, `\:`, ":")}] = true // as the engine lists it once it serves
	}
	quietly(func() {
		for _, r := range t.engine.Routes() {
			if !known[route{r.Method, r.Path}] {
				t.hide(r.Method, r.Path)
			}
		}
	})
}

// hide registers a route without an answer. Gin lists a path in which a colon was escaped without the escape, so that
// it looks like a parameter: it may hide more than the route takes, or not fit in, at which Gin panics. Both leave
// preflights to the engine's policy.
func (t *routeTable) hide(method, path string) {
	defer func() { _ = recover() }()
	t.shadow.Handle(method, path, new(routeAnswer).deliver)
}

// quiet is held while Gin's mode is changed.
var quiet sync.Mutex

// quietly keeps Gin's debug mode from listing the routes of the shadow, which are no routes of the program. Gin has
// no switch for one engine. It happens where routes are registered and once when the first preflight comes.
func quietly(f func()) {
	quiet.Lock()
	defer quiet.Unlock()
	if gin.IsDebugging() {
		gin.SetMode(gin.ReleaseMode)
		defer gin.SetMode(gin.DebugMode)
	}
	f()
}
