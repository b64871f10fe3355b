package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// request shows what a handler is given: req.method, req.query, req.cookies,
// req.body and a header.
func request(req *apiroutes.Request, res *apiroutes.Response) {
	res.JSON(gin.H{
		"method":   req.Method(),
		"query":    req.Query(),
		"cookies":  req.Cookies(),
		"body":     req.Body(),
		"language": req.Header().Get("Accept-Language"),
	})
}

// sendJSON sets a status and a header. Its answer has an ETag: a client that
// sends it back in If-None-Match gets 304 without the body.
func sendJSON(_ *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("Cache-Control", "no-cache") // to be kept, but asked about each time
	res.Status(http.StatusOK).JSON(gin.H{"answer": 42})
}

// sendText sends a string as it is.
func sendText(_ *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("Content-Type", "text/plain; charset=utf-8")
	res.Status(http.StatusTeapot).Send("I'm a teapot")
}

// redirect goes where the client wants to, on this site only: a target that
// leaves it is answered 400. res.Redirect is for targets of the program's own.
func redirect(req *apiroutes.Request, res *apiroutes.Response) {
	target := req.Query().Get("to")
	if target == "" {
		target = "/"
	}
	res.RedirectLocal(http.StatusSeeOther, target)
}
