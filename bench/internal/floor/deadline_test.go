package floor_test

import (
	"container/ring"
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header               { return d.header }
func (d *discard) Write(b []byte) (int, error)       { return len(b), nil }
func (d *discard) WriteString(s string) (int, error) { return len(s), nil }
func (d *discard) WriteHeader(int)                   {}

func hello(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"message": "Hello from the API"}) }

// through is a step: GET /hello through middleware.
func through(name string, handlers ...gin.HandlerFunc) step {
	r := gin.New()
	r.GET("/hello", append(handlers, hello)...)
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/hello", http.NoBody)
	w := &discard{header: http.Header{}}
	return step{name, func() {
		clear(w.header)
		r.ServeHTTP(w, request)
	}}
}

// own is the smallest context that can have a deadline.
type own struct {
	context.Context
	at time.Time
}

func (o *own) Deadline() (time.Time, bool) { return o.at, true }

// BenchmarkDeadline takes S8 apart. Every deadline must be seen in the request's context, which takes a copy of the request,
// needs the time of the day and a timer; and an answer that the timer can overtake needs a header of its own.
func BenchmarkDeadline(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	timer := time.AfterFunc(time.Hour, func() {})
	defer timer.Stop()
	var last time.Time
	none := middleware.Must(middleware.Config{})
	turns(b, 100*time.Microsecond,
		through("gin"),
		through("layer", none),
		through("context", func(c *gin.Context) {
			both := &struct {
				ctx     own
				request http.Request
			}{ctx: own{Context: c.Request.Context()}}
			both.request = *c.Request.WithContext(&both.ctx)
			c.Request = &both.request
		}),
		through("clock", func(*gin.Context) { last = time.Now() }),
		through("timer", func(c *gin.Context) {
			timer.Reset(time.Minute)
			c.Next()
			timer.Stop()
		}),
		through("queue", func() gin.HandlerFunc { // what could stand for the timer: all that wait, in order, and a lock
			var mu sync.Mutex
			all, own := ring.New(1), ring.New(1)
			return func(c *gin.Context) {
				mu.Lock()
				all.Link(own)
				mu.Unlock()
				c.Next()
				mu.Lock()
				own.Prev().Unlink(1)
				mu.Unlock()
			}
		}()),
		through("header", func() gin.HandlerFunc {
			w := &headed{header: http.Header{}}
			return func(c *gin.Context) {
				w.ResponseWriter = c.Writer
				c.Writer = w
				c.Next()
				c.Writer = w.ResponseWriter
				clear(w.header)
			}
		}()),
		through("WithTimeout", func(c *gin.Context) {
			ctx, cancel := context.WithTimeout(c.Request.Context(), time.Minute)
			c.Request = c.Request.WithContext(ctx)
			c.Next()
			cancel()
		}),
		through("MaxDuration", middleware.Must(middleware.Config{MaxDuration: time.Minute})),
	)
	_ = last
}

// headed has a header of its own, which it hands on with the first bytes.
type headed struct {
	gin.ResponseWriter
	header http.Header
}

func (h *headed) Header() http.Header { return h.header }

func (h *headed) Write(b []byte) (int, error) {
	maps.Copy(h.ResponseWriter.Header(), h.header)
	return h.ResponseWriter.Write(b)
}
