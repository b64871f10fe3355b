package catchall

import (
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"
)

// Router is what a set can be mounted on: a [gin.Engine], a [gin.RouterGroup], or what wraps one and registers like it,
// such as the result of middleware.Routes.
type Router interface {
	gin.IRoutes
	// BasePath is the path that is put before those of the routes.
	BasePath() string
}

// Mount compiles the patterns and registers them on an engine or a group, whose path is put before each. It reports
// every fault of the set at once, joined, and registers nothing when there is one. The order of registration does not
// matter.
//
// Each compiled path belongs to one pattern, for all methods; see the package comment for the paths and what they cost.
// A set can be mounted on several groups.
//
// Routes of Gin that were registered before and occupy the same paths are faults too. On a *gin.Engine they are found
// beforehand. A group does not tell what else its engine has: there Gin panics, Mount returns that as an error, and the
// routes that Gin had accepted until then, which it cannot take back, answer 404.
func (r *Routes) Mount(router Router) error {
	base := router.BasePath()
	start, paths, err := r.compile(base)
	if err != nil {
		return err
	}
	if base != "/" && strings.HasSuffix(base, "/") && start.accept != nil {
		return faultf("pattern %q is the path of the group itself, and that of group %q ends in a slash: write r.Group(%q)",
			start.accept.text, base, strings.TrimRight(base, "/"))
	}
	if engine, ok := router.(*gin.Engine); ok {
		if err := collisions(base, paths, r.methods(), engine.Routes()); err != nil {
			return err
		}
	}
	m := &mount{start: start, base: splitBase(base), refuse: r.config.errorHandler()}
	if err := announced(base, r.order, func() error { return m.register(router, base, paths, r.methods()) }); err != nil {
		m.dead = true
		return err
	}
	r.mounted = true
	return nil
}

// mount is a set on one group.
type mount struct {
	start  *state
	base   []segment // the path of the group
	refuse func(*gin.Context, error)
	dead   bool // registering failed half-way; written before the engine serves
}

// register hands every path to Gin, for every method.
func (m *mount) register(router Router, base string, paths []route, methods []string) (err error) {
	var at, method string
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("catchall: %s %s: Gin refused it, since the engine has a route of its own there or the set is mounted already: %v",
				method, at, fault)
		}
	}()
	entries := m.newEntries(base, paths)
	// Method by method, so that what Gin keeps for one lies together in memory.
	for _, method = range methods {
		for i, path := range paths {
			if path.path == "/" && base == "/" {
				continue // the path of the engine itself is its own slash
			}
			at = path.pattern.text
			router.Handle(method, path.path, entries[i].chain(method, path.slash)...)
		}
	}
	return nil
}

// chain returns the handlers of a path for a method.
func (e *entry) chain(method string, slash bool) []gin.HandlerFunc {
	handlers := e.pattern.handlers(method)
	switch {
	case slash:
		return []gin.HandlerFunc{e.redirect}
	case handlers == nil:
		return []gin.HandlerFunc{e.notAllowed}
	default:
		return append([]gin.HandlerFunc{e.enter}, handlers...)
	}
}

// splitBase reads the path of a group as Gin does: ":name" is a parameter, all else is literal.
func splitBase(base string) []segment {
	var segments []segment
	for text := range strings.SplitSeq(strings.Trim(base, "/"), "/") {
		if text == "" {
			continue
		}
		if name, found := strings.CutPrefix(text, ":"); found {
			segments = append(segments, segment{kind: param, text: name})
			continue
		}
		segments = append(segments, segment{kind: literal, text: text})
	}
	return segments
}
