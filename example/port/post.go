package main

import "github.com/gin-apiroutes/apiroutes/catchall"

// The name of the file becomes the pattern of the route.
func mountPost(routes *catchall.Routes) {
	routes.Any("/post/[...slug]", route("post/[...slug]")...)
}
