package middleware_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// post sends a request and prints the answer.
func post(h http.Handler, path, contentType, body string) {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
}

func Example() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(middleware.Must(middleware.Config{}))

	r.POST("/api/message", func(c *gin.Context) {
		c.JSON(http.StatusOK, bodyparser.Body(c))
	})

	post(r, "/api/message", "application/json", `{"text":"hello"}`)
	post(r, "/api/message", "application/x-www-form-urlencoded", "text=hello&text=again")
	post(r, "/api/message", "application/json", `{"text":`)
	// Output:
	// 200 {"text":"hello"}
	// 200 {"text":["hello","again"]}
	// 400 Invalid JSON
}

// A route replaces what the engine says, upward too.
func ExampleWith() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(middleware.Must(middleware.Config{SizeLimit: "1kb"}))

	size := func(c *gin.Context) { c.String(http.StatusOK, "%d bytes", len(bodyparser.Raw(c))) }
	r.POST("/note", size)
	r.POST("/photo", middleware.With(middleware.SizeLimit("10mb")), size)

	post(r, "/note", "application/octet-stream", strings.Repeat("x", 5000))
	post(r, "/photo", "application/octet-stream", strings.Repeat("x", 5000))
	// Output:
	// 413 Body exceeded 1kb limit
	// 200 5000 bytes
}

// Without a parser the handler reads the stream itself.
func ExampleNoBodyParser() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(middleware.Must(middleware.Config{}))
	r.POST("/webhook", middleware.With(middleware.NoBodyParser()), func(c *gin.Context) {
		body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, 1<<20))
		c.String(http.StatusOK, "%s %v %v", body, err, bodyparser.Body(c))
	})

	post(r, "/webhook", "application/json", "{not JSON")
	// Output: 200 {not JSON <nil> <nil>
}

// A layer counts where Gin can see it. Inside another function it has no name
// in the chain, and so it acts at once: here the engine's limit comes first.
func ExampleWith_mistake() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(middleware.Must(middleware.Config{SizeLimit: "10b"}))
	raise := middleware.With(middleware.SizeLimit("20b"))
	ok := func(c *gin.Context) { c.String(http.StatusOK, "fits") }

	r.POST("/wrong", func(c *gin.Context) { raise(c) }, ok)
	r.POST("/right", raise, ok)

	post(r, "/wrong", "text/plain", "fifteen letters")
	post(r, "/right", "text/plain", "fifteen letters")
	// Output:
	// 413 Body exceeded 10b limit
	// 200 fits
}

// The deadline is answered in time, even if the handler does not look at it.
func ExampleMaxDuration() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	release := make(chan struct{})
	r.POST("/slow", middleware.With(middleware.MaxDuration(10*time.Millisecond)), func(*gin.Context) { <-release })
	s := httptest.NewServer(r)
	defer s.Close()
	defer close(release)

	res, err := s.Client().Post(s.URL+"/slow", "text/plain", nil) //nolint:noctx // an example
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Status, res.Body.Close())
	// Output: 504 Gateway Timeout <nil>
}

// A config in the form that Next.js routes export works as it is.
func ExampleUse() {
	gin.SetMode(gin.ReleaseMode)
	var config middleware.Config
	err := json.Unmarshal([]byte(`{"api":{"bodyParser":{"sizeLimit":"10b"}},"maxDuration":5}`), &config)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := gin.New()
	r.POST("/api/hello", middleware.With(middleware.Use(config)), func(c *gin.Context) { c.Status(http.StatusNoContent) })

	post(r, "/api/hello", "text/plain", "more than ten bytes")
	// Output: 413 Body exceeded 10b limit
}

// Faults are found at start, all of them.
func ExampleNew() {
	_, err := middleware.New(middleware.Config{SizeLimit: "1k", MaxDuration: -time.Second})
	fmt.Println(err)
	// Output:
	// middleware: SizeLimit("1k"): bytesize: "1k" has no unit that is known; write "1kb"
	// middleware: MaxDuration(-1s) is not positive; to have no deadline use NoMaxDuration()
}
