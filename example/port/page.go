package main

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed page.html pages lib cookies.go body.go limit.go post.go echo.go
var sources embed.FS

// pairs are the files that belong together, and a request to try them with.
var pairs = []struct{ Next, Go, Try string }{
	{"pages/api/cookies/[set].js", "cookies.go", "/api/cookies/list"},
	{"pages/api/body/off.js", "body.go", "/api/body/off"},
	{"pages/api/limit/10b.js", "limit.go", "/api/limit/10b"},
	{"pages/api/post/[...slug].js", "post.go", "/api/post/a/b%2Fc?slug=x&page=2"},
	{"lib/echo.js", "echo.go", ""},
}

// sideBySide shows the sources as they were compiled in.
func sideBySide() gin.HandlerFunc {
	page := template.Must(template.New("page.html").Funcs(template.FuncMap{
		"source": func(name string) (string, error) {
			text, err := sources.ReadFile(name)
			return string(text), err
		},
	}).ParseFS(sources, "page.html"))
	var text bytes.Buffer
	if err := page.Execute(&text, pairs); err != nil {
		panic(err) // a file of pairs is missing; the test of the page says so
	}
	return func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", text.Bytes()) }
}
