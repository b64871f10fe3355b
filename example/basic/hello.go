package main

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// hello reads as an API route of Next.js does. The name comes from the query
// string, or from the body: JSON and forms have been parsed when it runs.
func hello(req *apiroutes.Request, res *apiroutes.Response) {
	name := req.Query().Get("name")
	if body, ok := req.Body().(map[string]any); ok && name == "" {
		name, _ = body["name"].(string)
	}
	if name == "" {
		name = "Next.js"
	}
	res.Status(200).JSON(gin.H{"message": "Hello from " + name + "!"})
}
