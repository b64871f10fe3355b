package catchall

import (
	"errors"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// place is what the compiled paths have behind one beginning of a path.
type place struct {
	param    string // ":name"
	tail     string // "*name"
	literals bool
	end      *pattern // of the path that ends here
	owner    *pattern // of the first path that came by, to be named in a fault
}

// collisions returns a fault for each route of an engine that Gin's tree could not hold beside the compiled paths.
func collisions(base string, paths []route, methods []string, existing gin.RoutesInfo) error {
	places := map[string]*place{}
	for _, r := range paths {
		path := strings.TrimSuffix(base, "/") + r.path
		if path == "" {
			path = "/"
		}
		walk(path, func(prefix, segment string, last bool) bool {
			at := places[prefix]
			if at == nil {
				at = &place{owner: r.pattern}
				places[prefix] = at
			}
			switch {
			case strings.HasPrefix(segment, ":"):
				at.param = segment
			case strings.HasPrefix(segment, "*"):
				at.tail = segment
			default:
				at.literals = true
			}
			if last {
				places[path] = ended(places[path], r.pattern)
			}
			return true
		})
	}
	var faults []error
	for _, other := range existing {
		if !slices.Contains(methods, other.Method) {
			continue
		}
		if p := collision(places, other.Path); p != nil {
			faults = append(faults, faultf("%q (%s) and the route %s %s of the engine cannot stand in one tree of Gin: "+
				"make that route a pattern of the set, or move one of the two", p.text, p.at, other.Method, other.Path))
		}
	}
	return errors.Join(faults...)
}

// ended notes the end of a path at a place that may exist.
func ended(at *place, p *pattern) *place {
	if at == nil {
		at = &place{owner: p}
	}
	at.end = p
	return at
}

// collision returns the pattern that a path of Gin collides with, nil for none. Gin allows one parameter name per
// place, nothing beside a catch-all, and each path once.
func collision(places map[string]*place, path string) *pattern {
	var found *pattern
	walk(path, func(prefix, segment string, last bool) bool {
		at := places[prefix]
		if at == nil {
			return false
		}
		param, tail := strings.HasPrefix(segment, ":"), strings.HasPrefix(segment, "*")
		occupied := at.param != "" || at.tail != "" || at.literals
		switch {
		case tail && occupied,
			at.tail != "" && segment != at.tail,
			param && at.param != "" && segment != at.param:
			found = at.owner
			return false
		}
		if end := places[path]; last && end != nil && end.end != nil {
			found = end.end
		}
		return true
	})
	return found
}

// walk calls visit for each segment of a path of Gin with the part of the path before it, until visit returns false.
func walk(path string, visit func(prefix, segment string, last bool) bool) {
	for start := 1; ; {
		end := strings.IndexByte(path[start:], '/')
		if end < 0 {
			visit(path[:start-1], path[start:], true)
			return
		}
		if !visit(path[:start-1], path[start:start+end], false) {
			return
		}
		start += end + 1
	}
}
