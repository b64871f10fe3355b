package revalidate

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// Cache keeps finished answers of handlers as pages and regenerates them, with
// the behaviour of Next.js' incremental static regeneration. Make one with
// [New] or [Must] for an engine; it is safe for concurrent use.
type Cache struct {
	engine  http.Handler
	config  Config // complete
	expire  time.Duration
	maxPage int64
	owned   Store // closed by Close
	stats   counters

	ctx     context.Context // of all renders
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	lanes  map[string]*lane
	closed bool
}

// PageOption is a setting of one page.
type PageOption func(*pageRoute)

// Query makes the named query parameters a part of the page: requests that
// differ in them get different pages, and only they reach the handler. Without
// it the query is ignored, as in Next.js.
func Query(names ...string) PageOption {
	return func(p *pageRoute) { p.query = append(p.query, names...) }
}

// Vary makes the named request headers a part of the page, and passes them on
// to the handler. What answers name in their own Vary header is added by itself
// when it is met; naming it here saves that render.
func Vary(names ...string) PageOption {
	return func(p *pageRoute) {
		for _, name := range names {
			p.declared = append(p.declared, http.CanonicalHeaderKey(name))
		}
	}
}

// pageRoute is what one call of Page knows.
type pageRoute struct {
	cache    *Cache
	window   time.Duration
	query    []string
	declared []string
	vary     atomic.Pointer[[]string] // declared and learned, sorted
}

// Page returns a handler that goes in front of a page's own:
//
//	r.GET("/posts/:id", pages.Page(60*time.Second), renderPost)
//
// The first request renders the page, and later ones get it from the cache: as
// it is while it is younger than window, and with one regeneration behind it
// when it is older. [Never] regenerates on demand only. A window of zero
// panics: a page that is never fresh needs no cache.
//
// The page is rendered by a request of the cache's own, which has the path, the
// chosen query parameters and headers, and nothing else of any visitor. The
// handler behind therefore answers the same for all; where it answers with
// Set-Cookie, with Cache-Control private or no-store, or with another status
// than 200, 203, 3xx, 404 or 410, its answer is not kept and each request gets
// to it as if there were no cache. A 5xx never replaces a page that is kept.
func (cache *Cache) Page(window time.Duration, options ...PageOption) gin.HandlerFunc {
	if window == 0 {
		panic("revalidate: Page(0) would never be fresh; write a duration, or revalidate.Never for pages on demand")
	}
	p := &pageRoute{cache: cache, window: window}
	for _, option := range options {
		option(p)
	}
	slices.Sort(p.declared)
	p.declared = slices.Compact(p.declared)
	p.vary.Store(&p.declared)
	return p.handle
}

func (p *pageRoute) handle(c *gin.Context) {
	if r := renderOf(c); r != nil && r.cache == p.cache && r.reached.CompareAndSwap(false, true) {
		p.render(c, r)
		return
	}
	if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
		c.Header("Allow", "GET, HEAD")
		c.AbortWithStatus(http.StatusMethodNotAllowed)
		return
	}
	j, err := p.job(c.Request)
	if err != nil {
		c.Header(headerCacheControl, private)
		c.AbortWithStatus(http.StatusBadRequest)
		return
	}
	p.serve(c, j)
}

// render lets the cache's own request through to the handlers, or only says
// what it would render.
func (p *pageRoute) render(c *gin.Context, r *render) {
	if r.resolve {
		c.Abort()
		r.job, r.err = p.job(c.Request)
		r.names = *p.vary.Load()
		return
	}
	r.take(c, p.window)
	if w := r.capture; storable(w.status, w.header) {
		p.learn(w.header)
		r.outdated = len(*p.vary.Load()) > len(r.vary)
	}
}

var errNotUTF8 = errors.New("revalidate: the path is not UTF-8")

// job says which page a request is for.
func (p *pageRoute) job(r *http.Request) (job, error) {
	key, ok := pathKey(r.URL)
	if !ok {
		return job{}, errNotUTF8
	}
	query, err := keyQuery(r.URL.RawQuery, p.query)
	if err != nil {
		return job{}, err
	}
	j := job{key: key + query}
	if names := *p.vary.Load(); len(names) > 0 {
		j.vary = fieldsOf(r.Header, names)
	}
	j.url, j.query = r.URL, query
	return j, nil
}

// learn adds what an answer varies by to the page's keys. Names only come; a
// page that was stored without one is not found any more.
func (p *pageRoute) learn(header http.Header) {
	names := varyNames(header)
	if len(names) == 0 {
		return
	}
	for {
		old := p.vary.Load()
		all := slices.Concat(*old, names)
		slices.Sort(all)
		if all = slices.Compact(all); len(all) == len(*old) {
			return
		}
		if p.vary.CompareAndSwap(old, &all) {
			return
		}
	}
}

// serve answers a visitor.
func (p *pageRoute) serve(c *gin.Context, j job) {
	cache := p.cache
	now := cache.config.Now()
	if onlyGenerated, ok := cache.demanded(c.Request.Header); ok {
		p.serveOnDemand(c, j, onlyGenerated)
		return
	}
	page := cache.load(c.Request.Context(), j)
	if page != nil {
		switch page.at(now) {
		case fresh:
			cache.count(Hit, j.key)
			p.send(c, page, stateHit, now)
			return
		case stale:
			cache.count(Stale, j.key)
			if c.Request.Header.Get("Purpose") != "prefetch" {
				cache.join(j)
			}
			p.send(c, page, stateStale, now)
			return
		case expired:
		}
	}
	cache.count(Miss, j.key)
	state := stateMiss
	if page != nil && page.Status != 0 {
		state = stateHit // Next.js calls it so when the visitor waits for the regeneration of an expired page
	}
	p.await(c, cache.join(j), state)
}

// load reads a page from the store and checks that it is the right one.
func (cache *Cache) load(ctx context.Context, j job) *Page {
	id := variantKey(j.key, j.vary)
	page, err := cache.config.Store.Get(ctx, id)
	if err != nil {
		cache.storeFailed(ctx, err)
		return nil
	}
	if page == nil || page.Key != id {
		return nil
	}
	return page
}

// send answers with a page, or hands on to the handler where the page only
// says that its answers can't be shared.
func (p *pageRoute) send(c *gin.Context, page *Page, state string, now time.Time) {
	if page.Status == 0 {
		c.Header(headerCacheControl, private)
		return
	}
	p.cache.answer(c, page, state, now)
}

// await answers with the result of a flight, or leaves when the visitor does;
// the flight goes on for the others. Without a flight the handler answers.
func (p *pageRoute) await(c *gin.Context, f *flight, state string) {
	if f == nil {
		c.Header(headerCacheControl, private)
		return
	}
	select {
	case <-f.done:
	case <-c.Request.Context().Done():
		c.Abort()
		return
	}
	switch f.outcome {
	case rendered:
		p.send(c, f.page, state, p.cache.config.Now())
	case varied:
		if j, err := p.job(c.Request); err == nil {
			j.fresh = f.fresh
			p.await(c, p.cache.join(j), state)
		}
	case failed:
		p.fail(c, f)
	case unsharable:
		c.Header(headerCacheControl, private)
	}
}

// fail passes on a failed render to all who waited for it.
func (p *pageRoute) fail(c *gin.Context, f *flight) {
	c.Header(headerCacheControl, private)
	switch status, ok := errors.AsType[*FailedError](f.err); {
	case ok && f.capture != nil && status.Status == f.capture.status:
		if values := f.capture.header["Content-Type"]; len(values) > 0 {
			c.Header("Content-Type", values[0])
		}
		c.Status(status.Status)
		_, _ = c.Writer.Write(f.capture.body)
		c.Abort()
	case errors.Is(f.err, context.DeadlineExceeded):
		p.plain(c, http.StatusGatewayTimeout)
	default:
		p.plain(c, http.StatusInternalServerError)
	}
}

func (p *pageRoute) plain(c *gin.Context, status int) {
	c.Abort()
	c.String(status, "%s", http.StatusText(status))
}

// demanded says whether a request asks for a revalidation and proves that it
// may: exactly one header with the secret.
func (cache *Cache) demanded(h http.Header) (onlyGenerated, ok bool) {
	values := h["X-Prerender-Revalidate"]
	if cache.config.Secret == "" || len(values) != 1 || subtle.ConstantTimeCompare([]byte(values[0]), []byte(cache.config.Secret)) != 1 {
		return false, false
	}
	_, onlyGenerated = h["X-Prerender-Revalidate-If-Generated"]
	return onlyGenerated, true
}

func (p *pageRoute) serveOnDemand(c *gin.Context, j job, onlyGenerated bool) {
	if onlyGenerated {
		if page := p.cache.load(c.Request.Context(), j); page == nil || page.Status == 0 {
			c.Abort()
			c.Header(headerState, stateRevalidated)
			c.String(http.StatusNotFound, "This page could not be found")
			return
		}
	}
	j.fresh = true
	p.await(c, p.cache.join(j), stateRevalidated)
}
