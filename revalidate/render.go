package revalidate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
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
	key     string // with the values of headers
	uri     string
	vary    []Field
	outside *outside
	stage   atomic.Uint32

	// Of a render that only asks which page a path has: no handler runs.
	resolve bool
	found   found
	err     error

	// What the handlers say, and what became of them. It is read when stage
	// says that they have returned: something between the engine and the cache,
	// such as http.TimeoutHandler, may have left them running.
	window  time.Duration
	tags    []string
	noStore bool
	escaped bool // they wrote past the capture
	capture *capture
	panic   any
}

// The stages of a render.
const (
	sent     uint32 = iota // on its way through the engine
	reached                // the page's handlers run
	finished               // they have returned
	panicked
)

type renderKey struct{}

func renderIn(ctx context.Context) *render {
	r, _ := ctx.Value(renderKey{}).(*render)
	return r
}

func renderOf(c *gin.Context) *render { return renderIn(c.Request.Context()) }

// through sends the request through the engine and waits for it.
func (r *render) through(ctx context.Context) (err error) {
	// A reverse proxy panics on half an answer only where it finds a server in
	// its context; elsewhere it passes it on like a whole one.
	ctx = context.WithValue(ctx, http.ServerContextKey, r.cache.server)
	ctx = context.WithValue(ctx, renderKey{}, r)
	// As a server does: "//a/b" is a path here, not a host.
	target, err := url.ParseRequestURI(r.uri)
	if err != nil {
		return err
	}
	request := (&http.Request{
		Method: http.MethodGet, URL: target, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header), Body: http.NoBody, Host: r.cache.config.Host, RequestURI: r.uri,
		RemoteAddr: "127.0.0.1:0", // for loggers and Context.ClientIP
	}).WithContext(ctx)
	for _, field := range r.vary {
		if len(field.Values) > 0 {
			request.Header[field.Name] = slices.Clone(field.Values)
		}
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errPanicked, v)
		}
	}()
	r.outside = newOutside()
	r.cache.engine.ServeHTTP(r.outside, request)
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
			r.stage.Store(panicked)
			panic(v) // Recovery and the like see it as usual
		}
	}()
	c.Next()
	// Engine.HandleContext gives a context its first writer back.
	r.escaped = inner.Written() || r.outside.status.Load() != 0
	if !r.escaped {
		inner.WriteHeader(r.capture.status) // for loggers
		if r.capture.Written() {
			inner.WriteHeaderNow() // for middleware that looks whether there is an answer
		}
	}
	r.stage.Store(finished)
}

// outcome says what became of a render.
type outcome uint8

const (
	rendered   outcome = iota // a page that may be stored
	varied                    // to be looked for under a key with more headers
	failed                    // a fault: 5xx, a panic, too slow
	unsharable                // an answer that belongs to one visitor
)

var (
	errPanicked   = errors.New("revalidate: the handler panicked")
	errUnfinished = errors.New("revalidate: the engine answered before the handler returned")
	errEnded      = errors.New("revalidate: the handler ended its goroutine")
	errTruncated  = errors.New("revalidate: the handler wrote another number of bytes than its Content-Length says")
	errEscaped    = errors.New("revalidate: the answer was not written to the context's writer; use c.Redirect or a sub-request instead of Engine.HandleContext")
	errManyVary   = errors.New("revalidate: the answer varies by too many headers")
)

// verdict makes a page of what was captured.
func (r *render) verdict(now time.Time) (*Page, outcome, error) {
	switch r.stage.Load() {
	case sent:
		return r.notReached()
	case reached:
		return nil, failed, errUnfinished
	case panicked:
		return nil, failed, fmt.Errorf("%w: %v", errPanicked, r.panic)
	}
	w := r.capture
	switch {
	case w.hijacked:
		return nil, unsharable, errNoConnection
	case r.escaped:
		return nil, unsharable, errEscaped
	case w.status >= http.StatusInternalServerError:
		return nil, failed, &FailedError{Path: r.uri, Status: w.status}
	case w.overflown:
		return nil, unsharable, errPageTooLarge
	case r.noStore || r.window <= 0 && r.window != Never || !storable(w.status, w.header) || !storable(w.status, w.first()):
		return nil, unsharable, nil
	case !w.whole():
		return nil, failed, errTruncated
	}
	if names := r.splits(); len(names) > maxVary {
		return nil, unsharable, errManyVary
	} else if len(names) > len(r.vary) {
		return r.mark(now, names), varied, nil
	}
	return r.page(now), rendered, nil
}

// notReached tells middleware that refuses visitors, whose pages nobody may
// share, from one that is in trouble, for which a page is kept.
func (r *render) notReached() (*Page, outcome, error) {
	err := &FailedError{Path: r.uri, Status: r.outside.answered()}
	switch {
	case err.Status < http.StatusMultipleChoices:
		err.Err = ErrNotAPage
	case err.Status >= http.StatusInternalServerError, err.Status == http.StatusTooManyRequests:
		return nil, failed, err
	}
	return nil, unsharable, err
}

// whole says whether the body is as long as the handler said it would be.
func (w *capture) whole() bool {
	declared := w.first()[headerLength]
	if len(declared) == 0 {
		return true
	}
	n, err := strconv.ParseInt(declared[0], 10, 64)
	return err != nil || n == int64(len(w.body))
}

// maxVary is the number of headers that a page may vary by.
const maxVary = 16

// splits lists the headers that the answer varies by, those of the key
// included.
func (r *render) splits() []string {
	names := append(namesOf(r.vary), varyNames(r.capture.header)...)
	names = append(names, varyNames(r.capture.first())...)
	slices.Sort(names)
	return slices.Compact(names)
}

// mark makes a page without an answer.
func (r *render) mark(now time.Time, splits []string) *Page {
	p := &Page{Key: r.key, URI: r.uri, Vary: r.vary, Splits: splits, Stored: now, Window: Never, Expire: -1}
	if len(splits) == 0 {
		p.Window, p.Expire = passTime, passTime
	}
	p.prepare()
	return p
}

func (r *render) page(now time.Time) *Page {
	w := r.capture
	p := &Page{
		Key: r.key, URI: r.uri, Vary: r.vary, Status: w.status, Body: w.body, Tags: slices.Clone(r.tags),
		Stored: now, Window: r.window, Expire: r.cache.expire,
	}
	if p.Window < 0 {
		p.Expire = -1
	}
	if cap(w.body)-len(w.body) > len(w.body)/8 {
		p.Body = bytes.Clone(w.body) // what the store counts is what the page takes
	}
	header := w.first()
	for name, values := range header {
		if !isOwnField(name) {
			p.Header = append(p.Header, Field{Name: name, Values: slices.Clone(values)})
		}
	}
	if _, typed := header["Content-Type"]; !typed && len(p.Body) > 0 && len(header["Content-Encoding"]) == 0 {
		// As net/http would say it, but for HEAD too.
		p.Header = append(p.Header, Field{Name: "Content-Type", Values: []string{http.DetectContentType(p.Body)}})
	}
	if names := namesOf(r.vary); !slices.Equal(varyNames(header), names) && len(names) > 0 {
		p.Header = append(p.Header, Field{Name: "Vary", Values: []string{strings.Join(names, ", ")}})
	} else if lines := header["Vary"]; len(lines) > 0 {
		p.Header = append(p.Header, Field{Name: "Vary", Values: slices.Clone(lines)})
	}
	slices.SortFunc(p.Header, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	if len(w.body) > 0 && !isRedirect(w.status) {
		p.ETag = httpcache.ETag(p.Body)
	}
	p.prepare()
	return p
}

// storable says whether anybody may have an answer with this status and header.
func storable(status int, header http.Header) bool {
	if !keptStatus(status) {
		return false
	}
	if len(header["Set-Cookie"]) > 0 || len(header["Content-Range"]) > 0 || slices.ContainsFunc(varyNames(header), isPersonal) {
		return false
	}
	for _, name := range [...]string{headerCacheControl, "Cdn-Cache-Control", "Surrogate-Control"} {
		for _, line := range header[name] {
			for directive := range strings.SplitSeq(line, ",") {
				name, _, _ := strings.Cut(strings.ToLower(textproto.TrimString(directive)), "=")
				if name = textproto.TrimString(name); name == "private" || name == "no-store" {
					return false
				}
			}
		}
	}
	return true
}

// isPersonal says whether what varies by a header belongs to one visitor, or
// to what a render can't be given.
func isPersonal(name string) bool {
	switch name {
	case "Cookie", "Authorization", "Proxy-Authorization", "Host":
		return true
	}
	return !isToken(name) || name == "*"
}

// keptStatus says whether an answer with this status may be a page.
func keptStatus(status int) bool {
	switch status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo, http.StatusNotFound, http.StatusGone:
		return true
	}
	return isRedirect(status)
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// isOwnField says whether a field is not taken over into a page: the cache
// sets it itself, it is about one connection, or it promises what the cache
// does not do.
func isOwnField(name string) bool {
	switch name {
	case headerCacheControl, headerETag, headerLength, headerAge, headerState, "Vary", "Accept-Ranges",
		"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Date":
		return true
	}
	return strings.HasPrefix(name, http.TrailerPrefix)
}

// varyNames lists what an answer says it varies by, canonical and sorted, each
// once.
func varyNames(header http.Header) []string {
	var names []string
	for _, line := range header["Vary"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = textproto.TrimString(name); name != "" {
				names = append(names, http.CanonicalHeaderKey(name))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
