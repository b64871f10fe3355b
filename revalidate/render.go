package revalidate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
)

// render is one run of a page's handlers. It rides on the context of a request
// that the cache makes itself, which is what marks that request: nothing that
// a client sends can.
type render struct {
	cache   *Cache
	key     string // without the values of headers
	uri     string
	vary    []Field
	reached atomic.Bool // the page's handler has taken the request

	// Of a render that only asks which page a path has: no handler runs.
	resolve bool
	job     job
	names   []string // of headers that the page varies by
	err     error

	// What the handlers say; they run on one goroutine.
	window   time.Duration
	tags     []string
	noStore  bool
	outdated bool // the answer varies by headers that were not passed on
	capture  *capture
	panic    any
}

type renderKey struct{}

func renderOf(c *gin.Context) *render {
	r, _ := c.Request.Context().Value(renderKey{}).(*render)
	return r
}

// through sends the request through the engine and waits for its handlers.
// What the middleware around the page writes goes to w.
func (r *render) through(ctx context.Context, w http.ResponseWriter) error {
	ctx = context.WithValue(ctx, renderKey{}, r)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.uri, http.NoBody)
	if err != nil {
		return err
	}
	request.Host, request.RequestURI = r.cache.config.Host, r.uri
	request.RemoteAddr = "127.0.0.1:0" // for loggers and Context.ClientIP
	for _, field := range r.vary {
		request.Header[field.Name] = slices.Clone(field.Values)
	}
	defer func() {
		if v := recover(); v != nil {
			r.panic = v
		}
	}()
	r.cache.engine.ServeHTTP(w, request)
	return nil
}

// take is called by the page's handler when it meets its own render: it lets
// the handlers behind it write into the capture.
func (r *render) take(c *gin.Context, window time.Duration) {
	inner := c.Writer
	r.window = window
	r.capture = newCapture(r.cache.maxPage)
	c.Writer = r.capture
	defer func() {
		c.Writer = inner
		if v := recover(); v != nil {
			r.panic = v
			panic(v) // Recovery and the like see it as usual
		}
		inner.WriteHeader(r.capture.status) // for loggers
	}()
	c.Next()
}

// outcome says what became of a render.
type outcome uint8

const (
	rendered   outcome = iota // a page that may be stored
	varied                    // to be rendered again, with more headers
	failed                    // a fault: 5xx, a panic, too slow
	unsharable                // an answer that belongs to one visitor
)

var (
	errPanicked   = errors.New("revalidate: the handler panicked")
	errNotReached = errors.New("revalidate: no page of this cache answered")
)

// verdict makes a page of what was captured.
func (r *render) verdict(now time.Time) (*Page, outcome, error) {
	switch w := r.capture; {
	case r.panic != nil:
		return nil, failed, fmt.Errorf("%w: %v", errPanicked, r.panic)
	case !r.reached.Load() || w == nil:
		return nil, unsharable, errNotReached
	case w.status >= http.StatusInternalServerError:
		return nil, failed, &FailedError{Path: r.uri, Status: w.status}
	case w.overflown:
		return nil, unsharable, errPageTooLarge
	case r.noStore || !storable(w.status, w.header):
		return nil, unsharable, nil
	case r.outdated:
		return nil, varied, nil
	}
	return r.page(now), rendered, nil
}

func (r *render) page(now time.Time) *Page {
	w := r.capture
	p := &Page{
		Key: r.key, URI: r.uri, Vary: r.vary, Status: w.status, Body: w.body, Tags: r.tags,
		Stored: now, Window: r.window, Expire: r.cache.expire,
	}
	if p.Window < 0 {
		p.Expire = -1
	}
	for name, values := range w.header {
		if name != headerCacheControl && name != headerETag && name != headerLength && !isConnectionField(name) {
			p.Header = append(p.Header, Field{Name: name, Values: values})
		}
	}
	slices.SortFunc(p.Header, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	if len(w.body) > 0 && !isRedirect(w.status) {
		p.ETag = httpcache.ETag(string(w.body))
	}
	p.prepare()
	return p
}

// storable says whether anybody may have an answer with this status and header.
func storable(status int, header http.Header) bool {
	switch status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo, http.StatusNotFound, http.StatusGone:
	default:
		if !isRedirect(status) {
			return false
		}
	}
	if len(header["Set-Cookie"]) > 0 || slices.ContainsFunc(varyNames(header), isPersonal) {
		return false
	}
	for _, line := range header.Values(headerCacheControl) {
		for directive := range strings.SplitSeq(line, ",") {
			name, _, _ := strings.Cut(strings.ToLower(textproto.TrimString(directive)), "=")
			if name == "private" || name == "no-store" {
				return false
			}
		}
	}
	return true
}

// isPersonal says whether what varies by a header belongs to one visitor.
func isPersonal(name string) bool {
	return name == "*" || name == "Cookie" || name == "Authorization"
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// isConnectionField says whether a field is about one connection.
func isConnectionField(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Date":
		return true
	}
	return false
}

// varyNames lists what an answer says it varies by, canonical and sorted, each
// once.
func varyNames(header http.Header) []string {
	var names []string
	for _, line := range header.Values("Vary") {
		for name := range strings.SplitSeq(line, ",") {
			if name = textproto.TrimString(name); name != "" {
				names = append(names, http.CanonicalHeaderKey(name))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
