package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8089", "`address` to listen on")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	engine, err := newEngine()
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *addr, Handler: engine, ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("port: http://" + *addr)
	log.Fatal(server.ListenAndServe())
}

func newEngine() (*gin.Engine, error) {
	r := gin.Default(catchall.NextPaths)        // paths are read as Next.js reads them
	r.Use(middleware.Must(middleware.Config{})) // and bodies, with its defaults
	r.GET("/", sideBySide())

	routes := catchall.New() // the folder pages/api
	mountCookies(routes)
	mountBody(routes)
	mountLimit(routes)
	mountPost(routes)
	return r, routes.Mount(r.Group("/api"))
}
