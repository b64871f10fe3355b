package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// form redirects as res.redirect does: 307, so the client repeats its method.
func form(c *gin.Context) {
	if bodyparser.Form(c).Get("name") == "" {
		c.String(http.StatusBadRequest, "a form with a name, please")
		return
	}
	if err := revalidate.Redirect(c, "/"); err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
	}
}

// home lists the routes, for any method: forms are sent on to it.
func home(c *gin.Context) {
	c.Status(http.StatusOK)
	c.Header("Content-Type", "text/plain; charset=utf-8")
	if err := printTour(c.Writer, "http://"+c.Request.Host); err != nil {
		_ = c.Error(err) // the client is gone
	}
}
