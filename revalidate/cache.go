package revalidate

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// Cache keeps finished answers of handlers as pages and regenerates them, with
// the behaviour of Next.js' incremental static regeneration. Make one with
// [New] or [Must] for an engine; it is safe for concurrent use.
type Cache struct {
	engine   http.Handler
	server   *http.Server // in the context of renders
	config   Config       // complete
	expire   time.Duration
	maxPage  int64
	more     bool        // answers have headers that depend on their age
	ownClock bool        // config.Now was given
	owned    Store       // closed by Close
	fresh    FreshGetter // config.Store, if it is one and of use
	stats    *counters
	pace     *pace

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

// Vary makes the named request headers a part of the page, passes them on to
// the handler, and names them in the Vary header of its answers. What answers
// name there themselves is found out when it is met; naming it here saves that
// render.
//
// It panics for headers that say who the visitor is, Cookie and Authorization:
// their pages would be shared by nobody, but kept by every cache on the way. It
// panics for Host too, which renders have from [Config].
func Vary(names ...string) PageOption {
	for _, name := range names {
		if isPersonal(http.CanonicalHeaderKey(name)) {
			panic(fmt.Sprintf("revalidate: Vary(%q): pages can't vary by this header; name one that many visitors share, such as Accept-Language", name))
		}
	}
	return func(p *pageRoute) {
		for _, name := range names {
			p.vary = append(p.vary, http.CanonicalHeaderKey(name))
		}
	}
}

// pageRoute is what one call of Page knows.
type pageRoute struct {
	cache  *Cache
	window time.Duration
	query  []string
	vary   []string // canonical and sorted
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
//
// All answers share the values of their header, as those of Gin's renderers
// do: middleware may add to them and replace them, but not change a value in
// its place.
func (cache *Cache) Page(window time.Duration, options ...PageOption) gin.HandlerFunc {
	if window <= 0 && window != Never {
		panic(fmt.Sprintf("revalidate: Page(%v) would never be fresh; write a positive duration, or revalidate.Never for pages on demand", window))
	}
	p := &pageRoute{cache: cache, window: window}
	for _, option := range options {
		option(p)
	}
	slices.Sort(p.vary)
	p.vary = slices.Compact(p.vary)
	return p.handle
}

func (p *pageRoute) handle(c *gin.Context) {
	r := renderOf(c)
	if r != nil && r.cache == p.cache && r.stage.CompareAndSwap(sent, reached) {
		p.render(c, r)
		return
	}
	if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
		c.Header("Allow", "GET, HEAD")
		c.Abort()
		c.String(http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed))
		return
	}
	key, err := p.key(c.Request.URL)
	if err != nil {
		c.Header(headerCacheControl, private)
		c.AbortWithStatus(http.StatusBadRequest)
		return
	}
	if c.Request.URL.RawPath != "" && !p.leads(c, key) {
		p.cache.count(Passed, key)
		c.Header(headerCacheControl, private)
		return
	}
	if r != nil {
		p.within(c, r, key)
		return
	}
	p.serve(c, key)
}

// leads says of a path that is spelled in a way of its own whether the render
// of its key comes to this route with the same parameters. An engine that reads
// paths as they are spelled (UseRawPath) may take another spelling elsewhere,
// where there may be a guard: what is kept for that is not for this request,
// which the handler answers.
func (p *pageRoute) leads(c *gin.Context, key string) bool {
	spelled := c.Request.URL.RawPath
	path, _, _ := strings.Cut(pageURI(key), "?")
	if spelled == path {
		return true
	}
	target, err := url.ParseRequestURI(path)
	if err != nil {
		return false
	}
	found, err := p.cache.resolve(c.Request.Context(), path, target)
	return err == nil && found.route == c.FullPath() && slices.Equal(found.params, c.Params)
}

// render lets the cache's own request through to the handlers, or only says
// what it would render.
func (p *pageRoute) render(c *gin.Context, r *render) {
	if !r.resolve {
		r.take(c, p.window)
		return
	}
	c.Abort()
	r.found = found{names: p.vary, route: c.FullPath(), params: slices.Clone(c.Params)}
	r.found.key, r.err = p.key(c.Request.URL)
	r.stage.Store(finished)
}

// within answers a page that is met in the course of a render, as a second one
// in the same chain or by a request of its handler's. It waits for no other
// render: that may be waiting for this one.
func (p *pageRoute) within(c *gin.Context, r *render, key string) {
	if own, _, _ := splitKey(r.key); own == key && r.cache == p.cache {
		r.window = p.window // the nearest wins
		return
	}
	_, page := p.cache.find(c.Request.Context(), key, p.vary, c.Request.Header)
	if page == nil || page.Status == 0 {
		return
	}
	if age := p.cache.age(page); page.at(age) != expired {
		p.cache.count(Hit, key)
		p.cache.answer(c, page, stateHit, age)
	}
}

var errNotUTF8 = errors.New("revalidate: the path is not UTF-8")

// key says which page a URL is for.
func (p *pageRoute) key(u *url.URL) (string, error) {
	key, ok := pathKey(u)
	if !ok {
		return "", errNotUTF8
	}
	if u.RawQuery == "" || len(p.query) == 0 {
		return key, nil
	}
	query, err := keyQuery(u.RawQuery, p.query)
	return key + query, err
}

// serve answers a visitor.
func (p *pageRoute) serve(c *gin.Context, key string) {
	cache := p.cache
	if onlyGenerated, ok := cache.demanded(c.Request.Header); ok {
		p.serveOnDemand(c, key, onlyGenerated)
		return
	}
	if cache.isDraft(c) {
		cache.count(Drafted, key)
		p.serveDraft(c)
		return
	}
	if page := p.known(key); page != nil {
		cache.count(Hit, key)
		cache.answer(c, page, stateHit, 0)
		return
	}
	id, page := cache.find(c.Request.Context(), key, p.vary, c.Request.Header)
	if page != nil {
		age := cache.age(page)
		switch page.at(age) {
		case fresh:
			cache.count(page.met(Hit), key)
			p.send(c, page, stateHit, age)
			return
		case stale:
			cache.count(page.met(Stale), key)
			if c.Request.Header.Get("Purpose") != "prefetch" {
				cache.join(id, aVisit)
			}
			p.send(c, page, stateStale, age)
			return
		case expired:
		}
	}
	cache.count(Miss, key)
	s := stateMiss
	if page != nil && page.Status != 0 {
		s = stateHit // Next.js calls it so when the visitor waits for the regeneration of an expired page
	}
	p.await(c, visit{key: key, id: id, state: s})
}

// known returns the page of a key if all that serve would find out about it is
// known beforehand: that it is one for all, ready, and fresh.
func (p *pageRoute) known(key string) *Page {
	if p.cache.fresh == nil || len(p.vary) > 0 {
		return nil
	}
	page := p.cache.fresh.GetFresh(key)
	if page == nil || page.Status == 0 || len(page.answer.fields) == 0 {
		return nil
	}
	return page
}

// met says what a request has met: a page, or only that there is none to share.
func (p *Page) met(event Event) Event {
	if p.Status == 0 {
		return Passed
	}
	return event
}

// find looks for the page of a request: under the key with the headers that
// are known to belong to it, and from there under those with the headers that
// its answers turned out to vary by. It returns the last of these keys, and the
// page there, if any.
func (cache *Cache) find(ctx context.Context, key string, names []string, header http.Header) (string, *Page) {
	for {
		id := variantKey(key, names, header)
		page := cache.load(ctx, id)
		if page == nil || len(page.Splits) <= len(names) {
			return id, page
		}
		names = page.Splits
	}
}

// load reads a page from the store and checks that it is the right one.
func (cache *Cache) load(ctx context.Context, id string) *Page {
	page, err := cache.config.Store.Get(ctx, id)
	if err != nil {
		cache.storeFailed(ctx, err)
		return nil
	}
	if page == nil || page.Key != id || page.Status == 0 && len(page.Splits) > maxVary {
		return nil
	}
	return page.prepared()
}

// age is how old a page is. With the real clock that is one look at the
// monotonic one, and none for a page that lasts until it is revalidated.
func (cache *Cache) age(p *Page) time.Duration {
	switch {
	case p.Window < 0 && !cache.more:
		return 0
	case cache.ownClock:
		return cache.config.Now().Sub(p.Stored)
	}
	return time.Since(p.Stored)
}

func (cache *Cache) isFresh(p *Page) bool { return p.at(cache.age(p)) == fresh }

// send answers with a page, or hands on to the handler where the page only
// says that its answers can't be shared.
func (p *pageRoute) send(c *gin.Context, page *Page, s state, age time.Duration) {
	if page.Status == 0 {
		c.Header(headerCacheControl, private)
		return
	}
	p.cache.answer(c, page, s, age)
}

// visit is a request that waits for a render.
type visit struct {
	key, id string
	state   state
	want    errand
}

// await answers with the result of a flight, or leaves when the visitor does;
// the flight goes on for the others. Without a flight the handler answers.
func (p *pageRoute) await(c *gin.Context, v visit) {
	f := p.cache.join(v.id, v.want)
	if f == nil {
		c.Header(headerCacheControl, private)
		return
	}
	select {
	case <-f.done:
	case <-c.Request.Context().Done():
		p.leave(c)
		return
	}
	switch {
	case f.outcome == failed:
		p.fail(c, f)
	case f.outcome == unsharable:
		c.Header(headerCacheControl, private)
	case v.want.onDemand() && f.unstored != nil:
		p.plain(c, http.StatusInternalServerError)
	case f.outcome == varied:
		p.follow(c, v, f.page.Splits)
	default:
		p.send(c, f.page, v.state, p.cache.age(f.page))
	}
}

// follow goes on to the key with more headers. Each step has more of them, and
// their number is limited.
func (p *pageRoute) follow(c *gin.Context, v visit, names []string) {
	id, page := p.cache.find(c.Request.Context(), v.key, names, c.Request.Header)
	if page != nil && !v.want.onDemand() && p.cache.isFresh(page) {
		p.send(c, page, v.state, p.cache.age(page))
		return
	}
	v.id = id
	p.await(c, v)
}

// leave ends a request whose context has ended, mostly because the visitor is
// not there any more; but it may be for a deadline around the page.
func (p *pageRoute) leave(c *gin.Context) {
	status := http.StatusServiceUnavailable
	if errors.Is(c.Request.Context().Err(), context.DeadlineExceeded) {
		status = http.StatusGatewayTimeout
	}
	p.plain(c, status)
}

// fail passes on a failed render to all who waited for it.
func (p *pageRoute) fail(c *gin.Context, f *flight) {
	status, ok := errors.AsType[*FailedError](f.err)
	switch {
	case ok && f.stage.Load() == finished:
		header := c.Writer.Header()
		for name, values := range f.capture.first() {
			if !isOwnField(name) && name != "Set-Cookie" {
				header[name] = slices.Clone(values)
			}
		}
		c.Header(headerCacheControl, private)
		c.Abort()
		c.Status(status.Status)
		_, _ = c.Writer.Write(f.capture.body)
	case ok:
		p.plain(c, status.Status)
	case errors.Is(f.err, context.DeadlineExceeded):
		p.plain(c, http.StatusGatewayTimeout)
	default:
		p.plain(c, http.StatusInternalServerError)
	}
}

func (p *pageRoute) plain(c *gin.Context, status int) {
	c.Header(headerCacheControl, private)
	c.Abort()
	c.String(status, "%s", http.StatusText(status))
}

// demanded says whether a request asks for a revalidation and proves that it
// may: exactly one header with the secret.
func (cache *Cache) demanded(h http.Header) (onlyGenerated, ok bool) {
	if cache.config.Secret == "" {
		return false, false
	}
	values := h["X-Prerender-Revalidate"]
	if len(values) != 1 || subtle.ConstantTimeCompare([]byte(values[0]), []byte(cache.config.Secret)) != 1 {
		return false, false
	}
	_, onlyGenerated = h["X-Prerender-Revalidate-If-Generated"]
	return onlyGenerated, true
}

// serveOnDemand regenerates all that is kept of a page, and answers with what
// this request gets of it.
func (p *pageRoute) serveOnDemand(c *gin.Context, key string, onlyGenerated bool) {
	ctx := c.Request.Context()
	id, page := p.cache.find(ctx, key, p.vary, c.Request.Header)
	if onlyGenerated && (page == nil || page.Status == 0) {
		c.Abort()
		c.Header(headerState, stateValues[stateRevalidated][0])
		c.String(http.StatusNotFound, "This page could not be found")
		return
	}
	_, unshared := p.cache.outdate(ctx, "", c.Request.URL)
	ids, unlisted := p.cache.variants(ctx, found{key: key, names: p.vary})
	unlisted = errors.Join(unlisted, unshared)
	if unlisted == nil {
		ids = slices.DeleteFunc(ids, func(other string) bool { return other == id })
	}
	if err := p.cache.regenerateAll(ctx, key, ids, thisOne); err != nil || unlisted != nil {
		p.plain(c, http.StatusInternalServerError)
		return
	}
	p.await(c, visit{key: key, id: id, state: stateRevalidated, want: thisOne})
}
