package revalidate

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
)

// state is a value of x-nextjs-cache.
type state uint8

const (
	stateHit state = iota
	stateStale
	stateMiss
	stateRevalidated
)

// stateValues are shared by all responses, as preparedField.values are.
var stateValues = [...][]string{
	stateHit:         {"HIT"},
	stateStale:       {"STALE"},
	stateMiss:        {"MISS"},
	stateRevalidated: {"REVALIDATED"},
}

const (
	headerState        = "X-Nextjs-Cache"
	headerCacheControl = "Cache-Control"
	headerETag         = "Etag"
	headerLength       = "Content-Length"
	headerAge          = "Age"
	headerCacheStatus  = "Cache-Status"

	// private is the Cache-Control of Next.js for what nobody may share.
	private = "private, no-cache, no-store, max-age=0, must-revalidate"
)

// preparedAnswer is what a page looks like on the wire, so that a HIT has
// nothing to compute.
type preparedAnswer struct {
	fields []preparedField
	vary   []string // is merged with what is in the header already
}

// preparedField has values that all responses share, as the renderers of Gin
// share theirs. They have no room behind them, so that who adds to a response
// gets a copy.
type preparedField struct {
	name    string // canonical
	values  []string
	content bool // is not in a 304
}

// prepare builds the answer.
func (p *Page) prepare() {
	a := preparedAnswer{fields: make([]preparedField, 0, len(p.Header)+3)}
	add := func(name string, values ...string) {
		a.fields = append(a.fields, preparedField{name, slices.Clip(slices.Clone(values)), isContentField(name)})
	}
	for _, field := range p.Header {
		if field.Name == "Vary" {
			a.vary = slices.Clip(slices.Clone(field.Values))
			continue
		}
		add(field.Name, field.Values...)
	}
	add(headerCacheControl, p.cacheControl())
	if p.ETag != "" {
		add(headerETag, p.ETag)
	}
	add(headerLength, strconv.Itoa(len(p.Body)))
	p.answer = a
}

// isContentField says whether a field describes a body and so has no place in
// a 304: see rule 3.3 for what Next.js drops. Vary stays, as RFC 9110 says.
func isContentField(name string) bool {
	return len(name) > 8 && name[:8] == "Content-" && name != "Content-Location"
}

// answer writes the page, whose age is given, to c and ends the chain.
func (cache *Cache) answer(c *gin.Context, p *Page, s state, age time.Duration) {
	c.Abort()
	notModified := p.ETag != "" && httpcache.Fresh(c.Request.Header, p.ETag)
	header := c.Writer.Header()
	if len(header) == 0 && !notModified && !cache.more {
		p.fill(header, s)
	} else {
		cache.merge(header, p, s, age, notModified)
	}
	if notModified {
		c.Writer.WriteHeader(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return
	}
	c.Writer.WriteHeader(p.Status)
	if c.Request.Method == http.MethodHead {
		c.Writer.WriteHeaderNow()
		return
	}
	_, _ = c.Writer.Write(p.Body) // a client that has gone is no fault of the page
}

// fill puts the page's header into an empty one.
func (p *Page) fill(header http.Header, s state) {
	for i := range p.answer.fields {
		header[p.answer.fields[i].name] = p.answer.fields[i].values
	}
	if len(p.answer.vary) > 0 {
		header["Vary"] = p.answer.vary
	}
	header[headerState] = stateValues[s]
}

// merge puts the page's header into one that middleware around the page has
// begun.
func (cache *Cache) merge(header http.Header, p *Page, s state, age time.Duration, notModified bool) {
	personal := len(header["Set-Cookie"]) > 0
	_, controlled := header[headerCacheControl]
	for i := range p.answer.fields {
		f := &p.answer.fields[i]
		if notModified && f.content || controlled && f.name == headerCacheControl {
			continue // what middleware around the page said stands, as in Next.js (rule 2.4)
		}
		header[f.name] = f.values
	}
	header[headerState] = stateValues[s]
	if vary := p.answer.vary; len(vary) > 0 {
		header["Vary"] = slices.Concat(header["Vary"], vary)
	}
	if personal {
		// This visitor got a cookie: the page is for all, but this answer is not.
		header[headerCacheControl] = []string{private}
	}
	if cache.config.Age {
		header[headerAge] = []string{itoa(max(0, int64(age/time.Second)))}
	}
	if cache.config.CacheStatus {
		header[headerCacheStatus] = []string{cacheStatus(p, s, age)}
	}
}

// cacheStatus describes the state in the words of RFC 9211.
func cacheStatus(p *Page, s state, age time.Duration) string {
	const name = "apiroutes"
	switch s {
	case stateHit, stateStale:
		if p.Window < 0 {
			return name + "; hit"
		}
		return name + "; hit; ttl=" + itoa(int64((p.Window-age)/time.Second))
	case stateRevalidated:
		return name + "; fwd=request; stored"
	case stateMiss:
	}
	return name + "; fwd=miss; stored"
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
