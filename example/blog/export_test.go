package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Main is the program.
func Main() { main() }

// NewHandler is what an instance with these flags serves.
func NewHandler(t *testing.T, db, redis string, window time.Duration) (http.Handler, error) {
	t.Helper()
	return newHandler(t.Context(), settings{addr: "127.0.0.1:8090", db: db, redis: redis, window: window})
}

// NewEngine is the engine of an instance, with a function that takes its
// database away.
func NewEngine(t *testing.T, config revalidate.Config) (*gin.Engine, func() error) {
	t.Helper()
	posts, err := openPosts(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := newEngine(settings{window: time.Hour}, posts, config)
	if err != nil {
		t.Fatal(err)
	}
	return engine, posts.close
}
