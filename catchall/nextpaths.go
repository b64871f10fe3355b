package catchall

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// NextPaths is an option for gin.New and gin.Default that makes a whole engine read paths as Next.js does:
//
//	r := gin.Default(catchall.NextPaths)
//
// Without it a mounted set is safe, since a path is never answered by the handlers of another pattern, but some paths
// are refused. The option sets
//   - UseRawPath, so that "a%2Fb" is one segment for Gin too: without it such paths are 404;
//   - RedirectTrailingSlash and RedirectFixedPath off: Gin redirects before any middleware runs, so without CORS
//     headers, by 301 or 307, and loses escapes in the path; "/Post" is not "/post";
//   - a middleware that answers 308 with the clean path, query kept, to doubled slashes and backslashes on every route
//     of the engine, and to a slash at the end where no route has one, and that sends a path with dot segments through
//     the engine once more with these resolved, as the URL parser of Next.js does. Without it only paths that Gin
//     routes to a pattern are redirected, dot segments too, and others are 404.
//
// It runs before all middleware that is added later, so that guards see the clean path and nothing else; what
// gin.Default adds comes first, and logs a path with dot segments twice. Routes of the engine that are not patterns see
// the difference too: their c.Param values come from the raw path, decoded by Gin.
func NextPaths(engine *gin.Engine) {
	engine.UseRawPath = true
	engine.RedirectTrailingSlash = false
	engine.RedirectFixedPath = false
	engine.Use(func(c *gin.Context) { cleanFirst(engine, c) })
}

// cleanFirst is the middleware of NextPaths.
func cleanFirst(engine *gin.Engine, c *gin.Context) {
	u := c.Request.URL
	if !strings.HasPrefix(u.Path, "/") || u.RawPath == "" && (u.Path == "/" || settled(u.Path[1:])) {
		return // the first is the target of CONNECT
	}
	raw := rawPath(u)
	if collapsed := collapse(raw); collapsed != raw {
		redirectTo(c, raw)
		return
	}
	if resolved := resolve(raw); resolved != raw {
		again(engine, c, resolved)
		return
	}
	if clean(raw) != raw && c.FullPath() == "" {
		redirectTo(c, raw)
	}
}

// again sends the request through the engine with another path. The status is that of a context that nothing was done
// to: Gin has set 404 if the path as it was sent has no route.
func again(engine *gin.Engine, c *gin.Context, raw string) {
	u := *c.Request.URL
	u.RawPath = raw
	u.Path, _ = url.PathUnescape(raw) // a part of a path that was decoded before
	if (&url.URL{Path: u.Path}).EscapedPath() == raw {
		u.RawPath = "" // as net/url has it
	}
	c.Request.URL = &u
	c.Status(http.StatusOK)
	engine.HandleContext(c)
	c.Abort()
}
