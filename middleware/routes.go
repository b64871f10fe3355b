package middleware

import (
	"net/http"
	"path"
	"slices"

	"github.com/gin-gonic/gin"
)

// Routes wraps an engine, or a group of one, so that preflights of the routes registered through it are answered by
// their nearest policy:
//
//	r := middleware.Routes(engine)
//	r.Use(middleware.Must(middleware.Config{CORS: &policy}))
//	r.PUT("/api/post/:id", middleware.With(middleware.CORS(other)), update)
//
// Without it a preflight, which is an OPTIONS request, passes the handlers of the engine only, as no route of Gin has
// the method OPTIONS by itself: the policy of the engine answers for all paths, and before any nearer one where a
// route for OPTIONS does exist. Through Routes it is answered by the
// policy in effect on the route that the announced request would take, found in a tree of Gin's own, wherever that
// policy stands in the chain. Middleware that comes after the call to Routes, such as one that wants a login, does
// not run for preflights; what comes before it does, so call it after the logger and before everything that refuses
// requests. A route with [NoCORS] refuses preflights, and one without any policy leaves them alone. OPTIONS requests
// that are not preflights reach the routes that exist for them.
//
// Routes that are registered on the engine itself stay as they are, and so do those of groups that were not wrapped.
// A group is wrapped by [Router.Group], or by calling Routes for it: any number of calls for one engine work
// together. Register routes before the engine serves, as Gin wants it.
//
// It panics if the group was made before Routes was called for its engine, or if r is neither an engine nor a group.
func Routes(r gin.IRouter) *Router {
	switch r := r.(type) {
	case *gin.Engine:
		table := tableIn(r.Handlers)
		if table == nil {
			table = newRouteTable(r)
		}
		return &Router{target: r, group: &r.RouterGroup, shadow: &table.shadow.RouterGroup, table: table}
	case *gin.RouterGroup:
		table := tableIn(r.Handlers)
		if table == nil {
			panic("middleware: Routes: the group was made before its engine was wrapped; call middleware.Routes(engine) first")
		}
		return &Router{target: r, group: r, shadow: table.shadow.Group(r.BasePath()), table: table}
	case plainRouter:
		return r.Router
	default:
		panic("middleware: Routes: it takes a *gin.Engine or a *gin.RouterGroup")
	}
}

// Router registers routes as the engine or the group does that it wraps. It has all methods of [gin.IRouter]; the one
// that differs is Group, which returns a Router again. Where a gin.IRouter is wanted there is [Router.IRouter].
type Router struct {
	target gin.IRouter
	group  *gin.RouterGroup
	shadow *gin.RouterGroup
	table  *routeTable
}

var _ gin.IRoutes = (*Router)(nil)

// IRouter returns the router for functions that take a [gin.IRouter], such as generated code. What they register on
// it is known to [Routes]; for groups that they make, they would have to call Routes.
func (r *Router) IRouter() gin.IRouter { return plainRouter{r} }

// plainRouter has the methods of Router, and the Group that gin.IRouter asks for.
type plainRouter struct{ *Router }

// Group makes a group of Gin.
func (r plainRouter) Group(relativePath string, handlers ...gin.HandlerFunc) *gin.RouterGroup {
	return r.target.Group(relativePath, handlers...)
}

// BasePath returns the path that is put before those of the routes.
func (r *Router) BasePath() string { return r.group.BasePath() }

// Group makes a group, whose routes begin with relativePath and run handlers first.
func (r *Router) Group(relativePath string, handlers ...gin.HandlerFunc) *Router {
	group := r.target.Group(relativePath, handlers...)
	return &Router{target: group, group: group, shadow: r.shadow.Group(relativePath), table: r.table}
}

// Use adds middleware for the routes registered after it.
func (r *Router) Use(middleware ...gin.HandlerFunc) gin.IRoutes {
	r.target.Use(middleware...)
	return r
}

// Handle registers handlers for a method.
func (r *Router) Handle(method, relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	r.target.Handle(method, relativePath, handlers...)
	return r.record([]string{method}, relativePath, handlers)
}

// GET registers handlers for GET.
func (r *Router) GET(relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.Handle(http.MethodGet, relativePath, handlers...)
}

// POST registers handlers for POST.
func (r *Router) POST(relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.Handle(http.MethodPost, relativePath, handlers...)
}

// DELETE registers handlers for DELETE.
func (r *Router) DELETE(relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.Handle(http.MethodDelete, relativePath, handlers...)
}

// PATCH registers handlers for PATCH.
func (r *Router) PATCH(relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.Handle(http.MethodPatch, relativePath, handlers...)
}

// PUT registers handlers for PUT.
func (r *Router) PUT(relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.Handle(http.MethodPut, relativePath, handlers...)
}

// OPTIONS registers handlers for OPTIONS. They get the requests that are not preflights.
func (r *Router) OPTIONS(relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.Handle(http.MethodOptions, relativePath, handlers...)
}

// HEAD registers handlers for HEAD.
func (r *Router) HEAD(relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.Handle(http.MethodHead, relativePath, handlers...)
}

// Match registers handlers for several methods.
func (r *Router) Match(methods []string, relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	r.target.Match(methods, relativePath, handlers...)
	return r.record(methods, relativePath, handlers)
}

// Any registers handlers for the nine methods that Gin calls any.
func (r *Router) Any(relativePath string, handlers ...gin.HandlerFunc) gin.IRoutes {
	r.target.Any(relativePath, handlers...)
	return r.record(nil, relativePath, handlers)
}

// StaticFile serves one file.
func (r *Router) StaticFile(relativePath, filepath string) gin.IRoutes {
	r.target.StaticFile(relativePath, filepath)
	return r.record(staticMethods(), relativePath, nil)
}

// StaticFileFS serves one file of a file system.
func (r *Router) StaticFileFS(relativePath, filepath string, fs http.FileSystem) gin.IRoutes {
	r.target.StaticFileFS(relativePath, filepath, fs)
	return r.record(staticMethods(), relativePath, nil)
}

// Static serves the files below a directory.
func (r *Router) Static(relativePath, root string) gin.IRoutes {
	r.target.Static(relativePath, root)
	return r.record(staticMethods(), path.Join(relativePath, "/*filepath"), nil)
}

// StaticFS serves the files of a file system.
func (r *Router) StaticFS(relativePath string, fs http.FileSystem) gin.IRoutes {
	r.target.StaticFS(relativePath, fs)
	return r.record(staticMethods(), path.Join(relativePath, "/*filepath"), nil)
}

func staticMethods() []string { return []string{http.MethodGet, http.MethodHead} }

// record remembers the policy in effect on a route that Gin has accepted; nil methods stand for any. Registered under
// the same method and path, in another tree of Gin's, it is found exactly where Gin finds the route.
func (r *Router) record(methods []string, relativePath string, handlers []gin.HandlerFunc) gin.IRoutes {
	answer := answerOf(slices.Concat(r.group.Handlers, handlers)).deliver
	quietly(func() {
		if methods == nil {
			r.shadow.Any(relativePath, answer)
		} else {
			r.shadow.Match(methods, relativePath, answer)
		}
	})
	return r
}
