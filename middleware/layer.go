package middleware

import (
	"reflect"
	"runtime"
	"sync/atomic"

	"github.com/gin-gonic/gin"
)

// layer is what one call of New or With adds to a chain. A route's chain may
// hold several: one from the engine, one from a group, one of its own. Only
// the last of them may touch the body, because only there is it known that no
// nearer setting follows; the others hand their options on.
type layer struct {
	options []Option
	policy  corsChoice
	// global marks New. An unmatched request runs through the layers of the
	// engine too, but it is no route of theirs: see handle.
	global bool
	alone  *pipeline // for chains in which this is the only layer
	routes positions
	// unmatched is the position last seen in a chain without a route.
	unmatched atomic.Pointer[position]
}

// route names a chain of handlers: within one engine Gin has exactly one for
// each method and pattern.
type route struct{ method, path string }

// position is what a layer has learned about itself on one route.
type position struct {
	route
	layers int    // layers in the whole chain
	start  *trail // of those where it is the first of several
}

func newPosition(at route, layers int) *position {
	p := &position{route: at, layers: layers}
	if layers > 1 {
		p.start = newTrail(at, nil, unknown)
	}
	return p
}

// handle is what New and With return. It must stay a method value: its name
// in Context.HandlerNames is how layers are counted.
func (l *layer) handle(c *gin.Context) {
	if c.Request == nil {
		answerProbe(c, l)
		return
	}
	if l.policy.pass(c) {
		return
	}
	at := l.at(c)
	last := l.pass(c, at)
	if last == nil || l.global && at.path == "" {
		// In the second case no route matched: whether a body would be too
		// large or malformed is no handler's business, and the answer stays
		// 404 or 405.
		return
	}
	last.run(c)
}

// pass returns what is to be done for this request, or nil if another layer
// follows that does it.
func (l *layer) pass(c *gin.Context, at *position) *pipeline {
	if at.layers <= 1 {
		return l.alone
	}
	t, index := trailOf(c.Request), chainIndex(c)
	if t == nil || t.route != at.route || len(t.layers) >= at.layers || index != unknown && index <= t.index {
		// The other cases are Engine.HandleContext: the request is on its way
		// through another route, or has come back to the same.
		r, before := c.Request, c.Request.Response
		defer func() { r.Response = before }()
		r.Response = &at.start.and(l, index).mark
		c.Next()
		return nil
	}
	t = t.and(l, index)
	c.Request.Response = &t.mark
	if len(t.layers) < at.layers {
		return nil
	}
	return t.pipeline()
}

// at returns the layer's position on the route of c.
func (l *layer) at(c *gin.Context) *position {
	key := route{c.Request.Method, c.FullPath()}
	if key.path != "" {
		return l.routes.of(key, func() *position { return newPosition(key, countLayers(c)) })
	}
	// NoRoute and NoMethod share the empty pattern but not the chain. The method
	// may be any text.
	n := countLayers(c)
	if p := l.unmatched.Load(); p != nil && p.layers == n {
		return p
	}
	p := newPosition(route{}, n)
	l.unmatched.Store(p)
	return p
}

// layerName is the name that the runtime gives to every layer's handle: that
// of a method value, which is the same whatever the receiver.
var layerName string

// It is set here because handle itself leads to it, which a declaration with
// a value may not.
func init() { layerName = functionName(new(layer).handle) }

func countLayers(c *gin.Context) int {
	n := 0
	for _, name := range c.HandlerNames() {
		if name == layerName {
			n++
		}
	}
	return n
}

func functionName(f any) string {
	return runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
}

type probeKey struct{}

// layerOf returns the layer behind a handler, or nil. Function values can't
// be compared, so a handler that has the right name is asked; handlers of
// others are never called.
func layerOf(h gin.HandlerFunc) *layer {
	if h == nil || functionName(h) != layerName {
		return nil
	}
	var found *layer
	c := &gin.Context{}
	c.Set(probeKey{}, &found)
	h(c)
	return found
}

func answerProbe(c *gin.Context, l *layer) {
	if v, ok := c.Get(probeKey{}); ok {
		if found, ok := v.(**layer); ok {
			*found = l
		}
	}
}
