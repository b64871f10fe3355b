package revalidate

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Handle is a middleware that holds all answers in draft mode private, also
// those whose handlers set a Cache-Control of their own or write before they
// ask for the state:
//
//	r.Use(draft.Handle)
//
// Requests without a cookie of draft mode pass it for nothing.
func (d *Draft) Handle(c *gin.Context) {
	if !d.Enabled(c) {
		c.Next()
		return
	}
	inner := c.Writer
	w := &draftWriter{ResponseWriter: inner}
	c.Writer = w
	defer func() {
		w.hold() // an answer without a body is sent after all handlers
		c.Writer = inner
	}()
	c.Next()
}

// draftWriter sets Cache-Control at the last moment.
type draftWriter struct {
	gin.ResponseWriter
}

var _ gin.ResponseWriter = (*draftWriter)(nil)

// hold makes the header private while it can still be changed.
func (w *draftWriter) hold() {
	if !w.Written() {
		makePrivate(w.Header())
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *draftWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeaderNow implements gin.ResponseWriter.
func (w *draftWriter) WriteHeaderNow() {
	w.hold()
	w.ResponseWriter.WriteHeaderNow()
}

// Write implements io.Writer.
func (w *draftWriter) Write(b []byte) (int, error) {
	w.hold()
	return w.ResponseWriter.Write(b)
}

// WriteString implements io.StringWriter.
func (w *draftWriter) WriteString(s string) (int, error) {
	w.hold()
	return w.ResponseWriter.WriteString(s)
}

// Flush implements http.Flusher.
func (w *draftWriter) Flush() {
	w.hold()
	w.ResponseWriter.Flush()
}
