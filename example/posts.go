package main

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// mountPosts adds routes with the patterns of Next.js. Their order does not
// matter: the most specific pattern wins, and patterns that contradict one
// another are errors here, not surprises later.
func mountPosts(r catchall.Router) error {
	routes := catchall.New()
	routes.Any("/post/create", createPost)
	routes.Any("/post/[pid]", showPost)
	routes.Any("/post/[...slug]", listPosts)
	routes.Any("/docs/[[...slug]]", docs)
	return routes.Mount(r)
}

func createPost(c *gin.Context) {
	c.String(http.StatusOK, "Post: new")
}

func showPost(c *gin.Context) {
	c.String(http.StatusOK, "Post: "+catchall.Param(c, "pid"))
}

func listPosts(c *gin.Context) {
	c.String(http.StatusOK, "Post: "+strings.Join(catchall.Slice(c, "slug"), ", "))
}

// docs shows the query as Next.js merges it: parameters win over query keys,
// and the bare path has no slug at all.
func docs(c *gin.Context) {
	c.JSON(http.StatusOK, catchall.QueryOf(c))
}
