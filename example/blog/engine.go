package main

import (
	"embed"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

//go:embed templates
var files embed.FS

// blog is what the handlers share.
type blog struct {
	settings
	posts *posts
	pages *revalidate.Cache
}

// newEngine says which pages are kept, and for how long.
func newEngine(s settings, posts *posts, config revalidate.Config) (*gin.Engine, error) {
	templates, err := template.New("").Funcs(template.FuncMap{"paragraphs": paragraphs, "words": words}).ParseFS(files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	r := gin.Default()
	r.SetHTMLTemplate(templates)
	r.Use(middleware.Must(middleware.Config{SizeLimit: "100kb"}))
	pages, err := revalidate.New(r, config)
	if err != nil {
		return nil, err
	}

	b := &blog{s, posts, pages}
	r.GET("/", b.home)
	r.GET("/posts", pages.Page(revalidate.Never), b.list) // until it is revalidated
	r.GET("/posts/:id", pages.Page(s.window), b.show)     // and each window, for changes that nobody tells us

	admin := r.Group("/admin") // a login belongs here
	admin.GET("/posts/:id", b.edit)
	admin.POST("/posts/:id", b.save)
	return r, nil
}

// paragraphs splits a text at empty lines.
func paragraphs(text string) []string {
	return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n")
}

// words says how long a window is: "10 seconds". Odd ones are left to Go, as in
// 1m30s.
func words(window time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		switch count := window / unit.size; {
		case window%unit.size != 0:
		case count == 1:
			return "1 " + unit.name
		default:
			return fmt.Sprintf("%d %ss", count, unit.name)
		}
	}
	return window.String()
}
