package twin

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// New returns the whole server; logger receives its warnings.
func New(logger *slog.Logger) (http.Handler, error) {
	r := gin.New(catchall.NextPaths) // paths are read as Next.js reads them
	r.Use(middleware.Must(middleware.Config{Logger: logger}))

	routes := catchall.New()
	for file, handlers := range files(logger) {
		routes.Any(file, handlers...)
	}
	return r, routes.Mount(r.Group("/api"))
}

// Files are the names of the routes, as their files below pages/api are named,
// without ".js".
func Files() []string {
	return slices.Sorted(maps.Keys(files(slog.Default())))
}

// Unreachable are files of pages/api that have no route here, because no
// request ever reaches them there.
func Unreachable() []string { return slices.Clone(unreachable) }
