package apiroutes

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/respond"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Response is the res of a Next.js API route. Helpers that send nothing return it,
// for chains; those that send return nothing, as there.
//
// A helper that fails (a value without JSON text, a line break in a header, a
// second answer) sends nothing and records its error. From then on the helpers do
// nothing, like the lines after an exception, until the handler takes the
// error with Err. An error that is not taken is answered as Handler says.
//
// A Response must not be used after its handler has returned, nor by two
// goroutines at once.
type Response struct {
	c   *gin.Context
	err error
	// ended says that the response is complete.
	ended bool
	// deferred says that Handler answers errors at the end.
	deferred bool
}

// Status sets the status of the answer: res.status(code). It is 200 unless set. A
// number outside 200 to 999 is an error.
func (r *Response) Status(code int) *Response {
	if r.err != nil {
		return r
	}
	if err := respond.CheckStatus(code); err != nil {
		return r.fail(err)
	}
	r.c.Status(code)
	return r
}

// JSON sends v as JSON: res.json(v). The text is the one JSON.stringify would
// write; <, > and & are not escaped, NaN is null, map keys are sorted. A string is
// quoted, nil is null. Struct tags and methods count as in encoding/json.
//
// The answer has the Content-Type "application/json; charset=utf-8" whatever was
// set, a Content-Length and an ETag; a client that has this tag already gets 304.
func (r *Response) JSON(v any) {
	if r.err == nil {
		r.sent(respond.JSON(r.c.Writer, r.c.Request, r.c.Writer.Status(), v))
	}
}

// Send sends v: res.send(v).
//
//   - nil: no body
//   - string: the text, without a Content-Type unless one was set; browsers are
//     told not to guess (nosniff)
//   - []byte, Next.js' Buffer: application/octet-stream unless a type was set
//   - [io.Reader], Next.js' Stream: the same, without Content-Length and ETag; closed
//     afterwards if it is an [io.Closer]
//   - everything else: as JSON does
//
// The first kinds are these very types: a named string is JSON. With the status 204
// or 304 there is no body. The ETag of bytes is costly, as in Next.js, which
// hashes their JSON text: send large files with c.File or as a reader.
func (r *Response) Send(v any) {
	if r.err == nil {
		r.sent(respond.Send(r.c.Writer, r.c.Request, r.c.Writer.Status(), v))
	}
}

// Redirect sends the client to a path or URL with 307: res.redirect(url). Any URL is
// sent as it is; for one that comes from the request use RedirectLocal. See
// [revalidate.Redirect].
func (r *Response) Redirect(url string) { r.RedirectStatus(http.StatusTemporaryRedirect, url) }

// RedirectStatus is Redirect with another status: res.redirect(status, url).
func (r *Response) RedirectStatus(status int, url string) {
	if r.err == nil {
		r.sent(revalidate.RedirectStatus(r.c, status, url))
	}
}

// RedirectLocal is RedirectStatus for a target that the client supplied: a path on
// this site or an error, which is answered 400 unless it is taken. See
// [revalidate.RedirectLocal].
func (r *Response) RedirectLocal(status int, target string) {
	if r.err == nil {
		r.sent(revalidate.RedirectLocal(r.c, status, target))
	}
}

// Write writes a part of the body: res.write(chunk). The first one sends the
// headers. The parts have no Content-Type unless one was set, no length and no tag.
// What the server holds back is sent by Flush or when the handler returns.
func (r *Response) Write(p []byte) (int, error) {
	if err := r.open(); err != nil {
		return 0, err
	}
	if r.bodiless() {
		return len(p), nil
	}
	return r.c.Writer.Write(p)
}

// WriteString is Write for a string.
func (r *Response) WriteString(s string) (int, error) {
	if err := r.open(); err != nil {
		return 0, err
	}
	if r.bodiless() {
		return len(s), nil
	}
	return r.c.Writer.WriteString(s)
}

// Flush sends what was written so far.
func (r *Response) Flush() {
	if r.err == nil {
		r.c.Writer.Flush()
	}
}

// End ends the response, with a last part of the body or without: res.end(text). It is
// how Next.js sends plain text without an ETag. Ending twice does nothing.
func (r *Response) End(text ...string) {
	if r.err != nil || r.ended && len(text) == 0 {
		return
	}
	last := strings.Join(text, "")
	if !r.c.Writer.Written() {
		r.sent(respond.End(r.c.Writer, r.c.Writer.Status(), last))
		return
	}
	if _, err := r.WriteString(last); err == nil || r.err == nil {
		r.ended = true
	}
}

// HeadersSent says that the status and the headers have gone to the client:
// res.headersSent.
func (r *Response) HeadersSent() bool { return r.c.Writer.Written() }

// Err returns the error of the helper that failed, nil if none did, and forgets it,
// so that the next helper works again: the catch block.
//
//	res.JSON(report)
//	if err := res.Err(); err != nil {
//		res.Status(500).JSON(gin.H{"error": "failed to load data"})
//	}
func (r *Response) Err() error {
	err := r.err
	r.err = nil
	return err
}

// sent notes how a helper that sends has ended.
func (r *Response) sent(err error) {
	if err != nil {
		r.fail(err)
		return
	}
	r.ended = true
}

// fail records the first error. In a plain handler of Gin, where nobody looks at it
// at the end, it is answered at once.
func (r *Response) fail(err error) *Response {
	r.err = err
	if !r.deferred {
		report(r.c, err)
		r.c.Abort()
		if !r.c.Writer.Written() {
			answer(r.c, err)
		}
	}
	return r
}

// open prepares for a part of the body.
func (r *Response) open() error {
	if r.err != nil {
		return r.err
	}
	if r.ended {
		r.fail(ErrEnded)
		return ErrEnded
	}
	if !r.c.Writer.Written() && !r.bodiless() {
		respond.Untyped(r.c.Writer.Header())
	}
	r.c.Writer.WriteHeaderNow()
	return nil
}

// bodiless says that the status allows no body: Node drops what is written.
func (r *Response) bodiless() bool {
	status := r.c.Writer.Status()
	return status == http.StatusNoContent || status == http.StatusNotModified
}
