package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// addCORS gives one route a policy: scripts of app.example.com may read its
// answers, scripts of no other site, and no other route is touched. Preflights
// are answered for routes that are registered through middleware.Routes.
func addCORS(r gin.IRouter) {
	friends := middleware.Policy{Origins: []string{"https://app.example.com"}, Methods: []string{"GET", "PUT"}}

	routes := middleware.Routes(r)
	routes.GET("/api/cors", middleware.With(middleware.CORS(friends)), shared)
	routes.PUT("/api/cors", middleware.With(middleware.CORS(friends)), shared)
}

func shared(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"for": "scripts of https://app.example.com"})
}
