package middleware

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// TimeoutError is what an [ErrorHandler] gets to prepare the answer to
// requests that take longer than [MaxDuration].
type TimeoutError struct {
	// Limit is the duration that was allowed.
	Limit time.Duration
}

// Error implements error.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("middleware: the request took longer than the %v that MaxDuration allows", e.Limit)
}

// StatusCode is 504, as the platforms that enforce maxDuration for Next.js
// answer.
func (e *TimeoutError) StatusCode() int { return http.StatusGatewayTimeout }

// Message is the text that a client may see.
func (e *TimeoutError) Message() string { return http.StatusText(http.StatusGatewayTimeout) }

// deadline runs handlers under a time limit. The handler stays on the
// goroutine of the request, so that Gin's pooled context is never shared; at
// the deadline a timer answers in its place, through a writer that is locked
// between the two.
type deadline struct {
	after  time.Duration
	status int
	header http.Header
	body   []byte
}

// newDeadline prepares the answer with onError, nil being the default.
func newDeadline(after time.Duration, onError func(*gin.Context, error)) (d *deadline, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("middleware: the ErrorHandler panicked on a *TimeoutError: %v; it is asked once, with a synthetic request", v)
		}
	}()
	if onError == nil {
		onError = bodyparser.PlainText
	}
	r := &recorder{header: http.Header{}}
	c, _ := gin.CreateTestContext(r)
	if c.Request, err = http.NewRequestWithContext(context.Background(), http.MethodGet, "/", http.NoBody); err != nil {
		return nil, fmt.Errorf("middleware: preparing the answer to a deadline: %w", err)
	}
	failure := &TimeoutError{Limit: after}
	c.Status(failure.StatusCode())
	onError(c, failure)
	c.Writer.WriteHeaderNow()
	return &deadline{after: after, status: r.status, header: r.header, body: r.body.Bytes()}, nil
}

// recorder keeps a response. The one of net/http/httptest would bring that
// package's command-line flag into every program.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func (d *deadline) run(c *gin.Context, serve func(*gin.Context)) {
	inner, request, now := c.Writer, c.Request, time.Now()
	w := newDeadlineWriter(now)
	w.deadline, w.http1 = d, request.ProtoMajor == 1
	// The context and the request that carries it are one allocation.
	guarded := &struct {
		ctx     deadlineContext
		request http.Request
	}{ctx: deadlineContext{Context: request.Context(), at: now.Add(d.after)}}
	guarded.request = *request.WithContext(&guarded.ctx)
	w.ctx = &guarded.ctx
	c.Request = &guarded.request
	c.Writer = w.guard(inner, d.after)
	defer func() {
		w.finish()
		c.Writer = inner
	}()
	serve(c)
}
