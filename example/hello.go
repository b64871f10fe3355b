package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// hello reads as pages/api/hello.js does.
func hello(_ *apiroutes.Request, res *apiroutes.Response) {
	res.Status(http.StatusOK).JSON(gin.H{"message": "Hello from Next.js!"})
}
