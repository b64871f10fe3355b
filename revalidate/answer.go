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
	fields []preparedField
	values []string // of all fields, in their order
	vary   []string // is merged with what is in the header already
}

type preparedField struct {
	name     string // canonical
	from, to int    // in values
	content  bool   // is not in a 304
}

// prepare builds the answer.
func (p *Page) prepare() {
	var a preparedAnswer
	add := func(name string, values ...string) {
		from := len(a.values)
		a.values = append(a.values, values...)
		a.fields = append(a.fields, preparedField{name, from, len(a.values), isContentField(name)})
	}
	for _, field := range p.Header {
		if field.Name == "Vary" {
			a.vary = field.Values
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

// answer writes the page to c and ends the chain.
func (cache *Cache) answer(c *gin.Context, p *Page, state string, now time.Time) {
	c.Abort()
	notModified := p.ETag != "" && httpcache.Fresh(c.Request.Header, p.ETag)
	cache.writeHeader(c.Writer.Header(), p, state, now, notModified)
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

// writeHeader puts the page's header into that of a response. The values get
// one backing array, which belongs to the response: no middleware that changes
// a value in place changes the next response.
func (cache *Cache) writeHeader(header http.Header, p *Page, state string, now time.Time, notModified bool) {
	a := &p.answer
	n := len(a.values)
	more := 1 + len(a.vary)
	personal, controlled := false, false
	if len(header) > 0 { // of middleware around the page
		personal = len(header["Set-Cookie"]) > 0
		_, controlled = header[headerCacheControl]
		more += 1 + len(header["Vary"])
	}
	if cache.config.Age || cache.config.CacheStatus {
		more += 2
	}
	values := append(append(make([]string, 0, n+more), a.values...), state)
	for i := range a.fields {
		f := &a.fields[i]
		if notModified && f.content || controlled && f.name == headerCacheControl {
			continue // what middleware around the page said stands, as in Next.js (rule 2.4)
		}
		header[f.name] = values[f.from:f.to:f.to]
	}
	header[headerState] = values[n : n+1 : n+1]
	if len(a.vary) > 0 {
		from := len(values)
		values = append(append(values, header["Vary"]...), a.vary...)
		header["Vary"] = slices.Clip(values[from:])
	}
	set := func(name, value string) {
		values = append(values, value)
		header[name] = slices.Clip(values[len(values)-1:])
	}
	if personal {
		// This visitor got a cookie: the page is for all, but this answer is not.
		set(headerCacheControl, private)
	}
	if cache.config.Age {
		set(headerAge, itoa(max(0, int64(now.Sub(p.Stored)/time.Second))))
	}
	if cache.config.CacheStatus {
		set(headerCacheStatus, cacheStatus(p, state, now))
	}
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
