package revalidate

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
)

// The values of x-nextjs-cache.
const (
	stateHit         = "HIT"
	stateStale       = "STALE"
	stateMiss        = "MISS"
	stateRevalidated = "REVALIDATED"
)

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
	names  []string // keys of the header, canonical, with the state's last
	values [][]string
	count  int // of all values
	// keep says which of names remain in a 304.
	keep []bool
}

// prepare builds the answer.
func (p *Page) prepare() {
	a := preparedAnswer{}
	add := func(keep bool, name string, values ...string) {
		a.names = append(a.names, name)
		a.values = append(a.values, values)
		a.keep = append(a.keep, keep)
		a.count += len(values)
	}
	for _, field := range p.Header {
		add(!isContentField(field.Name), field.Name, field.Values...)
	}
	add(true, headerCacheControl, p.cacheControl())
	if p.ETag != "" {
		add(true, headerETag, p.ETag)
	}
	add(false, headerLength, strconv.Itoa(len(p.Body)))
	p.answer = a
}

// isContentField says whether a field describes a body and so has no place in
// a 304: see rule 3.3 for what Next.js drops. Vary stays, as RFC 9110 says.
func isContentField(name string) bool {
	return len(name) > 8 && name[:8] == "Content-" && name != "Content-Location"
}

// answer writes the page to c and ends the chain.
func (cache *Cache) answer(c *gin.Context, p *Page, state string, now time.Time) {
	c.Abort()
	header := c.Writer.Header()
	notModified := p.ETag != "" && httpcache.Fresh(c.Request.Header, p.ETag)
	// One backing array for all values: what is in the header of a response
	// belongs to it, so that no middleware can change it for the next one.
	values := make([]string, 0, p.answer.count+4)
	for i, name := range p.answer.names {
		if notModified && !p.answer.keep[i] {
			continue
		}
		if name == "Vary" {
			for _, value := range p.answer.values[i] {
				header.Add(name, value)
			}
			continue
		}
		from := len(values)
		values = append(values, p.answer.values[i]...)
		header[name] = slices.Clip(values[from:])
	}
	set := func(name, value string) {
		values = append(values, value)
		header[name] = slices.Clip(values[len(values)-1:])
	}
	set(headerState, state)
	if len(header["Set-Cookie"]) > 0 {
		// Outer middleware gave this visitor a cookie: the page is for all, but
		// this answer is not.
		set(headerCacheControl, private)
	}
	if cache.config.Age {
		set(headerAge, itoa(max(0, int64(now.Sub(p.Stored)/time.Second))))
	}
	if cache.config.CacheStatus {
		set(headerCacheStatus, cacheStatus(p, state, now))
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

// cacheStatus describes the state in the words of RFC 9211.
func cacheStatus(p *Page, state string, now time.Time) string {
	const name = "apiroutes"
	switch state {
	case stateHit, stateStale:
		if p.Window < 0 {
			return name + "; hit"
		}
		return name + "; hit; ttl=" + itoa(int64((p.Window-now.Sub(p.Stored))/time.Second))
	case stateRevalidated:
		return name + "; fwd=request; stored"
	}
	return name + "; fwd=miss; stored"
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
