package main

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// size is twice the limit of 4mb, from which on an answer is warned of.
const size = 8 << 20

// content stands for a file on the disk.
var content = strings.Repeat("All work and no play makes Jack a dull boy..................\r\n\r\n", size/64)

// file is sent as it is read, in parts on demand (Range). It needs no flush: a
// deadline does not cut off an answer that has begun.
func file(c *gin.Context) {
	c.Header("Content-Type", "text/plain; charset=utf-8")
	http.ServeContent(c.Writer, c.Request, "file.txt", time.Time{}, strings.NewReader(content))
}

// slow has not begun to answer when its deadline comes. The client gets 504 in
// any case; by the context the handler learns that nobody waits any more.
func slow(c *gin.Context) {
	<-c.Request.Context().Done()
}
