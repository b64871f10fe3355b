package revalidate

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
)

// isDraft says whether a visitor is in draft mode. Bad cookies are dropped by
// the answer, which is private then, but comes from the cache.
func (cache *Cache) isDraft(c *gin.Context) bool {
	return cache.config.Draft != nil && cache.config.Draft.Enabled(c)
}

// serveDraft lets an editor's request through to the handlers, past the cache:
// it waits for no render, is joined by nobody, and stores nothing. The answer
// has the header of a page, but is always private; Next.js sends redirects and
// notFound with the Cache-Control of the cached page (rule 12.3).
func (p *pageRoute) serveDraft(c *gin.Context) {
	inner := c.Writer
	w := &draftPage{ResponseWriter: inner, most: p.cache.maxPage}
	c.Writer = w
	defer func() {
		c.Writer = inner
		if !inner.Written() { // after a panic: Recovery answers
			makePrivate(inner.Header())
		}
	}()
	c.Next()
	w.finish(c.Request)
}

// draftPage holds an answer until it is whole, so that it gets a length and an
// entity tag. What is too large to hold, or flushed, goes out as it comes.
type draftPage struct {
	gin.ResponseWriter
	body    []byte
	most    int64
	begun   bool // the handler has sent its header
	passing bool // it really was
}

var _ gin.ResponseWriter = (*draftPage)(nil)

// pass sends what was held, and holds no more.
func (w *draftPage) pass() {
	if w.passing {
		return
	}
	w.passing = true
	makePrivate(w.Header())
	w.Header()[headerState] = stateValues[stateHit]
	if w.begun {
		_, _ = w.ResponseWriter.Write(w.body) // who has left gets nothing
		w.body = nil
	}
}

// finish sends the answer with what it has in common with a cached page.
func (w *draftPage) finish(r *http.Request) {
	if w.passing {
		return
	}
	status, header := w.Status(), w.Header()
	makePrivate(header)
	if status < http.StatusInternalServerError {
		header[headerState] = stateValues[stateHit] // sic, Next.js (rule 12.2)
	}
	if !keptStatus(status) || len(w.body) == 0 {
		if w.begun {
			_, _ = w.ResponseWriter.Write(w.body)
		}
		return
	}
	if _, typed := header["Content-Type"]; !typed && len(header["Content-Encoding"]) == 0 { // nil is "none", of redirects for instance
		header["Content-Type"] = []string{http.DetectContentType(w.body)}
	}
	if !isRedirect(status) {
		tag := httpcache.ETag(w.body)
		header[headerETag] = []string{tag}
		if httpcache.Fresh(r.Header, tag) {
			for name := range header {
				if isContentField(name) {
					delete(header, name)
				}
			}
			w.ResponseWriter.WriteHeader(http.StatusNotModified)
			w.ResponseWriter.WriteHeaderNow()
			return
		}
	}
	header[headerLength] = []string{strconv.Itoa(len(w.body))}
	if r.Method == http.MethodHead {
		w.ResponseWriter.WriteHeaderNow()
		return
	}
	_, _ = w.ResponseWriter.Write(w.body)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *draftPage) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeaderNow implements gin.ResponseWriter.
func (w *draftPage) WriteHeaderNow() {
	w.begun = true
	if w.passing {
		w.ResponseWriter.WriteHeaderNow()
	}
}

// WriteHeader implements http.ResponseWriter.
func (w *draftPage) WriteHeader(status int) {
	if !w.begun {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements io.Writer.
func (w *draftPage) Write(b []byte) (int, error) {
	if w.room(len(b)) {
		w.body = append(w.body, b...)
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// WriteString implements io.StringWriter.
func (w *draftPage) WriteString(s string) (int, error) {
	if w.room(len(s)) {
		w.body = append(w.body, s...)
		return len(s), nil
	}
	return w.ResponseWriter.WriteString(s)
}

// room says whether so many more bytes are held.
func (w *draftPage) room(n int) bool {
	w.begun = true
	if !w.passing && int64(len(w.body))+int64(n) > w.most {
		w.pass()
	}
	return !w.passing
}

// Written implements gin.ResponseWriter.
func (w *draftPage) Written() bool { return w.begun || w.ResponseWriter.Written() }

// Size implements gin.ResponseWriter.
func (w *draftPage) Size() int {
	if w.begun && !w.passing {
		return len(w.body)
	}
	return w.ResponseWriter.Size()
}

// Flush implements http.Flusher.
func (w *draftPage) Flush() {
	w.begun = true
	w.pass()
	w.ResponseWriter.Flush()
}
