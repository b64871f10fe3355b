package inproc

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// exchange is requests that are sent again and again, and a response that costs
// nothing.
type exchange struct {
	handler  http.Handler
	requests []*http.Request
	next     int
	body     wire
	content  []byte
	answer   discard
}

func newExchange(ctx context.Context, j *job.Job, handler http.Handler) *exchange {
	e := &exchange{handler: handler, content: j.Request.Body}
	e.answer.header = make(http.Header) // small, as that of net/http
	e.add(ctx, &j.Request)
	for i := range j.More {
		e.add(ctx, &j.More[i])
	}
	return e
}

func (e *exchange) add(ctx context.Context, r *job.Request) {
	request := httptest.NewRequestWithContext(ctx, r.Method, r.Path, http.NoBody)
	maps.Copy(request.Header, r.Header)
	request.ContentLength = int64(len(r.Body))
	e.requests = append(e.requests, request)
}

// once sends the next request. Bodies are those of the first: jobs with a body
// have one request.
func (e *exchange) once() {
	clear(e.answer.header) // as net/http, which makes a new one
	e.handler.ServeHTTP(&e.answer, e.request())
	if e.next++; e.next == len(e.requests) {
		e.next = 0
	}
}

func (e *exchange) request() *http.Request {
	request := e.requests[e.next]
	if e.content != nil {
		e.body.Reset(e.content)
		request.Body = &e.body
	}
	return request
}

// Sender returns a function that sends the job's request to a handler, for
// benchmarks of go test.
func Sender(ctx context.Context, j *job.Job, handler http.Handler) func() {
	return newExchange(ctx, j, handler).once
}

// Check sends the job's request to a handler and says what is wrong with the
// answer. It does so twice: caches answer the second time.
func Check(ctx context.Context, j *job.Job, handler http.Handler) error {
	for range 2 {
		e := newExchange(ctx, j, handler)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, e.request())
		if err := j.Want.Check(recorder.Code, recorder.Header(), recorder.Body.Bytes()); err != nil {
			return fmt.Errorf("%v: %w", j, err)
		}
	}
	return nil
}

// wire is a body as net/http has it: its end comes with the last bytes.
type wire struct{ bytes.Reader }

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err == nil && w.Len() == 0 {
		err = io.EOF
	}
	return n, err
}

func (w *wire) Close() error { return nil }

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header               { return d.header }
func (d *discard) Write(b []byte) (int, error)       { return len(b), nil }
func (d *discard) WriteString(s string) (int, error) { return len(s), nil }
func (d *discard) WriteHeader(int)                   {}
