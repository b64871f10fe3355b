package attack_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// wrappers are middleware that replace the writer in the ways that middleware for Gin do: with Unwrap and without.
var wrappers = map[string]gin.HandlerFunc{
	"record": func(c *gin.Context) {
		c.Writer = &recording{ResponseWriter: c.Writer}
		c.Next()
	},
	"record and unwrap": func(c *gin.Context) {
		c.Writer = &unwrapping{recording{ResponseWriter: c.Writer}}
		c.Next()
	},
	"zip": func(c *gin.Context) {
		zip(c, func(w *zipping) gin.ResponseWriter { return w })
	},
	"zip and unwrap": func(c *gin.Context) {
		zip(c, func(w *zipping) gin.ResponseWriter { return &unwrappingZip{w} })
	},
	"buffer": func(c *gin.Context) {
		inner := c.Writer
		w := &buffering{ResponseWriter: inner}
		c.Writer = w
		defer func() { c.Writer = inner }()
		c.Next()
		w.send()
	},
}

// recording keeps a copy, as loggers of bodies do.
type recording struct {
	gin.ResponseWriter
	copy bytes.Buffer
}

func (w *recording) Write(b []byte) (int, error) {
	w.copy.Write(b)
	return w.ResponseWriter.Write(b)
}

func (w *recording) WriteString(s string) (int, error) {
	w.copy.WriteString(s)
	return w.ResponseWriter.WriteString(s)
}

type unwrapping struct{ recording }

func (w *unwrapping) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// zipping compresses.
type zipping struct {
	gin.ResponseWriter
	out *gzip.Writer
}

func zip(c *gin.Context, as func(*zipping) gin.ResponseWriter) {
	c.Writer.Header().Add("Vary", "Accept-Encoding")
	if !strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		return
	}
	inner := c.Writer
	w := &zipping{ResponseWriter: inner}
	c.Writer = as(w)
	defer func() {
		c.Writer = inner
		if w.out != nil {
			_ = w.out.Close()
		}
	}()
	c.Next()
}

func (w *zipping) Write(b []byte) (int, error) {
	h := w.Header()
	if w.out == nil && (w.Written() || h.Get("Content-Encoding") != "") {
		return w.ResponseWriter.Write(b) // the headers have gone, or another layer compresses
	}
	if w.out == nil {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		w.out = gzip.NewWriter(w.ResponseWriter)
	}
	return w.out.Write(b)
}

func (w *zipping) WriteString(s string) (int, error) {
	b := []byte(s)
	return w.Write(b)
}

func (w *zipping) Flush() {
	if w.out != nil {
		_ = w.out.Flush()
	}
	w.ResponseWriter.Flush()
}

type unwrappingZip struct{ *zipping }

func (w *unwrappingZip) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// buffering holds an answer until it is complete, as middleware that compute tags do.
type buffering struct {
	gin.ResponseWriter
	body    bytes.Buffer
	written bool
}

func (w *buffering) Write(b []byte) (int, error) {
	w.written = true
	return w.body.Write(b)
}

func (w *buffering) WriteString(s string) (int, error) {
	w.written = true
	return w.body.WriteString(s)
}

func (w *buffering) WriteHeaderNow() { w.written = true }
func (w *buffering) Flush()          { w.written = true }
func (w *buffering) Written() bool   { return w.written || w.ResponseWriter.Written() }
func (w *buffering) Size() int       { return w.body.Len() }

func (w *buffering) send() {
	w.ResponseWriter.WriteHeaderNow()
	if w.body.Len() > 0 {
		_, _ = w.ResponseWriter.Write(w.body.Bytes())
	}
}
