package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

func newEngine(notes store) (*gin.Engine, error) {
	r := gin.Default(catchall.NextPaths)
	r.Use(middleware.Must(middleware.Config{SizeLimit: "100kb", ErrorHandler: bodyparser.ProblemJSON}))
	r.NoRoute(func(c *gin.Context) { fail(c, apiroutes.NewError(http.StatusNotFound, "There is nothing here")) })

	h := handlers{notes}
	checked := middleware.With(middleware.ParseType[input]()) // faults are answered before the handler runs
	routes := catchall.NewWith(catchall.Config{ErrorHandler: bodyparser.ProblemJSON})
	routes.GET("/notes", h.list)
	routes.POST("/notes", checked, h.create)
	routes.GET("/notes/tagged/[...tags]", h.list)
	routes.GET("/notes/[id]", h.read) // answers HEAD as well; other methods get 405 with Allow
	routes.PUT("/notes/[id]", checked, h.replace)
	routes.DELETE("/notes/[id]", h.remove)
	return r, routes.Mount(r.Group("/api"))
}
