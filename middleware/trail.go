package middleware

import (
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
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
	mark   http.Response // its Body leads back to the trail

	next atomic.Pointer[[]*trail] // one layer longer; the newest first

	once  sync.Once
	built *pipeline
}

// maxNext is how many continuations of a trail are remembered. There is one,
// unless layers are shared between engines.
const maxNext = 8

func newTrail(at route, layers []*layer) *trail {
	t := &trail{route: at, layers: layers}
	t.mark.Body = &signpost{http.NoBody, t}
	return t
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

// and returns the trail that has l in addition.
func (t *trail) and(l *layer) *trail {
	known := t.next.Load()
	if known != nil {
		for _, next := range *known {
			if next.layers[len(t.layers)] == l {
				return next
			}
		}
	}
	newest := []*trail{newTrail(t.route, append(slices.Clone(t.layers), l))}
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
