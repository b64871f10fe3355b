package catchall

import (
	"maps"
	"slices"
)

// pattern is one Next.js route with the handlers of its methods.
type pattern struct {
	text     string
	segments []segment
	methods  map[string]registration // by method; anyMethod for those that Any gave
	at       string                  // file:line of its first registration
}

// node is a level of the tree of patterns: what may stand at one place of a path after one beginning. It is the tree
// that Next.js builds to sort its routes.
type node struct {
	literals map[string]*node
	param    *edge
	rest     *pattern // [...name], one per level
	optional *pattern // [[...name]], one per level
	leaf     *pattern // the pattern that ends here
}

// edge leads to the level behind [name]; first is the pattern that named it.
type edge struct {
	name  string
	first *pattern
	to    *node
}

// insert adds a pattern and returns what it contradicts: two patterns that Next.js refuses to build together.
func (n *node) insert(p *pattern) error {
	for i, s := range p.segments {
		switch s.kind {
		case literal:
			if n.literals == nil {
				n.literals = map[string]*node{}
			}
			if n.literals[s.text] == nil {
				n.literals[s.text] = &node{}
			}
			n = n.literals[s.text]
		case param:
			if n.param == nil {
				n.param = &edge{name: s.text, first: p, to: &node{}}
			}
			if n.param.name != s.text {
				return conflict(p, n.param.first, "use two names, %s and [%s], for one level: give it one name", s, n.param.name)
			}
			n = n.param.to
		default:
			return n.insertTail(p, p.segments[i])
		}
	}
	n.leaf = p
	if n.optional != nil {
		return sameSpecificity(n.leaf, n.optional)
	}
	return nil
}

// insertTail adds a pattern that ends in a catch-all on this level.
func (n *node) insertTail(p *pattern, s segment) error {
	there := n.rest
	if there == nil {
		there = n.optional
	}
	if there != nil {
		other := there.segments[len(there.segments)-1]
		if other.kind != s.kind {
			return conflict(p, there, "have a required and an optional catch-all on one level: keep one")
		}
		return conflict(p, there, "use two names, %s and %s, for one level: give it one name", s, other)
	}
	if s.kind == rest {
		n.rest = p
		return nil
	}
	n.optional = p
	if n.leaf != nil {
		return sameSpecificity(n.leaf, p)
	}
	return nil
}

// sameSpecificity is the fault of a pattern and an optional catch-all that both match one bare path.
func sameSpecificity(p, tail *pattern) error {
	return conflict(p, tail, "have the same specificity, both match the bare path: drop one, or write [...%s] with single brackets",
		tail.segments[len(tail.segments)-1].text)
}

// conflict words a fault of two patterns, with the places of both.
func conflict(p, other *pattern, format string, args ...any) error {
	return faultf("%q (%s) and %q (%s) "+format, append([]any{p.text, p.at, other.text, other.at}, args...)...)
}

// labels returns the literals of a level in order.
func (n *node) labels() []string { return slices.Sorted(maps.Keys(n.literals)) }
