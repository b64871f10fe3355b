package middleware

import (
	"context"
	"reflect"
	"runtime"
	"slices"
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
}

// route names a chain of handlers: within one engine Gin has exactly one for
// each method and pattern.
type route struct{ method, path string }

// position is what a layer has learned about itself on one route.
type position struct {
	route
	layers int // layers in the whole chain
	// chain is the chain of layers that last resulted in pipeline.
	chain atomic.Pointer[resolved]
}

type resolved struct {
	layers   []*layer
	pipeline *pipeline
}

// passage travels with a request that has several layers to pass, and
// collects them. It rides on the request context, since middleware in between
// may replace the body or the writer but keeps the context.
type passage struct {
	context.Context
	route
	layers []*layer
	room   [4]*layer // holds layers without an allocation of its own
}

type passageKey struct{}

func (p *passage) Value(key any) any {
	if key == (passageKey{}) {
		return p
	}
	return p.Context.Value(key)
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
	p := l.pipelineFor(c)
	if p == nil || l.global && c.FullPath() == "" {
		// In the second case no route matched: whether a body would be too
		// large or malformed is no handler's business, and the answer stays
		// 404 or 405.
		return
	}
	p.run(c)
}

// pipelineFor returns what is to be done for this request, or nil if another
// layer follows that will do it.
func (l *layer) pipelineFor(c *gin.Context) *pipeline {
	at := l.at(c)
	if at.layers <= 1 {
		return l.alone
	}
	p, _ := c.Request.Context().Value(passageKey{}).(*passage)
	if p == nil || p.route != at.route {
		// The second case is Engine.HandleContext: the request has been sent
		// through another route before.
		p = &passage{Context: c.Request.Context(), route: at.route}
		p.layers = p.room[:0]
		c.Request = c.Request.WithContext(p)
	}
	p.layers = append(p.layers, l)
	if len(p.layers) < at.layers {
		return nil
	}
	return at.resolve(p.layers)
}

// at returns the layer's position on the route of c.
func (l *layer) at(c *gin.Context) *position {
	key := route{c.Request.Method, c.FullPath()}
	if key.path == "" {
		// NoRoute and NoMethod share the empty pattern but not the chain.
		return &position{route: key, layers: countLayers(c)}
	}
	return l.routes.of(key, func() int { return countLayers(c) })
}

// resolve merges the options of layers, outermost first, and remembers the
// result for the next request on the route.
func (at *position) resolve(layers []*layer) *pipeline {
	if r := at.chain.Load(); r != nil && slices.Equal(r.layers, layers) {
		return r.pipeline
	}
	var options []Option
	for _, l := range layers {
		options = append(options, l.options...)
	}
	// Every layer was accepted by build on its own and settings do not depend
	// on one another, so their combination is accepted too.
	p, err := build(options)
	if err != nil {
		panic(err)
	}
	at.chain.Store(&resolved{slices.Clone(layers), p})
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
