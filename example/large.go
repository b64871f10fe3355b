package main

import (
	"bytes"
	"net/http"

	"github.com/gin-gonic/gin"
)

// large sends five million bytes. Nothing is cut off, but a warning with the
// route and the limit is logged.
func large(c *gin.Context) {
	c.Data(http.StatusOK, "text/plain; charset=utf-8", bytes.Repeat([]byte("large\n"), 5_000_000/6))
}
