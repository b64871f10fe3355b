package apiroutes

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/internal/cookie"
	"github.com/gin-apiroutes/apiroutes/querystring"
)

// Request is the req of a Next.js API route. It must not be used after its
// handler has returned.
type Request struct {
	c       *gin.Context
	res     *Response
	query   catchall.Query
	cookies map[string]string
}

// Method is the method of the request: "GET". It is req.method.
func (r *Request) Method() string { return r.c.Request.Method }

// URL is the path and the query as the client sent them, "/api/post?id=1". It is
// req.url; for the parts see Gin().Request.URL.
func (r *Request) URL() string {
	if uri := r.c.Request.RequestURI; uri != "" {
		return uri
	}
	return r.c.Request.URL.RequestURI()
}

// Header holds the headers of the request; req.headers['x-a'] is
// Header().Get("x-a"). The host is in Gin().Request.Host.
func (r *Request) Header() http.Header { return r.c.Request.Header }

// Query is req.query: the parameters of the query string and, over them, those
// of the route. A key that occurs once is a string, several times a []string, a
// catch-all a []string. It is parsed at the first call and never nil.
//
// A query string of more than 1000 parameters is refused whole, with 400: the
// handler does not go on.
func (r *Request) Query() catchall.Query {
	if r.query == nil {
		query, err := catchall.ParseQuery(r.c, querystring.DefaultMaxPairs)
		if err != nil {
			r.throw(err, fmt.Sprintf("Query exceeded %d parameters limit", querystring.DefaultMaxPairs))
			query = catchall.Params(r.c)
		}
		r.query = query
	}
	return r.query
}

// Cookies is req.cookies: the first of several cookies with one name,
// percent-decoded, without the quotes around. It is parsed at the first call and
// never nil.
//
// More than 1000 cookies are refused whole, with 400: the handler does not go
// on.
func (r *Request) Cookies() map[string]string {
	if r.cookies == nil {
		cookies, err := ParseCookies(r.c, 0)
		if err != nil {
			r.throw(err, fmt.Sprintf("Request exceeded %d cookies limit", cookie.DefaultMax))
		}
		r.cookies = cookies
		if cookies == nil {
			r.cookies = map[string]string{}
		}
	}
	return r.cookies
}

// throw leaves the handler, as an exception does. In a plain handler of Gin
// nothing would catch it there: the error goes to c.Errors, and what was too much
// is left out.
func (r *Request) throw(err error, text string) {
	err = &requestError{err: err, text: text}
	if r.res.deferred {
		panic(thrown{err})
	}
	_ = r.c.Error(err) // returns what was passed, for chaining
}

// Body is req.body, what the body parser of the route made of the body: a map, a
// slice, a string, a number, form values, bytes; nil when none was sent or
// the route has no parser. See [bodyparser.Body].
func (r *Request) Body() any { return bodyparser.Body(r.c) }

// Raw is the body as received, for a signature; nil when none was sent or the
// route has no parser: then read Gin().Request.Body.
func (r *Request) Raw() []byte { return bodyparser.Raw(r.c) }

// Context is done when the client has left or the deadline of the route has
// passed.
func (r *Request) Context() context.Context { return r.c.Request.Context() }

// Gin is the context of Gin, for everything that Next.js has no word for.
func (r *Request) Gin() *gin.Context { return r.c }

// Response is the response that belongs to the request, for handlers that are
// given the request alone: see [Typed].
func (r *Request) Response() *Response { return r.res }
