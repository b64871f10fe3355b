package main

import (
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// A handler runs when the whole body has arrived and is within the limit of its
// route. A larger one was answered before, with 413 and the limit.

// note takes JSON under the engine's limit.
func note(c *gin.Context) {
	in, err := bodyparser.Bind[struct {
		Text string `json:"text" binding:"required"`
	}](c)
	if err != nil {
		bodyparser.PlainText(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"letters": len([]rune(in.Text))})
}

// avatar takes a form with a file. The helpers of Gin read the body again. What
// a client says about a file is not evidence; its first bytes are.
func avatar(c *gin.Context) {
	header, err := c.FormFile("avatar")
	if err != nil {
		c.String(http.StatusBadRequest, "send a form with a file named avatar")
		return
	}
	file, err := header.Open()
	if err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	defer file.Close() //nolint:errcheck // it was only read
	start, err := io.ReadAll(io.LimitReader(file, 512))
	if err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	kind := http.DetectContentType(start)
	if !strings.HasPrefix(kind, "image/") {
		c.String(http.StatusUnsupportedMediaType, "an image, please; this is "+kind)
		return
	}
	c.JSON(http.StatusOK, gin.H{"bytes": header.Size, "type": kind})
}

// video takes the file itself as the body, which spares both sides the form. It
// is in memory as a whole: for what is larger use middleware.NoBodyParser and
// copy c.Request.Body to where it belongs.
func video(c *gin.Context) {
	if !strings.HasPrefix(c.ContentType(), "video/") {
		c.String(http.StatusUnsupportedMediaType, "a video, please")
		return
	}
	c.JSON(http.StatusOK, gin.H{"bytes": len(bodyparser.Raw(c)), "type": c.ContentType()})
}
