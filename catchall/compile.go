package catchall

import (
	"maps"
	"slices"
)

// state is what can still match after some beginning of a path has been read: levels of the tree of patterns, the one
// that wins first, and behind them the one catch-all that takes whatever the levels leave. Nothing can win behind a
// catch-all, so there is never more than one.
//
// On one segment a state leads to exactly one other state, so that matching needs no backtracking and the states can be
// written down as routes of Gin, whose tree has none across segments.
type state struct {
	literals map[string]*state
	other    *state   // the state behind every segment that is no literal; nil when nothing can match there
	accept   *pattern // what matches when the path ends here; nil for none
	absorbs  *pattern // set when every longer path belongs to this one catch-all
	name     string   // what Gin calls the parameter that leads to other, or the tail
}

// compiler turns the tree of patterns into states and the states into paths of Gin.
type compiler struct {
	limit int
	root  bool // mounted on the path "/", where Gin allows no tail beside the path itself
	paths []route
}

// route is one path for Gin's router, relative to the group, and the pattern that it belongs to. A path belongs to one
// pattern, a pattern may need several paths.
type route struct {
	path    string
	pattern *pattern
	slash   bool // path with a slash at its end, which is redirected
}

// determine computes the state of levels and a catch-all, and everything behind it, and emits its routes under path.
func (c *compiler) determine(levels []*node, tail *pattern, path string) *state {
	s := &state{accept: accepts(levels, tail)}
	if s.accept != nil {
		c.emit(route{path: path, pattern: s.accept})
	}
	labels := c.labels(levels)
	next, nextTail := step(levels, tail, "")
	s.name = nameOf(levels, nextTail)
	if len(labels) == 0 && len(next) == 0 && nextTail != nil && s.accept != nil && (path != "" || !c.root) {
		// Only where the bare path has a route as well: else Gin would redirect it to the tail, by adding a slash.
		s.absorbs = nextTail
		c.emit(route{path: path + "/*" + s.name, pattern: nextTail})
		return s
	}
	if s.accept != nil {
		c.emit(route{path: path + "/", pattern: s.accept, slash: true})
	}
	if len(labels) > 0 {
		s.literals = make(map[string]*state, len(labels))
	}
	for _, label := range labels {
		if c.full() {
			return s
		}
		to, toTail := step(levels, tail, label)
		s.literals[label] = c.determine(to, toTail, path+"/"+label)
	}
	if (len(next) > 0 || nextTail != nil) && !c.full() {
		s.other = c.determine(next, nextTail, path+"/:"+s.name)
	}
	return s
}

// emit adds a route; the one over the limit is kept so that full can tell.
func (c *compiler) emit(r route) {
	if !c.full() {
		c.paths = append(c.paths, r)
	}
}

// full tells that the limit is passed and the work can stop.
func (c *compiler) full() bool { return len(c.paths) > c.limit }

// labels returns the literals that any of the levels knows, in order.
func (c *compiler) labels(levels []*node) []string {
	if len(levels) == 1 {
		return levels[0].labels()
	}
	all := map[string]bool{}
	for _, n := range levels {
		for label := range n.literals {
			all[label] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// accepts returns what matches when the path ends: the first level with a leaf or an optional catch-all, else the
// catch-all that is open.
func accepts(levels []*node, tail *pattern) *pattern {
	for _, n := range levels {
		switch {
		case n.leaf != nil:
			return n.leaf
		case n.optional != nil:
			return n.optional
		}
	}
	return tail
}

// step reads one segment, a label or (when label is "") one that no level knows as a literal. The order of the result
// is Next.js' order: on each level literal before parameter before catch-all, and all that a level offers before all
// that the next one offers.
func step(levels []*node, tail *pattern, label string) ([]*node, *pattern) {
	var to []*node
	for _, n := range levels {
		if next := n.literals[label]; next != nil {
			to = append(to, next)
		}
		if n.param != nil {
			to = append(to, n.param.to)
		}
		if n.rest != nil {
			return to, n.rest
		}
		if n.optional != nil {
			return to, n.optional
		}
	}
	return to, tail
}

// nameOf chooses the name of Gin's parameter: the first that a level gives to it, else that of the catch-all.
func nameOf(levels []*node, tail *pattern) string {
	for _, n := range levels {
		if n.param != nil {
			return n.param.name
		}
	}
	if tail != nil {
		return tail.segments[len(tail.segments)-1].text
	}
	return ""
}

// match returns the pattern of a path below the group, "" or "/a/b" with single slashes, as it was sent. It reads each
// segment once.
func (s *state) match(path string) *pattern {
	for path != "" {
		if s.absorbs != nil {
			return s.absorbs
		}
		var label string
		label, path = cut(path)
		next := s.literals[label]
		if next == nil {
			next = s.other
		}
		if next == nil {
			return nil
		}
		s = next
	}
	return s.accept
}
