package bodyparser

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/contenttype"
	"github.com/gin-apiroutes/apiroutes/internal/innerwriter"
)

// New returns a middleware that parses the body, answers if that fails and otherwise runs the next handlers.
// The error reports every fault of the config.
func New(config Config) (gin.HandlerFunc, error) {
	p, err := NewParser(config)
	if err != nil {
		return nil, err
	}
	return func(c *gin.Context) {
		if err := p.Parse(c); err != nil {
			p.Refuse(c, err)
			return
		}
		defer p.Release(c)
		c.Next()
	}, nil
}

// Must is New for routes written down in a program. It panics if the config is wrong.
func Must(config Config) gin.HandlerFunc {
	h, err := New(config)
	if err != nil {
		panic(err)
	}
	return h
}

// Parser parses bodies under one config. It is immutable and safe for concurrent use.
//
// It is for middleware that has more to do than New does: Parse before the handler, then either Refuse, or the handler and Release.
type Parser struct {
	settings
	none emptyBody
}

// NewParser checks the config. The error reports every fault.
func NewParser(config Config) (*Parser, error) {
	s, err := config.check()
	if err != nil {
		return nil, err
	}
	p := &Parser{settings: s}
	p.none.parser = p
	return p, nil
}

// Parse reads the body of c.Request under the limit, checks it and leaves the result to Body, Raw, Form and Bind. c.Request is
// replaced by a copy whose Body can be read again. Nothing is answered: an error is for Refuse.
//
// A request without a body and without a Content-Type costs nothing. A second Parse, by another parser, reads the body that the
// first one left, under its own settings.
func (p *Parser) Parse(c *gin.Context) error {
	header := typeOf(c.Request.Header)
	if hasNoBody(c.Request) && header == "" && p.declared.isZero() {
		c.Request.Body = &p.none
		return nil
	}
	request := c.Request
	st := newState(request, p)
	err := st.parse(request, header)
	st.attach(c, err)
	if err != nil || p.declared.isZero() {
		return err
	}
	if err = p.declared.bind(c, st); st.unchecked {
		c.Request = request
		st.attach(c, err) // as if parse had found the fault
	}
	return err
}

// typeOf is Get of "Content-Type", which is most of what a request without a body costs here: Get brings the name to the form
// that it has already, each time.
func typeOf(h http.Header) string {
	if values := h["Content-Type"]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// parse reads and checks in the order of Next.js: the declared length, the charset, the body, its syntax.
func (st *state) parse(r *http.Request, contentType string) error {
	p := st.parser
	if r.ContentLength > p.limit {
		return p.tooLarge()
	}
	var charset string
	st.mediaType, charset = contenttype.Parse(contentType)
	st.kind = kindOf(st.mediaType)
	enc, err := charsetFor(st.kind, charset)
	if err != nil {
		return err
	}
	codings, err := p.codings(r.Header)
	if err != nil {
		return err
	}
	if err := st.read(r); err != nil {
		return err
	}
	if len(codings) > 0 {
		if st.raw, err = p.inflate(st.raw, codings); err != nil {
			return err
		}
		st.coded = true
	}
	if contentType == "" && len(st.raw) == 0 {
		st.kind = kindNone
		return nil
	}
	if st.kind != kindBinary {
		if st.text, err = decodeText(st.raw, enc); err != nil {
			return &ReadError{err}
		}
	}
	return st.check()
}

// Refuse is the one answer to a failed Parse: it aborts the chain and calls the ErrorHandler. Any other error may be passed too;
// one without StatusCode and Message methods is answered 500.
//
// The answer is sent at once. What the client is still sending is then read and thrown away within the bounds of
// Config.Drain, because clients exist that look at an answer only when they have sent everything, and because unread bytes would
// be taken for the next request. A client that sends on beyond the bounds is cut off. One that waits for "100 Continue"
// is not read from at all. HTTP/2 ends the stream instead.
func (p *Parser) Refuse(c *gin.Context, err error) {
	c.Abort()
	defer p.Release(c) // a form may have been parsed before its values were refused
	if e, ok := asUnsupportedEncoding(err); ok {
		c.Header("Accept-Encoding", e)
	}
	if st := stateOf(c); st != nil && st.damaged && c.Request.ProtoMajor == 1 {
		// net/http does so itself, unless another middleware has put a reader around the body.
		c.Header("Connection", "close")
	}
	unread := unreadBody(c.Request)
	if unread == nil || c.Writer.Written() || !innerwriter.Claim(c.Writer) {
		p.answer(c, err)
		return
	}
	p.answerFirst(c, err, unread)
}

// Release removes the temporary files of multipart forms that were parsed since Parse. It belongs after the handler.
func (p *Parser) Release(c *gin.Context) {
	removeFiles(c.Request)
	if _, none := c.Request.Body.(*emptyBody); none {
		return // Parse has made no copy of the request
	}
	if st := stateOf(c); st != nil && st.request != c.Request {
		removeFiles(st.request)
	}
}

func removeFiles(r *http.Request) {
	if r != nil && r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll() // the server would ignore the error as well: the files are in a directory for such
	}
}
