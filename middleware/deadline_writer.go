package middleware

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// deadlineWriter stands between a handler and the response until it is known
// who answers: the handler, by writing first, or the timer. It holds back
// nothing but the header, which the handler may be changing when the timer
// fires; once the response has begun every call goes straight through.
type deadlineWriter struct {
	gin.ResponseWriter
	deadline *deadline
	ctx      deadlineContext
	timer    *time.Timer
	http1    bool

	begun atomic.Bool // the handler has the response; set under mu

	mu      sync.Mutex
	header  http.Header // the handler's, until begun
	status  int         // the handler's, until begun; 0: none set
	expired bool        // the timer has answered
	exempt  bool        // a stream: the deadline is lifted
}

var (
	_ gin.ResponseWriter                         = (*deadlineWriter)(nil)
	_ io.ReaderFrom                              = (*readerFromWriter)(nil)
	_ interface{ Unwrap() http.ResponseWriter }  = (*deadlineWriter)(nil)
	_ interface{ AfterFunc(func()) func() bool } = (*deadlineContext)(nil)
)

// readerFromWriter adds ReadFrom where the inner writer has it, and only there.
type readerFromWriter struct {
	*deadlineWriter
	from io.ReaderFrom
}

func (w *readerFromWriter) ReadFrom(r io.Reader) (int64, error) {
	if !w.begin() {
		return 0, http.ErrHandlerTimeout
	}
	return w.from.ReadFrom(r)
}

func (w *deadlineWriter) asWriter() gin.ResponseWriter {
	if from, ok := w.ResponseWriter.(io.ReaderFrom); ok {
		return &readerFromWriter{w, from}
	}
	return w
}

// Unwrap lets http.ResponseController reach the connection's deadlines.
func (w *deadlineWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// begin gives the response to the handler, unless the timer has it.
func (w *deadlineWriter) begin() bool {
	if w.begun.Load() {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.beginLocked()
}

func (w *deadlineWriter) beginLocked() bool {
	switch {
	case w.expired:
		return false
	case w.begun.Load():
		return true
	}
	w.commitHeader()
	w.begun.Store(true)
	return true
}

// commitHeader moves what the handler has set to the inner writer.
func (w *deadlineWriter) commitHeader() {
	if w.header != nil {
		inner := w.ResponseWriter.Header()
		clear(inner)
		maps.Copy(inner, w.header)
	}
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
}

func (w *deadlineWriter) Header() http.Header {
	if w.begun.Load() {
		return w.ResponseWriter.Header()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.header == nil {
		if w.header = w.ResponseWriter.Header().Clone(); w.header == nil {
			w.header = http.Header{}
		}
	}
	return w.header
}

func (w *deadlineWriter) WriteHeader(code int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.begun.Load():
		w.ResponseWriter.WriteHeader(code)
	case code > 0 && !w.expired:
		w.status = code
	}
}

func (w *deadlineWriter) Status() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.status != 0 && !w.expired && !w.begun.Load() {
		return w.status
	}
	return w.ResponseWriter.Status()
}

func (w *deadlineWriter) Size() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ResponseWriter.Size()
}

func (w *deadlineWriter) Written() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ResponseWriter.Written()
}

func (w *deadlineWriter) WriteHeaderNow() {
	if w.begin() {
		w.ResponseWriter.WriteHeaderNow()
	}
}

func (w *deadlineWriter) Write(b []byte) (int, error) {
	if !w.begin() {
		return 0, http.ErrHandlerTimeout
	}
	return w.ResponseWriter.Write(b)
}

func (w *deadlineWriter) WriteString(s string) (int, error) {
	if !w.begin() {
		return 0, http.ErrHandlerTimeout
	}
	return w.ResponseWriter.WriteString(s)
}

// Flush makes the response a stream, which has no deadline.
func (w *deadlineWriter) Flush() {
	if w.beginStream() {
		w.ResponseWriter.Flush()
	}
}

// Hijack makes the connection the handler's own, without a deadline.
func (w *deadlineWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !w.beginStream() {
		return nil, nil, http.ErrHandlerTimeout
	}
	return w.ResponseWriter.Hijack()
}

func (w *deadlineWriter) beginStream() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.beginLocked() {
		return false
	}
	if !w.exempt {
		w.exempt = true
		w.timer.Stop()
		w.ctx.lift()
	}
	return true
}

// expire is called by the timer, on a goroutine of its own.
func (w *deadlineWriter) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.exempt {
		return
	}
	defer w.ctx.end(context.DeadlineExceeded)
	if w.begun.Load() {
		return
	}
	w.expired = true
	w.answer()
}

// answer sends the whole response now, while the handler is still running.
func (w *deadlineWriter) answer() {
	inner := w.ResponseWriter
	conn := http.NewResponseController(inner)
	header := inner.Header()
	maps.Copy(header, w.deadline.header)
	header.Set("Content-Length", strconv.Itoa(len(w.deadline.body)))
	if w.http1 {
		// The handler holds the connection until it returns: a client that
		// sent its next request there would wait for it.
		header.Set("Connection", "close")
		// Else net/http would first read what is left of the request's body,
		// which a handler may be blocked on.
		_ = conn.EnableFullDuplex()
	}
	inner.WriteHeader(w.deadline.status)
	_, _ = inner.Write(w.deadline.body)
	inner.Flush()
	// A handler that is blocked on the body of a slow client returns.
	_ = conn.SetReadDeadline(time.Now())
}

// finish is called when the handler has returned, or panicked. The context is
// left to follow its parent: outer middleware may still work with it.
func (w *deadlineWriter) finish() {
	w.timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.expired && !w.begun.Load() {
		w.commitHeader()
		w.begun.Store(true)
	}
}
