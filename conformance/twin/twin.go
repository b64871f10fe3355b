package twin

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Config is what the tests choose about a server.
type Config struct {
	// Logger receives its warnings.
	Logger *slog.Logger
	// Expire is expireTime of next.config.mjs; 0 is a year.
	Expire time.Duration
	// Draft has the keys that Next.js makes at build. Without them the server
	// makes its own, and pages cannot be revalidated from outside.
	Draft revalidate.DraftConfig
}

// Server is the whole server.
type Server struct {
	http.Handler
	pages *pages
}

// New returns a server whose pages are not built yet.
func New(config Config) (*Server, error) {
	r := gin.New(catchall.NextPaths) // paths are read as Next.js reads them
	r.Use(middleware.Must(middleware.Config{Logger: config.Logger}))

	pages, err := newPages(r, config)
	if err != nil {
		return nil, err
	}
	routes := catchall.New()
	for file, handlers := range files(config.Logger, pages) {
		routes.Any(file, handlers...)
	}
	if err := routes.Mount(r.Group("/api")); err != nil {
		return nil, err
	}
	return &Server{Handler: r, pages: pages}, pages.mount(r)
}

// Build renders the pages that Next.js renders at build.
func (s *Server) Build(ctx context.Context) error { return s.pages.build(ctx) }

// Close waits for renders that are running.
func (s *Server) Close(ctx context.Context) error { return s.pages.cache.Close(ctx) }

// Files are the names of the API routes, as their files below pages/api are
// named, without ".js".
func Files() []string {
	return slices.Sorted(maps.Keys(files(slog.Default(), &pages{})))
}

// Unreachable are files of pages/api that have no route here, because no
// request ever reaches them there.
func Unreachable() []string { return slices.Clone(unreachable) }
