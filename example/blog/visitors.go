package main

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// rendered is what every page says of itself at its end.
type rendered struct {
	At string // the time, as precise as one can see that it stands still
	By string // the address of the instance
}

func (b *blog) rendered() rendered {
	return rendered{time.Now().UTC().Format("15:04:05.000"), b.addr}
}

// home explains the program. It is rendered for each visitor: it has numbers
// that change.
func (b *blog) home(c *gin.Context) {
	c.HTML(http.StatusOK, "home.html", gin.H{"Window": b.window, "Addr": b.addr, "Redis": b.redis, "Stats": b.pages.Stats()})
}

// list is a page of all posts.
func (b *blog) list(c *gin.Context) {
	posts, err := b.posts.list(c.Request.Context())
	if err != nil {
		fail(c, err) // a 5xx: the page that was kept before stays
		return
	}
	c.HTML(http.StatusOK, "list.html", gin.H{"Posts": posts, "Rendered": b.rendered()})
}

// show is the page of one post. That there is none is kept as well, until the
// window is over.
func (b *blog) show(c *gin.Context) {
	p, err := b.find(c)
	switch {
	case errors.Is(err, errNoPost):
		c.HTML(http.StatusNotFound, "missing.html", gin.H{"Rendered": b.rendered()})
	case err != nil:
		fail(c, err)
	default:
		c.HTML(http.StatusOK, "post.html", gin.H{"Post": p, "Rendered": b.rendered()})
	}
}

// find returns the post of the path.
func (b *blog) find(c *gin.Context) (post, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return post{}, errNoPost
	}
	return b.posts.get(c.Request.Context(), id)
}

// fail is for faults of this program: the reason is for the log only.
func fail(c *gin.Context, err error) {
	revalidate.NoStore(c)
	_ = c.Error(err)
	c.String(http.StatusInternalServerError, "The posts cannot be read now.")
}
