package main

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// addPages keeps a page for a minute, and a route that has it rendered anew at
// once. In a program of your own, a check of who asks stands in front of that.
func addPages(r *gin.Engine) {
	pages := revalidate.Must(r, revalidate.Config{})
	var renders atomic.Int64
	r.GET("/page", pages.Page(time.Minute), func(c *gin.Context) {
		c.String(http.StatusOK, "render %d", renders.Add(1))
	})
	r.POST("/api/revalidate", apiroutes.Provide(pages, nil), apiroutes.Handler(refresh))
}

// refresh reads as an API route does that calls res.revalidate.
func refresh(_ *apiroutes.Request, res *apiroutes.Response) {
	res.Revalidate("/page")
	res.JSON(gin.H{"revalidated": true})
	if res.Err() != nil { // the page could not be rendered; the old one is still there
		res.Status(http.StatusInternalServerError).Send("Error revalidating")
	}
}

// external is a handler from elsewhere, which knows neither Gin nor this toolkit.
var external = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprintf(w, "%s, from a plain http.Handler", r.Method)
})
