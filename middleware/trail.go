package middleware

import (
	"io"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gin-gonic/gin"
)

// trail is the layers that a request has passed on a route, outermost first.
// Trails are made once and shared by all requests, which carry a mark of the
// one they are on: passing several layers allocates nothing.
//
// The mark is in [http.Request.Response], which a client fills when it follows
// a redirect and which is empty in the requests of a server. So it means
// nothing to anybody else, and yet it stays when middleware in between copies
// the request or replaces its context, its body or the writer. The first layer
// takes it off when the chain has returned.
type trail struct {
	route
	layers []*layer
	index  int           // of the last one among the handlers of the route
	mark   http.Response // its Body leads back to the trail

	next atomic.Pointer[[]*trail] // one layer longer; the newest first

	once  sync.Once
	built *pipeline
}

// maxNext is how many continuations of a trail are remembered. There is one,
// unless layers are shared between engines.
const maxNext = 8

func newTrail(at route, layers []*layer, index int) *trail {
	t := &trail{route: at, layers: layers, index: index}
	t.mark.Body = &signpost{http.NoBody, t}
	return t
}

// unknown is the index where Gin does not tell.
const unknown = -1

// indexField is the place in a context of the index of the handler that runs,
// among those of its chain.
var indexField = func() []int {
	field, ok := reflect.TypeFor[gin.Context]().FieldByName("index")
	if !ok || !reflect.Zero(field.Type).CanInt() {
		return nil
	}
	return field.Index
}()

// chainIndex returns it. There is no other way to learn that a request has been
// sent through its own route again before it had come to the last layer: the
// same layer may stand in a chain twice.
func chainIndex(c *gin.Context) int {
	if indexField == nil {
		return unknown
	}
	return int(reflect.ValueOf(c).Elem().FieldByIndex(indexField).Int())
}

// signpost is the body of a mark.
type signpost struct {
	io.ReadCloser
	trail *trail
}

// trailOf returns the trail that a request is on, or nil.
func trailOf(r *http.Request) *trail {
	if r.Response == nil {
		return nil
	}
	if s, ok := r.Response.Body.(*signpost); ok {
		return s.trail
	}
	return nil
}

// and returns the trail that has l in addition, at this place in the chain.
func (t *trail) and(l *layer, index int) *trail {
	known := t.next.Load()
	if known != nil {
		for _, next := range *known {
			if next.index == index && next.layers[len(t.layers)] == l {
				return next
			}
		}
	}
	newest := []*trail{newTrail(t.route, append(slices.Clone(t.layers), l), index)}
	if known != nil {
		newest = append(newest, (*known)[:min(len(*known), maxNext-1)]...)
	}
	t.next.Store(&newest)
	return newest[0]
}

// pipeline merges the options of the layers, outermost first, when it is asked
// for the first time.
func (t *trail) pipeline() *pipeline {
	t.once.Do(func() {
		var options []Option
		for _, l := range t.layers {
			options = append(options, l.options...)
		}
		// Every layer was accepted by build on its own and settings do not
		// depend on one another, so their combination is accepted too.
		p, err := build(options)
		if err != nil {
			panic(err)
		}
		t.built = p
	})
	return t.built
}
