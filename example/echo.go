package main

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// echo answers with what it was asked. The body has been parsed by its content
// type: JSON and forms as values, text as a string, other bytes as they came.
func echo(req *apiroutes.Request, res *apiroutes.Response) {
	res.JSON(gin.H{
		"method":  req.Method(),
		"query":   req.Query(),
		"cookies": req.Cookies(),
		"body":    req.Body(),
	})
}
