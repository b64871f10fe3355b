package main

import (
	_ "embed"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

//go:embed page.html
var page []byte

func main() {
	addr := flag.String("addr", "127.0.0.1:8088", "`address` to listen on")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	engine := newEngine(settings{every: time.Second, deadline: 2 * time.Second, logger: slog.Default()})
	server := &http.Server{
		Addr:              *addr,
		Handler:           engine,
		ReadHeaderTimeout: 10 * time.Second, // a WriteTimeout would cut streams off
	}
	fmt.Println("stream: http://" + *addr)
	log.Fatal(server.ListenAndServe())
}

type settings struct {
	every    time.Duration // between two events
	deadline time.Duration // of each request
	logger   *slog.Logger
}

func newEngine(s settings) *gin.Engine {
	r := gin.Default()
	r.Use(middleware.Must(middleware.Config{MaxDuration: s.deadline, Logger: s.logger}))

	r.GET("/", func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", page) })
	r.GET("/api/slow", slow)
	r.GET("/api/warned", file)

	streams := r.Group("/", middleware.With(middleware.NoResponseLimit()))
	streams.GET("/api/file", file)
	streams.GET("/api/events", events(s.every)) // once flushed, the deadline is off too
	return r
}
