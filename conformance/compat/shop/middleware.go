package shop

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"

	"github.com/gin-contrib/requestid"
	"github.com/gin-contrib/sessions"
	"github.com/gin-gonic/gin"
)

// log writes a line for each request.
func (s *shop) log(c *gin.Context) {
	c.Next()
	s.logger.Info("request", "method", c.Request.Method, "path", c.Request.URL.Path, "route", c.FullPath(), "status", c.Writer.Status(),
		"size", c.Writer.Size(), "id", requestid.Get(c), "handler", c.HandlerName(), "errors", c.Errors.String())
}

// audit reads the body of each request for the log, and puts it back.
func (s *shop) audit(c *gin.Context) {
	if c.Request.Method == http.MethodGet || c.Request.ContentLength > 10<<10 {
		return
	}
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		c.AbortWithStatus(http.StatusBadRequest)
		return
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	s.logger.Info("audit", "body", string(body))
}

// bodyWriter keeps a copy of what is answered.
type bodyWriter struct {
	gin.ResponseWriter
	body bytes.Buffer
}

func (w *bodyWriter) Write(data []byte) (int, error) {
	w.body.Write(data)
	return w.ResponseWriter.Write(data)
}

// capture logs what errors say.
func capture(logger *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		w := &bodyWriter{ResponseWriter: c.Writer}
		c.Writer = w
		c.Next()
		if c.Writer.Status() >= http.StatusBadRequest {
			logger.Warn("refused", "answer", w.body.String())
		}
	}
}

// answerErrors answers for handlers that have left it at c.Error.
func answerErrors(c *gin.Context) {
	c.Next()
	if last := c.Errors.Last(); last != nil && !c.Writer.Written() {
		c.JSON(http.StatusUnprocessableEntity, gin.H{"error": last.Error()})
	}
}

// needsLogin lets users pass, before anything is done for strangers.
func needsLogin(c *gin.Context) {
	user, ok := sessions.Default(c).Get("user").(string)
	if !ok {
		c.AbortWithStatusJSON(http.StatusUnauthorized, gin.H{"error": "log in first"})
		return
	}
	c.Set("user", user)
}
