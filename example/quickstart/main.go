// Command quickstart is the program of the README.
package main

import (
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

type upload struct {
	Title string `json:"title" binding:"required"`
	Data  []byte `json:"data"`
}

func main() {
	log.Fatal(newEngine().Run("127.0.0.1:8080"))
}

func newEngine() *gin.Engine {
	r := gin.Default(catchall.NextPaths)
	r.Use(middleware.Must(middleware.Config{})) // the defaults of Next.js: bodies are parsed, up to 1mb

	r.POST("/api/upload", middleware.With(middleware.SizeLimit("10mb"), middleware.MaxDuration(5*time.Second)),
		func(c *gin.Context) {
			in, err := bodyparser.Bind[upload](c) // decoded by content type, validated
			if err != nil {
				bodyparser.ProblemJSON(c, err) // every fault, with its place
				return
			}
			c.JSON(http.StatusOK, gin.H{"title": in.Title, "bytes": len(in.Data)})
		})

	routes := catchall.New() // in any order; contradictions are errors of Mount
	routes.GET("/post/create", func(c *gin.Context) { c.String(http.StatusOK, "Post: new") })
	routes.GET("/post/[pid]", func(c *gin.Context) { c.String(http.StatusOK, "Post: "+catchall.Param(c, "pid")) })
	routes.GET("/docs/[[...slug]]", func(c *gin.Context) { c.JSON(http.StatusOK, catchall.Slice(c, "slug")) })
	if err := routes.Mount(r.Group("/api")); err != nil {
		log.Fatal(err)
	}
	return r
}
