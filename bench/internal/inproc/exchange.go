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

// Handler is a server that is called without a network.
type Handler interface {
	// prepare returns what sends the requests to it in turn.
	prepare(ctx context.Context, requests []*job.Request) sender
}

// sender sends requests again and again.
type sender interface {
	// once sends the next request and drops the answer.
	once()
	// ask sends the next request and returns the answer.
	ask() (status int, header http.Header, body []byte)
}

// Sender returns a function that sends the job's requests to a handler, for
// benchmarks of go test.
func Sender(ctx context.Context, j *job.Job, handler Handler) func() {
	return newSender(ctx, j, handler).once
}

func newSender(ctx context.Context, j *job.Job, handler Handler) sender {
	requests := make([]*job.Request, 0, 1+len(j.More))
	requests = append(requests, &j.Request)
	for i := range j.More {
		requests = append(requests, &j.More[i])
	}
	return handler.prepare(ctx, requests)
}

// Check sends the job's request to a handler and says what is wrong with the
// answer. It does so twice: caches answer the second time. Further requests must
// not be refused.
func Check(ctx context.Context, j *job.Job, handler Handler) error {
	first := *j
	first.More = nil
	for range 2 {
		if err := j.Want.Check(newSender(ctx, &first, handler).ask()); err != nil {
			return fmt.Errorf("%v: %w", j, err)
		}
	}
	s := newSender(ctx, j, handler)
	for i := range min(500, len(j.More)) {
		if status, _, body := s.ask(); status >= http.StatusBadRequest {
			return fmt.Errorf("%v: request %d is answered %d %.200q", j, i, status, body)
		}
	}
	return nil
}

// Standard is what net/http can serve.
func Standard(handler http.Handler) Handler { return standard{handler} }

type standard struct{ handler http.Handler }

func (s standard) prepare(ctx context.Context, requests []*job.Request) sender {
	e := &exchange{handler: s.handler}
	e.answer.header = make(http.Header) // small, as that of net/http
	for _, r := range requests {
		request := httptest.NewRequestWithContext(ctx, r.Method, r.Path, http.NoBody)
		maps.Copy(request.Header, r.Header)
		request.ContentLength = int64(len(r.Body))
		e.requests, e.contents = append(e.requests, request), append(e.contents, r.Body)
	}
	return e
}

// exchange is requests, and a response that costs nothing.
type exchange struct {
	handler  http.Handler
	requests []*http.Request
	contents [][]byte
	next     int
	body     wire
	answer   discard
}

func (e *exchange) once() {
	clear(e.answer.header) // as net/http, which makes a new one
	e.handler.ServeHTTP(&e.answer, e.request())
}

func (e *exchange) ask() (int, http.Header, []byte) {
	recorder := httptest.NewRecorder()
	e.handler.ServeHTTP(recorder, e.request())
	return recorder.Code, recorder.Header(), recorder.Body.Bytes()
}

func (e *exchange) request() *http.Request {
	request := e.requests[e.next]
	if content := e.contents[e.next]; content != nil {
		e.body.Reset(content)
		request.Body = &e.body
	}
	if e.next++; e.next == len(e.requests) {
		e.next = 0
	}
	return request
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
