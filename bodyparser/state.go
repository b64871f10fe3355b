package bodyparser

import (
	"context"
	"io"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// state is what one Parse knows about a request. It rides on the request context, because other middleware may replace the body
// or the writer but keeps the context.
type state struct {
	context.Context
	parser    *Parser
	request   *http.Request // the copy that Parse made
	mediaType string
	kind      kind
	raw       []byte // as received, after inflating
	text      []byte // the same in UTF-8; shares memory with raw when nothing had to change
	unchecked bool   // text may not be JSON: the decoding into the declared type will tell
	form      querystring.Values
	replay    replay

	coded        bool // the body was inflated
	begun, ended bool // something of the body was read; all of it was
	damaged      bool // reading it failed: where the next request begins is not known

	once  sync.Once
	value any // what Body returns
	typed any // *T after Config.Type has been bound
}

type stateKey struct{}

// Value makes the state findable below any context derived from it.
func (st *state) Value(key any) any {
	if key == (stateKey{}) {
		return st
	}
	return st.Context.Value(key)
}

func newState(r *http.Request, p *Parser) *state {
	return &state{Context: r.Context(), parser: p}
}

// attach puts the state on c.Request. After an error that is for Refuse, and the body stays as it is.
func (st *state) attach(c *gin.Context, err error) {
	c.Request = c.Request.WithContext(st)
	st.request = c.Request
	if err != nil {
		st.kind, st.raw, st.text = kindNone, nil, nil
		return
	}
	st.arm(c.Request)
}

// arm makes the body of r readable again.
func (st *state) arm(r *http.Request) {
	if len(st.raw) == 0 {
		r.Body = http.NoBody
		r.GetBody = func() (io.ReadCloser, error) { return http.NoBody, nil }
	} else {
		st.replay.data = st.raw
		r.Body = &st.replay
		r.GetBody = func() (io.ReadCloser, error) { return &replay{data: st.raw}, nil }
	}
	if st.coded {
		uncoded(r, len(st.raw))
	}
	r.ContentLength = int64(len(st.raw))
	r.TransferEncoding = nil
}

// stateOf returns the state of the last Parse, or nil.
func stateOf(c *gin.Context) *state {
	st, _ := c.Request.Context().Value(stateKey{}).(*state)
	return st
}

// emptyBody stands in for the body of a request that has none. It costs nothing, since each parser has one, and still tells
// which parser was on the route.
type emptyBody struct{ parser *Parser }

func (*emptyBody) Read([]byte) (int, error) { return 0, io.EOF }

// WriteTo spares io.Copy its buffer.
func (*emptyBody) WriteTo(io.Writer) (int64, error) { return 0, nil }
func (*emptyBody) Close() error                     { return nil }

// hasNoBody tells whether it is known without reading that no body was sent.
func hasNoBody(r *http.Request) bool {
	if r.Body == nil || r.Body == http.NoBody {
		return true
	}
	_, ok := r.Body.(*emptyBody)
	return ok
}

// parserOf returns the parser that ran on the route, or nil.
func parserOf(c *gin.Context) *Parser {
	if st := stateOf(c); st != nil {
		return st.parser
	}
	if b, ok := c.Request.Body.(*emptyBody); ok {
		return b.parser
	}
	return nil
}
