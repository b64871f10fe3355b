package inproc

import (
	"bytes"
	"context"
	"net/http"

	"github.com/valyala/fasthttp"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// Fast is what fasthttp can serve. Its handlers find a request that is parsed
// already, and so do those of net/http here: in both cases the handler alone is
// measured.
func Fast(handler fasthttp.RequestHandler) Handler { return fast{handler} }

type fast struct{ handler fasthttp.RequestHandler }

func (f fast) prepare(_ context.Context, requests []*job.Request) sender {
	e := &fastExchange{handler: f.handler, contexts: make([]fasthttp.RequestCtx, len(requests))}
	for i, r := range requests {
		var request fasthttp.Request
		request.Header.SetMethod(r.Method)
		request.SetRequestURI(r.Path)
		request.Header.SetHost("example.com")
		for name, values := range r.Header {
			for _, value := range values {
				request.Header.Add(name, value)
			}
		}
		request.SetBody(r.Body)
		e.contexts[i].Init(&request, nil, nil)
	}
	return e
}

// fastExchange is requests with their answers, which are reset as a server does
// before the next one.
type fastExchange struct {
	handler  fasthttp.RequestHandler
	contexts []fasthttp.RequestCtx
	next     int
}

func (e *fastExchange) once() { e.send() }

func (e *fastExchange) send() *fasthttp.Response {
	current := &e.contexts[e.next]
	current.Response.Reset()
	current.ResetUserValues()
	e.handler(current)
	if e.next++; e.next == len(e.contexts) {
		e.next = 0
	}
	return &current.Response
}

func (e *fastExchange) ask() (int, http.Header, []byte) {
	answer := e.send()
	header := http.Header{}
	for name, value := range answer.Header.All() {
		header.Add(string(name), string(value))
	}
	return answer.StatusCode(), header, bytes.Clone(answer.Body())
}
