package main

import (
	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// The config of a route becomes options beside its handler.
func mountLimit(routes *catchall.Routes) {
	routes.Any("/limit/10b", middleware.With(middleware.SizeLimit("10b")), apiroutes.Handler(size))
}
