package middleware

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/innerwriter"
)

// deadlineWriter stands between a handler and the response until it is known
// who answers: the handler, by writing first, or the timer. It holds back
// nothing but the header, which the handler may be changing when the timer
// fires; once the response has begun every call goes straight through.
//
// What the handler has said before that is kept here and read by its goroutine
// only. So the two meet in one place, the state, and nothing is locked unless
// the timer has fired.
type deadlineWriter struct {
	gin.ResponseWriter
	readerFrom readerFromWriter // this writer, where the inner one has ReadFrom
	shield     shield
	known      gin.ResponseWriter   // of Gin, met before, and
	slot       *http.ResponseWriter // what slotOf has found in it
	outer      *deadlineWriter      // of the route that has sent the request on, see take
	deadline   *deadline
	ctx        *deadlineContext
	timer      *time.Timer
	http1      bool
	reusable   bool // see newDeadlineWriter and raise

	header http.Header // the handler's, until begun
	before []field     // what the inner writer's was then
	status int         // the handler's, or the inner writer's; until begun
	set    bool        // it is the handler's
	size   int         // the inner writer's, until begun

	state atomic.Uint32 // undecided, begun or expired

	mu     sync.Mutex // held by the timer while it answers
	exempt bool       // a stream: the deadline is lifted
	by     *deadline  // the one that has answered, where expired

	told, telling bool // see tell
}

// field is one of a header.
type field struct {
	name   string
	values []string
}

// Who has the response.
const (
	undecided uint32 = iota
	begun            // the handler
	expired          // the timer, which has answered when mu is free
)

// deadlineWriters are kept with their timers. That saves most of the cost of a
// deadline that is not reached.
var deadlineWriters sync.Pool

// newDeadlineWriter returns a writer, at a time that was read just now. A timer
// belongs to the clock it was made under: one from outside a bubble of
// testing/synctest would run on real time inside it, and one from inside it
// must not be touched outside. Times inside are without a monotonic reading;
// for them the writer is made anew and not kept.
func newDeadlineWriter(now time.Time) *deadlineWriter {
	if now == now.Round(0) { //nolint:staticcheck // Equal does not see the difference that is looked for
		return &deadlineWriter{header: http.Header{}}
	}
	if w, ok := deadlineWriters.Get().(*deadlineWriter); ok {
		return w
	}
	return &deadlineWriter{header: http.Header{}, reusable: true}
}

// maxKeptHeader is how many fields a header may have that is kept for the next
// request, so that one large response does not hold its memory for good.
const maxKeptHeader = 32

// release gives the writer back. The timer must have been stopped before it
// fired, and no other timer know the writer, see raise: then nobody but the
// handler did, which has returned.
func (w *deadlineWriter) release() {
	if len(w.header) > maxKeptHeader || len(w.before) > maxKeptHeader {
		w.header, w.before = http.Header{}, nil
	}
	clear(w.header)
	if len(w.before) > 0 {
		clear(w.before)
		w.before = w.before[:0]
	}
	w.ResponseWriter, w.ctx, w.outer, w.by = nil, nil, nil, nil
	if w.readerFrom.from != nil {
		w.readerFrom = readerFromWriter{}
	}
	w.shield = shield{}
	w.set, w.exempt, w.told = false, false, false
	w.state.Store(undecided)
	deadlineWriters.Put(w)
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

// guard puts the writer before inner and starts the timer.
func (w *deadlineWriter) guard(inner gin.ResponseWriter, after time.Duration) gin.ResponseWriter {
	w.ResponseWriter = inner
	w.status, w.size = inner.Status(), inner.Size()
	if inner.Written() { // by a middleware before this one
		w.state.Store(begun)
	} else {
		w.copyHeader(inner.Header())
	}
	w.raise()
	if w.timer == nil {
		w.timer = time.AfterFunc(after, w.expire)
	} else {
		w.timer.Reset(after)
	}
	if from, ok := inner.(io.ReaderFrom); ok {
		w.readerFrom = readerFromWriter{w, from}
		return &w.readerFrom
	}
	return w
}

// copyHeader copies the fields and their values, the latter into one array.
func (w *deadlineWriter) copyHeader(from http.Header) {
	if len(from) == 0 {
		return
	}
	n := 0
	for _, values := range from {
		n += len(values)
	}
	all := make([]string, 0, n)
	for name, values := range from {
		at := len(all)
		all = append(all, values...)
		w.header[name] = all[at:len(all):len(all)]
		w.before = append(w.before, field{name, values})
	}
}

// Unwrap lets http.ResponseController reach the connection's deadlines.
func (w *deadlineWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// begin gives the response to the handler, unless the timer has it.
func (w *deadlineWriter) begin() bool {
	if w.state.CompareAndSwap(undecided, begun) {
		w.commitHeader()
		return true
	}
	return w.state.Load() == begun
}

// Claim is begin for those who use the server's writer past this one, see innerwriter.Claim.
func (w *deadlineWriter) Claim() bool {
	if w.begin() {
		return true
	}
	w.await()
	return false
}

// commitHeader moves what the handler has set to the inner writer.
func (w *deadlineWriter) commitHeader() {
	inner := w.ResponseWriter.Header()
	if len(inner) > 0 {
		w.mergeHeader(inner)
		clear(inner)
	}
	maps.Copy(inner, w.header)
	if w.set && !w.ResponseWriter.Written() { // else the writer of Gin comes with a status, see passStatus
		w.ResponseWriter.WriteHeader(w.status)
	}
}

// mergeHeader takes over what the handler has set on the inner writer, past this one: a session does so that was made by a
// middleware before this layer and is saved by the handler.
func (w *deadlineWriter) mergeHeader(inner http.Header) {
	for name, values := range inner {
		var before []string
		if i := slices.IndexFunc(w.before, func(f field) bool { return f.name == name }); i >= 0 {
			before = w.before[i].values
		}
		if slices.Equal(values, before) {
			continue
		}
		switch own := w.header[name]; {
		case slices.Equal(own, before):
			w.header[name] = values
		case len(values) > len(before) && slices.Equal(values[:len(before)], before):
			w.header[name] = append(own, values[len(before):]...)
		}
	}
}

// await returns when the timer has finished its answer.
func (w *deadlineWriter) await() {
	w.mu.Lock()
	w.mu.Unlock() //nolint:staticcheck,gocritic // there is nothing to do but wait
	w.tell()
}

func (w *deadlineWriter) Header() http.Header {
	if w.state.Load() == begun {
		return w.ResponseWriter.Header()
	}
	return w.header
}

func (w *deadlineWriter) WriteHeader(code int) {
	switch w.state.Load() {
	case begun:
		w.ResponseWriter.WriteHeader(code)
	case undecided:
		if code > 0 {
			w.status, w.set = code, true
			w.passStatus(code)
		}
	}
}

func (w *deadlineWriter) Status() int {
	if w.hasAnswer() {
		return w.ResponseWriter.Status()
	}
	return w.status
}

func (w *deadlineWriter) Size() int {
	if w.hasAnswer() {
		return w.ResponseWriter.Size()
	}
	return w.size
}

func (w *deadlineWriter) Written() bool {
	return w.hasAnswer() && w.ResponseWriter.Written()
}

// hasAnswer reports whether the inner writer is to be asked. Until then the
// timer might be using it.
func (w *deadlineWriter) hasAnswer() bool {
	switch w.state.Load() {
	case undecided:
		return false
	case expired:
		w.await()
	}
	return true
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
	if !w.begin() {
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
	if w.state.Load() == undecided {
		w.take(w.deadline)
	}
	w.ctx.end(context.DeadlineExceeded)
}

// take takes the response from the handler and answers, for the deadline d. The caller holds mu.
//
// By Engine.HandleContext a route can send its request on to another, which may have a deadline too. Then the outermost of their
// writers decides who has the response: handlers come to it last and timers first.
func (w *deadlineWriter) take(d *deadline) {
	o := w.outer
	if o == nil {
		if w.state.CompareAndSwap(undecided, expired) {
			w.by = d
			w.answer(d)
		}
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.state.Load() == undecided {
		o.take(d)
	}
	if o.state.Load() == expired && w.state.CompareAndSwap(undecided, expired) {
		w.by = o.by
	}
}

// answer sends the whole response now, while the handler is still running. It passes by every writer around the server's:
// none of them is made for two goroutines, and those that compress would take its length away, so that the client would wait
// for the end until the handler returns. They hear of it later, see tell. Where the server's writer is out of sight, the
// nearest one is used from which it can be reached.
func (w *deadlineWriter) answer(d *deadline) {
	to := w.shield.ResponseWriter
	compressed := true // perhaps: by one that is passed by
	if to == nil {
		w.ResponseWriter.WriteHeader(d.status)
		to, compressed = innerwriter.Past(w.ResponseWriter)
	}
	header, conn := to.Header(), http.NewResponseController(to)
	if compressed {
		header.Del("Content-Encoding") // of an answer that nobody gets
	}
	maps.Copy(header, d.header)
	header.Set("Content-Length", strconv.Itoa(len(d.body)))
	if w.http1 {
		// The handler holds the connection until it returns: a client that
		// sent its next request there would wait for it.
		header.Set("Connection", "close")
		// Else net/http would first read what is left of the request's body,
		// which a handler may be blocked on.
		_ = conn.EnableFullDuplex()
	}
	to.WriteHeader(d.status)
	_, _ = to.Write(d.body)
	_ = conn.Flush()
	// A handler that is blocked on the body of a slow client returns.
	_ = conn.SetReadDeadline(time.Now())
}

// finish is called when the handler has returned, or panicked. The context is
// left to follow its parent: outer middleware may still work with it.
func (w *deadlineWriter) finish() {
	stopped := w.timer.Stop()
	if !w.begin() {
		w.await()
	}
	w.lower()
	if stopped && w.reusable {
		w.release()
	}
}
