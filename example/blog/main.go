package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// settings are those of one instance.
type settings struct {
	addr, db, redis string
	window          time.Duration
}

func main() {
	var s settings
	flag.StringVar(&s.addr, "addr", "127.0.0.1:8090", "`address` to listen on")
	flag.StringVar(&s.db, "db", "", "`file` of SQLite that keeps the posts; none keeps them in memory")
	flag.StringVar(&s.redis, "redis", "", "`URL` of the Redis that keeps the pages, such as redis://127.0.0.1:6379; none keeps them in memory")
	flag.DurationVar(&s.window, "window", 10*time.Second, "`time` for which a post's page is fresh")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	handler, err := newHandler(context.Background(), s)
	if err != nil {
		log.Fatal("blog: ", err)
	}
	server := &http.Server{Addr: s.addr, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("blog: http://" + s.addr)
	log.Fatal(server.ListenAndServe())
}

// newHandler connects what an instance consists of.
func newHandler(ctx context.Context, s settings) (http.Handler, error) {
	if s.redis != "" && s.db == "" {
		return nil, errors.New("instances that share pages have to share the posts, too: give all of them the same -db")
	}
	if s.window <= 0 {
		return nil, errors.New("-window must be more than 0; a page that is never fresh needs no cache")
	}
	posts, err := openPosts(ctx, s.db)
	if err != nil {
		return nil, err
	}
	config := revalidate.Config{} // pages in memory
	if s.redis != "" {
		store, err := redisstore.New(redisstore.Config{URL: s.redis, Prefix: "apiroutes-blog:"})
		if err != nil {
			return nil, errors.Join(err, posts.close())
		}
		config.Store = store
	}
	engine, err := newEngine(s, posts, config)
	if err != nil {
		return nil, errors.Join(err, posts.close())
	}
	// A form on another site must not edit posts with the login of a visitor.
	return http.NewCrossOriginProtection().Handler(engine), nil
}
