package main

import (
	_ "embed"
	"html/template"
	"log"

	"github.com/gin-gonic/gin"
)

//go:embed page.html
var page string

// newSite serves the page, which is told where the API is.
func newSite(api string) *gin.Engine {
	r := gin.Default()
	text := template.Must(template.New("page").Parse(page))
	r.GET("/", func(c *gin.Context) {
		c.Header("Content-Type", "text/html; charset=utf-8")
		if err := text.Execute(c.Writer, api); err != nil {
			log.Print(err) // the client is gone
		}
	})
	return r
}
