package main

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// settings are what differs between a run and a test.
type settings struct {
	logger         *slog.Logger
	webhookSecret  []byte
	uploadDeadline time.Duration
}

func defaults() settings {
	return settings{
		logger:         slog.Default(),
		webhookSecret:  []byte(cmp.Or(os.Getenv("WEBHOOK_SECRET"), "It's a Secret to Everybody")),
		uploadDeadline: 5 * time.Second,
	}
}

// newEngine builds the whole server: the defaults of Next.js for all routes,
// and an exception behind the pattern where a route wants one.
func newEngine(s settings) (*gin.Engine, error) {
	r := gin.New(catchall.NextPaths) // paths are read as Next.js reads them
	r.Use(gin.Logger(), gin.Recovery())
	r.Use(middleware.Must(middleware.Config{Logger: s.logger}))

	r.Any("/", home)
	r.GET("/api/hello", apiroutes.Handler(hello))
	r.Any("/api/echo", apiroutes.Handler(echo))
	r.POST("/api/upload", middleware.With(middleware.SizeLimit("10mb"), middleware.MaxDuration(s.uploadDeadline)), upload)
	r.POST("/api/webhook", middleware.With(middleware.NoBodyParser()), webhook(s.webhookSecret))
	r.POST("/api/form", form)
	r.GET("/api/large", large)
	r.POST("/api/validate", validate)
	r.POST("/api/typed", middleware.With(middleware.ParseType[note]()), apiroutes.Typed(saveNote))
	r.Any("/api/external", middleware.With(middleware.ExternalResolver()), gin.WrapH(external))
	addCORS(r)
	addPages(r)
	return r, mountPosts(r.Group("/api"))
}

// stop is one stop of the tour: a route, what it shows, and how to see it.
type stop struct {
	route string
	shows string
	curl  string // the arguments; BASE stands for the address of the server
}

var tour = []stop{
	{"GET /api/hello", "the first route of every Next.js project", `BASE/api/hello`},
	{"ANY /api/echo", "method, query, cookies and parsed body", `-b 'theme=dark' -H 'Content-Type: application/json' -d '{"a":[1,2]}' 'BASE/api/echo?x=1&x=2'`},
	{"ANY /api/post/create", "a static route wins over [pid]", `BASE/api/post/create`},
	{"ANY /api/post/[pid]", "one parameter", `BASE/api/post/abc`},
	{"ANY /api/post/[...slug]", "a catch-all, as a slice", `BASE/api/post/a/b/c`},
	{"ANY /api/docs/[[...slug]]", "an optional catch-all: the bare path too", `BASE/api/docs`},
	{"ANY /api/docs/[[...slug]]", "and the query beside the parameters", `'BASE/api/docs/a/b?page=2'`},
	{"POST /api/upload", "a limit of 10mb and a deadline of 5 s", `-F 'file=hello;filename=hello.txt' BASE/api/upload`},
	{"POST /api/webhook", "no parser: a signature over the bytes", `-H 'X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' -d 'Hello, World!' BASE/api/webhook`},
	{"POST /api/form", "a form that redirects to /", `-i -d 'name=Ada' -d 'message=hi' BASE/api/form`},
	{"GET /api/large", "past the response limit: see the log", `-o /dev/null -w '%{http_code} %{size_download}\n' BASE/api/large`},
	{"POST /api/validate", "all faults of a body at once", `-H 'Content-Type: application/json' -d '{"name":"A","email":"nobody","age":7}' BASE/api/validate`},
	{"POST /api/typed", "a declared type, decoded before the handler", `-H 'Content-Type: application/json' -d '{"title":"Bread","tags":["shop"]}' BASE/api/typed`},
	{"GET /api/cors", "a policy on one route", `-i -H 'Origin: https://app.example.com' BASE/api/cors`},
	{"OPTIONS /api/cors", "and the preflight to it", `-i -X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: GET' BASE/api/cors`},
	{"ANY /api/external", "an external handler, which answers by itself", `-X PUT BASE/api/external`},
	{"GET /page", "a page that is rendered once a minute at most", `-i BASE/page`},
	{"POST /api/revalidate", "and anew at once: look at the page again", `-X POST BASE/api/revalidate`},
}

// command returns the curl line of a stop for a server at base.
func (s stop) command(base string) string {
	return "curl -s " + strings.ReplaceAll(s.curl, "BASE", base)
}

// printTour writes the list of routes, each with its curl line, and the list of
// the other programs.
func printTour(out io.Writer, base string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "apiroutes, a tour. Listening on %s; end with Ctrl-C.\n", base)
	for _, s := range tour {
		fmt.Fprintf(&text, "\n%-27s %s\n  %s\n", s.route, s.shows, s.command(base))
	}
	text.WriteString("\nMore programs:\n\n")
	for _, p := range programs {
		fmt.Fprintf(&text, "  go run ./example/%-11s %s\n", p.name, p.shows)
	}
	_, err := io.WriteString(out, text.String())
	return err
}
