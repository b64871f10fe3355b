package nextfront_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// source has the posts: numbers that a test counts up, under any name.
type source struct {
	mu       sync.Mutex
	versions map[string]int
	reads    map[string]int
	title    string // of the latest
	broken   bool
	hold     chan struct{} // reads of "slow" wait for it after they have read
	held     chan struct{} // is told when one does
}

func newSource() *source {
	return &source{versions: map[string]int{}, reads: map[string]int{}, held: make(chan struct{}, 10)}
}

// write gives a post its next version, and returns it as pages show it.
func (s *source) write(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[id]++
	return id + " v" + strconv.Itoa(s.versions[id]) + "."
}

// read returns a post, "" for none.
func (s *source) read(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads[id]++
	if s.versions[id] == 0 {
		return ""
	}
	return id + " v" + strconv.Itoa(s.versions[id]) + "."
}

func (s *source) readsOf(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads[id]
}

// latest writes the title of the latest post.
func (s *source) latest(title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.title = title
}

func (s *source) breaks(broken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = broken
}

// wait makes reads of the post "slow" wait until the function is called.
func (s *source) wait() (release func()) {
	hold := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = hold
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		close(hold)
		s.hold = nil
	}
}

func (s *source) state(id string) (broken bool, hold chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id != "slow" {
		return s.broken, nil
	}
	return s.broken, s.hold
}

// routes are the API that the front end reads.
func (s *source) routes(r *gin.Engine) {
	r.GET("/api/posts", func(c *gin.Context) {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.JSON(http.StatusOK, []gin.H{{"id": "latest", "title": s.title}})
	})
	r.GET("/api/posts/:id", func(c *gin.Context) {
		id := c.Param("id")
		title := s.read(id)
		broken, hold := s.state(id)
		if hold != nil {
			s.held <- struct{}{}
			<-hold
		}
		switch {
		case broken:
			c.Status(http.StatusInternalServerError)
		case title == "":
			c.Status(http.StatusNotFound)
		default:
			c.JSON(http.StatusOK, gin.H{"id": id, "title": title, "text": ""})
		}
	})
}

// instance is a Gin program that keeps pages in Redis, at the paths that the
// front end has too.
type instance struct {
	pages *revalidate.Cache
	url   string
}

func startGin(t *testing.T, posts *source, redis string) instance {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	store, err := redisstore.New(redisstore.Config{URL: redis, Prefix: "nextfront:", Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{Store: store, Logger: quiet})
	r.GET("/posts/:id", pages.Page(revalidate.Never), func(c *gin.Context) {
		revalidate.Tag(c, "post-"+c.Param("id"), "posts")
		posts.mu.Lock()
		defer posts.mu.Unlock()
		c.String(http.StatusOK, "%s v%d.", c.Param("id"), posts.versions[c.Param("id")])
	})
	server := httptest.NewServer(r)
	t.Cleanup(func() {
		server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) //nolint:usetesting // t's has ended by then
		defer cancel()
		_ = pages.Close(ctx)
		_ = store.Close()
	})
	return instance{pages, server.URL}
}

// startAPI serves the posts to the front end.
func startAPI(t *testing.T, posts *source) string {
	t.Helper()
	r := gin.New()
	posts.routes(r)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return server.URL
}
