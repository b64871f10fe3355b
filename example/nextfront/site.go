package main

import (
	_ "embed"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

//go:embed page.html
var page string

type settings struct{ front, manifest, redis string }

// site is the program: the posts, its own cached pages, and the front end.
type site struct {
	settings settings
	posts    *posts
	pages    *revalidate.Cache

	mu     sync.Mutex
	client *revalidate.NextClient // nil until the front end is built
}

func newEngine(s settings) (*gin.Engine, error) {
	r := gin.Default()
	var config revalidate.Config // keeps pages in memory
	if s.redis != "" {
		store, err := redisstore.New(redisstore.Config{URL: s.redis, Prefix: "nextfront:"})
		if err != nil {
			return nil, err
		}
		config.Store = store
	}
	pages, err := revalidate.New(r, config)
	if err != nil {
		return nil, err
	}
	own := &site{settings: s, posts: newPosts(), pages: pages}

	r.SetHTMLTemplate(template.Must(template.New("page").Parse(page)))
	protection := http.NewCrossOriginProtection() // no other site may send the form
	r.Use(func(c *gin.Context) {
		if err := protection.Check(c.Request); err != nil {
			c.AbortWithStatus(http.StatusForbidden)
		}
	})
	r.GET("/api/posts", func(c *gin.Context) { c.JSON(http.StatusOK, own.posts.list()) })
	r.GET("/api/posts/:id", own.show)
	r.GET("/feed", pages.Page(revalidate.Never), own.feed)
	r.GET("/", func(c *gin.Context) { own.admin(c, nil) })
	r.POST("/posts/:id", own.save)
	return r, nil
}

func (s *site) show(c *gin.Context) {
	if found, ok := s.posts.find(c.Param("id")); ok {
		c.JSON(http.StatusOK, found)
		return
	}
	c.Status(http.StatusNotFound)
}

// feed is a page of this program, made once and kept until a post is edited.
func (s *site) feed(c *gin.Context) {
	revalidate.Tag(c, "posts")
	var text strings.Builder
	for _, one := range s.posts.list() {
		text.WriteString(one.Title + "\n")
	}
	c.String(http.StatusOK, "%s", text.String())
}

// save stores a title and refreshes what shows it. It answers when that is done.
func (s *site) save(c *gin.Context) {
	id := c.Param("id")
	if !s.posts.rename(id, c.PostForm("title")) {
		c.String(http.StatusNotFound, "no such post")
		return
	}
	results := s.refresh(c, id)
	if c.NegotiateFormat(gin.MIMEPlain, gin.MIMEHTML) == gin.MIMEHTML {
		s.admin(c, results)
		return
	}
	c.String(http.StatusOK, "%s\n", strings.Join(results, "\n"))
}

func (s *site) admin(c *gin.Context, results []string) {
	c.HTML(http.StatusOK, "page", gin.H{"Posts": s.posts.list(), "Results": results, "Front": s.settings.front})
}
