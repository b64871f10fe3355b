package rival

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// page is the page of S6, made once.
var page = []byte(job.HTML())

const htmlType = "text/html; charset=utf-8"

// bare is Gin alone, the yardstick.
func bare() Rival {
	return Rival{
		Name: job.Gin, Modules: []string{"github.com/gin-gonic/gin"},
		Handlers: map[job.Kind]func() http.Handler{
			job.Hello: func() http.Handler {
				r := gin.New()
				r.GET("/api/hello", ginHello)
				return r
			},
			job.Dynamic: func() http.Handler {
				r := gin.New()
				r.POST("/api/dynamic", ginLimit, ginDynamic)
				return r
			},
			job.Typed: func() http.Handler {
				r := gin.New()
				r.POST("/api/typed", ginLimit, ginTyped)
				return r
			},
			job.CatchAll: ginDocs,
			job.Table:    ginRoutes,
			job.Page: func() http.Handler {
				r := gin.New()
				r.GET("/page", ginPage)
				return r
			},
			job.CORS: func() http.Handler {
				r := gin.New()
				r.Use(ginCORS)
				r.PUT("/api/cors/:id", ginOK)
				return r
			},
			job.Deadline: func() http.Handler { // none: what it costs to have one is the question
				r := gin.New()
				r.GET("/api/deadline", ginHello)
				return r
			},
		},
	}
}

func ginHello(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"message": "Hello from the API"}) }
func ginOK(c *gin.Context)    { c.JSON(http.StatusOK, gin.H{"ok": true}) }
func ginPage(c *gin.Context)  { c.Data(http.StatusOK, htmlType, page) }
func ginID(c *gin.Context)    { c.JSON(http.StatusOK, gin.H{"id": c.Param("id")}) }
func ginSlug(c *gin.Context)  { c.JSON(http.StatusOK, gin.H{"slug": segments(c.Param("slug"))}) }

// ginLimit is the way that Gin's own examples show.
func ginLimit(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, job.Limit)
}

func ginDynamic(c *gin.Context) {
	var order map[string]any
	if err := c.ShouldBindJSON(&order); err != nil {
		ginRefuse(c, err)
		return
	}
	items, _ := order["items"].([]any)
	c.JSON(http.StatusOK, gin.H{"customer": order["customer"], "items": len(items)})
}

func ginTyped(c *gin.Context) {
	var order job.Order
	if err := c.ShouldBindJSON(&order); err != nil {
		ginRefuse(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"customer": order.Customer, "items": len(order.Items)})
}

func ginRefuse(c *gin.Context, err error) {
	if len(c.Errors) > 0 {
		return // gin-contrib/size answers while the handler reads
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		c.String(http.StatusRequestEntityTooLarge, "Body exceeded 1mb limit")
		return
	}
	c.String(http.StatusBadRequest, "Invalid JSON")
}

// ginCORS is written by hand, as in many applications.
func ginCORS(c *gin.Context) {
	origin := c.GetHeader("Origin")
	c.Writer.Header().Add("Vary", "Origin")
	if !slices.Contains(allowedOrigins, origin) {
		return
	}
	c.Header("Access-Control-Allow-Origin", origin)
	c.Header("Access-Control-Allow-Credentials", "true")
	if c.Request.Method == http.MethodOptions {
		c.Header("Access-Control-Allow-Methods", "GET,PUT")
		c.Header("Access-Control-Allow-Headers", "Content-Type")
		c.Header("Access-Control-Max-Age", "3600")
		c.AbortWithStatus(http.StatusNoContent)
	}
}

var allowedOrigins = []string{job.Origin, "https://admin.example.com"}

// segments splits what a catch-all of Gin holds.
func segments(tail string) []string { return strings.Split(strings.TrimPrefix(tail, "/"), "/") }

// table calls add for 200 patterns: of each four a literal, two with a
// parameter and a catch-all, "*" being its place.
func table(add func(pattern string, kind string)) {
	for i := range 50 {
		n := strconv.Itoa(i)
		add("/api/r"+n, "ok")
		add("/api/r"+n+"/:id", "id")
		add("/api/r"+n+"/:id/comments", "id")
		add("/api/f"+n+"/*", "slug")
	}
}

func ginRoutes() http.Handler {
	r := gin.New()
	handlers := map[string]gin.HandlerFunc{"ok": ginOK, "id": ginID, "slug": ginSlug}
	table(func(pattern, kind string) { r.GET(strings.Replace(pattern, "*", "*slug", 1), handlers[kind]) })
	return r
}

func ginDocs() http.Handler {
	r := gin.New()
	r.GET("/api/docs/*slug", ginSlug)
	return r
}

func ginPost(c *gin.Context) { c.Data(http.StatusOK, htmlType, []byte(job.Post(c.Param("id")))) }

// filled asks for every page once.
func filled(h http.Handler) http.Handler {
	for i := range job.PageCount {
		request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/posts/"+strconv.Itoa(i), http.NoBody)
		h.ServeHTTP(httptest.NewRecorder(), request)
	}
	return h
}
