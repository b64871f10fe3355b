package apiroutes

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/internal/cookie"
)

// The functions of this file are for plain handlers of Gin. Nothing runs after
// such a handler that could answer for it, so an error of a helper is answered at
// once, as Handler does, and the chain is aborted.

// Of returns the request and the response of a plain handler of Gin as they are in
// Next.js.
func Of(c *gin.Context) (*Request, *Response) {
	x := newExchange(c)
	x.res.deferred = false
	return &x.req, &x.res
}

// Status begins an answer with its status:
//
//	apiroutes.Status(c, http.StatusCreated).JSON(user)
func Status(c *gin.Context, code int) *Response {
	_, res := Of(c)
	return res.Status(code)
}

// JSON answers with v as JSON and the status set before, 200 if none was. See
// [Response.JSON].
func JSON(c *gin.Context, v any) {
	_, res := Of(c)
	res.JSON(v)
}

// Send answers with a string, bytes, a reader or anything that has a JSON text. See
// [Response.Send].
func Send(c *gin.Context, v any) {
	_, res := Of(c)
	res.Send(v)
}

// Query is [Request.Query]. A query string of more than 1000 parameters is left out
// whole and its error is in c.Errors; [catchall.ParseQuery] returns it instead.
func Query(c *gin.Context) catchall.Query { return catchall.QueryOf(c) }

// Cookies is [Request.Cookies]. More than 1000 cookies are left out whole and the
// error is in c.Errors; ParseCookies returns it instead.
func Cookies(c *gin.Context) map[string]string {
	req, _ := Of(c)
	return req.Cookies()
}

// ParseCookies reads the cookies of a request. limit is the number of pairs allowed,
// 0 or less means 1000; more is an error with methods StatusCode (400) and
// Message, and no cookie is returned. Without cookies the result is nil.
func ParseCookies(c *gin.Context, limit int) (map[string]string, error) {
	return cookie.Parse(c.Request.Header["Cookie"], limit)
}
