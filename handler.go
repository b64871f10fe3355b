package apiroutes

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/internal/innerwriter"
	"github.com/gin-apiroutes/apiroutes/internal/respond"
)

// Handler turns a handler written like one of Next.js into one for Gin:
//
//	r.POST("/api/hello", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
//		res.Status(200).JSON(gin.H{"message": "Hello from Next.js!"})
//	}))
//
// A panic, and a helper's error that the handler did not take with
// [Response.Err], is what an exception is there:
//
//   - Nothing was sent yet: the client gets 500 "Internal Server Error", or the
//     status and the text that the error asks for with methods StatusCode and
//     Message. What describes a body (Content-Type, Cache-Control, ETag …) is
//     dropped, everything else the handler set stays, no-store too.
//   - The response was complete: it stays as it is.
//   - Otherwise the connection is cut, so that the client does not take half an
//     answer for a whole one. Next.js appends the text to what was sent.
//
// In each case the error is in c.Errors, and in the log of package slog if it is
// the server's (500 and above), with the stack of a panic. A panic with
// [http.ErrAbortHandler] goes on to net/http.
//
// A handler that sends nothing leaves the answer to Gin: 200 without a body.
func Handler(handler func(req *Request, res *Response)) gin.HandlerFunc {
	if handler == nil {
		panic("apiroutes: Handler needs a function")
	}
	return func(c *gin.Context) {
		x := newExchange(c)
		defer x.finish()
		handler(&x.req, &x.res)
	}
}

// HandlerE is Handler for a function that may fail. The error it returns is treated
// as a panic is, without a stack: an *APIError, an error of package
// bodyparser, or any other with methods StatusCode() int and Message() string,
// is answered with its own status and text, everything else with 500. A route whose
// body parser has an ErrorHandler of its own answers through that.
func HandlerE(handler func(req *Request, res *Response) error) gin.HandlerFunc {
	if handler == nil {
		panic("apiroutes: HandlerE needs a function")
	}
	return func(c *gin.Context) {
		x := newExchange(c)
		defer x.finish()
		x.returned = handler(&x.req, &x.res)
	}
}

// exchange is a request with its response, in one allocation.
type exchange struct {
	req      Request
	res      Response
	returned error
}

func newExchange(c *gin.Context) *exchange {
	x := &exchange{}
	x.req.c, x.res.c = c, c
	x.req.res = &x.res
	x.res.deferred = true
	return x
}

// finish is deferred, so that it sees a panic.
func (x *exchange) finish() {
	err := x.failure(recover())
	if err == nil {
		return
	}
	c := x.res.c
	report(c, err)
	c.Abort()
	switch {
	case !c.Writer.Written():
		answer(c, err)
	case !innerwriter.Claim(c.Writer):
		// A deadline has answered in place of the handler, and wholly.
	case !x.res.ended:
		cut(c)
	}
}

// failure is the first thing that went wrong: a panic, what the handler
// returned, an error of a helper.
func (x *exchange) failure(panicked any) error {
	switch p := panicked.(type) {
	case nil:
	case thrown:
		return p.err
	case error:
		if errors.Is(p, http.ErrAbortHandler) {
			panic(p)
		}
		return &PanicError{Value: p, Stack: debug.Stack()}
	default:
		return &PanicError{Value: p, Stack: debug.Stack()}
	}
	if x.returned != nil {
		return x.returned
	}
	return x.res.err
}

// report leaves the error to other middleware and, if it is the server's, to the
// log.
func report(c *gin.Context, err error) {
	_ = c.Error(err) // returns what was passed, for chaining
	if statusOf(err) < http.StatusInternalServerError {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", c.Request.Method), slog.String("route", catchall.Pattern(c)), slog.String("error", err.Error()),
	}
	if p, ok := errors.AsType[*PanicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	slog.Default().LogAttrs(c.Request.Context(), slog.LevelError, "API handler failed", attrs...)
}

// answer sends what the error asks for, or 500, in the way that the route
// answers refused bodies.
func answer(c *gin.Context, err error) {
	h := c.Writer.Header()
	control := h["Cache-Control"]
	for _, name := range []string{
		"Content-Type", "Content-Length", "Content-Encoding", "Content-Range", "Cache-Control", "Expires", "Etag", "Last-Modified",
	} {
		delete(h, name)
	}
	if strings.Contains(strings.Join(control, ","), "no-store") {
		h["Cache-Control"] = control // the cookies of draft mode, say, are still for one client
	}
	if bodyparser.Answer(c, err) {
		return
	}
	if status := statusOf(err); status != http.StatusInternalServerError {
		bodyparser.PlainText(c, err)
		return
	}
	// Nothing was written and the status is valid: it cannot fail.
	_ = respond.End(c.Writer, http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError))
}

// cut ends the connection, or the stream of HTTP/2. The panic is the way to do so,
// but a recovery middleware may stop it, and net/http would then end the
// response properly; past its deadline the connection takes no more bytes.
func cut(c *gin.Context) {
	past := time.Unix(1, 0)
	_ = innerwriter.Controller(c.Writer).SetWriteDeadline(past) // not every writer has one
	panic(http.ErrAbortHandler)
}
