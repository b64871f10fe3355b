package attack_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
)

// forward is a handler that sends requests on to another route of the engine, as those do that rewrite paths.
func (s *site) forward(t *target) gin.HandlerFunc {
	return func(c *gin.Context) {
		s.ran(t.sends(c.GetHeader("X-Id")))
		c.Writer.Header().Add("X-Forward", t.path)
		if t.sets {
			c.Status(http.StatusAccepted)
		}
		c.Request.URL.Path = t.to.path
		s.engine.HandleContext(c)
		c.Abort() // where it stands before the end of its chain
	}
}

// sends is what a handler that sends a request on is counted by.
func (t *target) sends(id string) string { return id + " sent on by " + t.path }

// passBy puts middleware and layers behind a handler that sends requests on, which never get there: the body and the deadline are
// the business of the last layer of a chain.
func (c *chain) passBy(rnd *rand.Rand, handlers *[]gin.HandlerFunc) {
	behind := chain{promise: promise{layers: c.layers}}
	behind.extend(rnd, 4, false)
	if behind.layers > c.layers {
		c.parser, c.limit, c.deadline = false, unlimited, false
	}
	*handlers = append(*handlers, behind.handlers...)
	*handlers = append(*handlers, func(*gin.Context) { panic("what has been sent on goes on here") })
}

// link chooses where requests are sent on to: never back, so that they come to an end.
func (s *site) link(rnd *rand.Rand) {
	s.nowhere.whole()
	for i, t := range slices.Backward(s.routes) {
		if t.kind == "forward" {
			t.to, t.sets = s.nowhere, rnd.IntN(2) == 0
			later := slices.DeleteFunc(slices.Clone(s.routes[i+1:]), func(other *target) bool { return len(common(t.methods, other.methods)) == 0 })
			if len(later) > 0 && rnd.IntN(10) > 0 {
				t.to = later[rnd.IntN(len(later))]
				t.methods = common(t.methods, t.to.methods)
			}
		}
		t.whole()
	}
}

// whole makes of a route's promise that of the whole way of its requests.
func (t *target) whole() {
	own := *t
	t.hops = []*target{&own}
	if t.to == nil {
		return
	}
	t.hops = append(t.hops, t.to.hops...)
	t.kind, t.page = t.to.kind, t.to.page
	t.text = slices.Concat(t.text, []string{"on to " + t.to.path}, t.to.text)
	t.promise = t.then(t.to.promise)
}

// then is what follows for requests that are sent on to where next holds.
func (p promise) then(next promise) promise {
	all := next
	all.parser = p.parser || next.parser
	if p.parser && (!next.parser || p.limit < next.limit) {
		all.limit = p.limit
	}
	all.deadline = p.deadline || next.deadline
	all.shortens, all.replaces, all.buffers = p.shortens || next.shortens, p.replaces || next.replaces, p.buffers || next.buffers
	all.layers += p.layers
	if p.asked != "" {
		all.asked, all.first = p.asked, p.first
	} else {
		all.first = slices.Concat(p.outer, p.inner, next.first)
	}
	return all
}

// last is the last one on the way.
func (t *target) last() *target { return t.hops[len(t.hops)-1] }

// unsaid is the status of an answer whose handler says nothing of it.
func (t *target) unsaid() int {
	for _, hop := range t.hops {
		if hop.sets {
			return http.StatusAccepted
		}
	}
	return http.StatusOK
}

// reached returns the routes that a request has come to, by its answer. Where a deadline answers for an outer route, that is the
// last one.
func (sh *shot) reached(header http.Header) ([]*target, error) {
	passed := header.Values("X-Forward")
	if len(passed) >= len(sh.on.hops) {
		return nil, fmt.Errorf("it was sent on by %q", passed)
	}
	hops := sh.on.hops[:len(passed)+1]
	for i, path := range passed {
		if path != hops[i].path {
			return nil, fmt.Errorf("it was sent on by %q", passed)
		}
	}
	return hops, nil
}

// refusers returns the routes whose layers may have given an answer.
func (sh *shot) refusers(res *reply) []*target {
	hops, err := sh.reached(res.Header)
	if err != nil || res.StatusCode == http.StatusGatewayTimeout {
		return sh.on.hops // the deadline of any of them
	}
	return hops[len(hops)-1:]
}

// checkRuns looks how often handlers ran.
func (sh *shot) checkRuns(s *site) error {
	if most := sh.mostRuns(); s.runs[sh.id] > most {
		return fmt.Errorf("the handler ran %d times instead of %d at most", s.runs[sh.id], most)
	}
	if sh.on == nil {
		return nil
	}
	most, shortens := 1, false
	for _, hop := range sh.on.hops[:len(sh.on.hops)-1] {
		shortens = shortens || hop.shortens
		bad := sh.broken || sh.malformed || int64(sh.size) > hop.limit
		if sh.preflight && hop.asked != "" || hop.parser && !shortens && bad {
			most = 0
		}
		if ran := s.runs[hop.sends(sh.id)]; ran > most {
			return fmt.Errorf("%s sent it on %d times instead of %d at most", hop.path, ran, most)
		}
	}
	return nil
}

func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(method string) bool { return !slices.Contains(b, method) })
}
