package main

import (
	_ "embed"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

//go:embed page.html
var page []byte

func main() {
	addr := flag.String("addr", "127.0.0.1:8081", "`address` to listen on")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	server := &http.Server{Addr: *addr, Handler: newEngine(), ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("basic: http://" + *addr)
	log.Fatal(server.ListenAndServe())
}

func newEngine() *gin.Engine {
	r := gin.Default()
	r.Use(middleware.Must(middleware.Config{})) // the defaults of Next.js for all routes below

	r.GET("/", func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", page) })
	r.Any("/api/hello", apiroutes.Handler(hello)) // pages/api/hello.js
	return r
}
