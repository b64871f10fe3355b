package twin

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// pages is the folder pages, without api.
type pages struct {
	sources *sources
	cache   *revalidate.Cache
	draft   *revalidate.Draft
}

// names are the last segments of paths that getStaticPaths returns.
func names(list ...string) []string {
	marks := []string{"-x0x", "-x1x", "-x2x", "-x3x", "-x4x", "-x5x"}
	all := make([]string, 0, len(list)*len(marks))
	for _, name := range list {
		for _, mark := range marks {
			all = append(all, name+mark)
		}
	}
	return all
}

var (
	builtNames = names("built", "forever", "forever2", "gone")
	knownNames = names("a", "forever")
)

func newPages(r *gin.Engine, config Config) (*pages, error) {
	draft, err := revalidate.NewDraft(config.Draft)
	if err != nil {
		return nil, err
	}
	cache, err := revalidate.New(r, revalidate.Config{Secret: config.Draft.ID, Draft: draft, Expire: config.Expire, Logger: config.Logger})
	if err != nil {
		return nil, err
	}
	r.Use(apiroutes.Provide(cache, draft))
	return &pages{sources: &sources{paths: map[string]*source{}}, cache: cache, draft: draft}, nil
}

// mount adds the pages to an engine.
func (p *pages) mount(r *gin.Engine) error {
	routes := catchall.New()
	add := func(pattern string, before ...gin.HandlerFunc) {
		handler := p.page(sourceOf(pattern))
		routes.Any(pattern, append(before, p.cache.Page(2*time.Second), handler)...)
	}
	add("/")
	add("/isr/[slug]")
	add("/isr/known/[slug]", p.only(knownNames))
	add("/isr/shell/[slug]") // fallback: true has no counterpart
	add("/isr/rest/[...slug]")
	add("/isr/header/[slug]", func(c *gin.Context) { c.Header("Cache-Control", "public, max-age=7") })

	routes.Any("/isr/dynamic/[slug]", private, p.page(sourceOf("/isr/dynamic/[slug]")))
	routes.Any("/isr/plain/automatic", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) {
		show(res, http.StatusOK, "always the same")
	}))
	routes.Any("/isr-rewritten/[slug]", func(c *gin.Context) {
		c.Request.URL.Path, c.Request.URL.RawPath = "/isr/"+catchall.Param(c, "slug"), ""
		r.HandleContext(c)
		c.Abort()
	})
	return routes.Mount(r.Group("/"))
}

// sourceOf names the source of a request to a pattern.
func sourceOf(pattern string) func(*gin.Context) string {
	folder, name, dynamic := strings.Cut(pattern, "[")
	switch {
	case !dynamic:
		return func(*gin.Context) string { return pattern }
	case name == "slug]":
		return func(c *gin.Context) string { return folder + catchall.Param(c, "slug") }
	default:
		return func(c *gin.Context) string { return folder + strings.Join(catchall.Slice(c, "slug"), "|") }
	}
}

// only is fallback: false, which is not for editors.
func (p *pages) only(names []string) gin.HandlerFunc {
	missing := apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) {
		show(res, http.StatusNotFound, "This page could not be found.")
	})
	return func(c *gin.Context) {
		visit := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
		if visit && !slices.Contains(names, catchall.Param(c, "slug")) && !p.draft.Enabled(c) {
			private(c)
			missing(c)
			c.Abort()
		}
	}
}

// private is for what is made for one visitor, as getServerSideProps does it.
func private(c *gin.Context) {
	c.Header("Cache-Control", "private, no-cache, no-store, max-age=0, must-revalidate")
}

// build renders the pages that are there from the start, as next build does.
func (p *pages) build(ctx context.Context) error {
	p.sources.building = true
	defer func() { p.sources.building = false }()
	paths := append(make([]string, 0, 1+len(builtNames)+len(knownNames)), "/")
	for _, name := range builtNames {
		paths = append(paths, "/isr/"+name)
	}
	for _, name := range knownNames {
		paths = append(paths, "/isr/known/"+name)
	}
	_, err := p.cache.RevalidateAll(ctx, paths)
	return err
}
