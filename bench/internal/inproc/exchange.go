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

// exchange is a request that is sent again and again, and a response that
// costs nothing.
type exchange struct {
	handler http.Handler
	request *http.Request
	body    wire
	content []byte
	answer  discard
}

func newExchange(ctx context.Context, j *job.Job, handler http.Handler) *exchange {
	e := &exchange{handler: handler, content: j.Request.Body}
	e.answer.header = make(http.Header, 16)
	e.request = httptest.NewRequestWithContext(ctx, j.Request.Method, j.Request.Path, http.NoBody)
	maps.Copy(e.request.Header, j.Request.Header)
	e.request.ContentLength = int64(len(e.content))
	return e
}

// once does it.
func (e *exchange) once() {
	if e.content != nil {
		e.body.Reset(e.content)
		e.request.Body = &e.body
	}
	clear(e.answer.header) // as net/http, which makes a new one
	e.handler.ServeHTTP(&e.answer, e.request)
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
		if e.content != nil {
			e.body.Reset(e.content)
			e.request.Body = &e.body
		}
		handler.ServeHTTP(recorder, e.request)
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
