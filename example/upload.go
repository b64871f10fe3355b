package main

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// upload runs when the whole body has arrived and is within the limit; a
// larger one was refused before. Gin's own helpers read the body again.
//
// ?wait=10s plays a slow disk. The client has its 504 at the deadline, and the
// handler sees it by the request's context.
func upload(c *gin.Context) {
	file, err := c.FormFile("file")
	if err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": "send a form with a file field: " + err.Error()})
		return
	}
	if wait, err := time.ParseDuration(c.Query("wait")); err == nil {
		select {
		case <-time.After(wait):
		case <-c.Request.Context().Done():
			return
		}
	}
	c.JSON(http.StatusOK, gin.H{
		"name":  file.Filename,
		"bytes": file.Size,
		"body":  len(bodyparser.Raw(c)),
	})
}
