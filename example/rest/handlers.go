package main

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
)

// handlers answer for the notes of a store.
type handlers struct{ notes store }

// span is a part of a list: ?after=20&limit=10.
type span struct {
	After int64 `form:"after" binding:"min=0"`
	Limit int   `form:"limit,default=20" binding:"min=1,max=100"`
}

// list also serves the catch-all: without tags in the path it lists all.
func (h handlers) list(c *gin.Context) {
	part, err := bodyparser.BindQuery[span](c)
	if err != nil {
		fail(c, err)
		return
	}
	notes, err := h.notes.list(c.Request.Context(), catchall.Slice(c, "tags"), part.After, part.Limit)
	if err != nil {
		fail(c, err)
		return
	}
	apiroutes.JSON(c, notes) // with an ETag of its bytes, and 304 for clients that have them
}

func (h handlers) create(c *gin.Context) {
	in, err := bodyparser.Bind[input](c)
	if err != nil {
		fail(c, err)
		return
	}
	n, err := h.notes.add(c.Request.Context(), in)
	if err != nil {
		fail(c, err)
		return
	}
	c.Header("Location", c.Request.URL.Path+"/"+strconv.FormatInt(n.ID, 10))
	send(c, http.StatusCreated, n)
}

func (h handlers) read(c *gin.Context) {
	if n, ok := h.find(c); ok {
		send(c, http.StatusOK, n)
	}
}

func (h handlers) replace(c *gin.Context) {
	in, err := bodyparser.Bind[input](c)
	if err != nil {
		fail(c, err)
		return
	}
	n, ok := h.find(c)
	if !ok {
		return
	}
	// The store looks at the version once more, at the moment of the change.
	if n, err = h.notes.replace(c.Request.Context(), n.ID, n.version, in); err != nil {
		fail(c, err)
		return
	}
	send(c, http.StatusOK, n)
}

func (h handlers) remove(c *gin.Context) {
	n, ok := h.find(c)
	if !ok {
		return
	}
	if err := h.notes.remove(c.Request.Context(), n.ID, n.version); err != nil {
		fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// find returns the note of the path. If there is none, or if the conditions of
// the request do not hold for it, find answers.
func (h handlers) find(c *gin.Context) (note, bool) {
	id, err := strconv.ParseInt(catchall.Param(c, "id"), 10, 64)
	if err != nil {
		fail(c, errNotFound)
		return note{}, false
	}
	n, err := h.notes.get(c.Request.Context(), id)
	if err != nil {
		fail(c, err)
		return note{}, false
	}
	switch unmet(c, n.etag()) {
	case http.StatusNotModified:
		c.Header("ETag", n.etag())
		c.Status(http.StatusNotModified)
		return note{}, false
	case http.StatusPreconditionFailed:
		fail(c, errPrecondition)
		return note{}, false
	}
	return n, true
}

// etag names the state of a note.
func (n note) etag() string { return `"` + strconv.FormatInt(n.version, 10) + `"` }

// send answers with a note. Its tag is the version, which a change can be bound
// to by If-Match; the tag that apiroutes.JSON would set is of the bytes.
func send(c *gin.Context, status int, n note) {
	c.Header("ETag", n.etag())
	c.JSON(status, n)
}

// fail answers as RFC 9457 says. What has no status of its own is a fault of
// this program: it is for the log, and the client learns that it is a 500.
func fail(c *gin.Context, err error) {
	if known := (interface{ StatusCode() int })(nil); !errors.As(err, &known) {
		_ = c.Error(err)
	}
	bodyparser.ProblemJSON(c, err)
}
