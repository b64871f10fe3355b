package middleware

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
)

// warnUnresolved logs what Next.js logs in development when a handler returned
// and nothing was sent. In Go the check is exact: written, hijacked, aborted
// and external answers all show in the context.
func (p *pipeline) warnUnresolved(c *gin.Context) {
	if c.Writer.Written() || c.Writer.Status() != http.StatusOK || c.IsAborted() {
		return
	}
	if _, external := c.Get(externalKey{}); external {
		return
	}
	p.logger.LogAttrs(c.Request.Context(), slog.LevelWarn,
		"API resolved without sending a response for "+c.Request.URL.RequestURI()+", this may result in stalled requests.",
		slog.String("method", c.Request.Method),
		slog.String("route", c.FullPath()))
}

type externalKey struct{}

// External makes a route's handler of any [http.Handler], such as a GraphQL
// server or a proxy, and switches off the warning about requests that were not
// answered, as [ExternalResolver] does. The body it reads has passed the
// route's limits and is whole; [NoBodyParser] gives it the untouched stream.
//
// The path is passed on as it came. To serve a tree that expects another root,
// wrap h in [http.StripPrefix].
func External(h http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		h.ServeHTTP(c.Writer, c.Request)
		if !c.Writer.Written() {
			c.Set(externalKey{}, true)
		}
	}
}
