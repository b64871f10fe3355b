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
	addr := flag.String("addr", "127.0.0.1:8082", "`address` to listen on")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	server := &http.Server{Addr: *addr, Handler: newEngine(), ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("helpers: http://" + *addr)
	log.Fatal(server.ListenAndServe())
}

func newEngine() *gin.Engine {
	r := gin.Default()
	r.Use(middleware.Must(middleware.Config{}))

	r.GET("/", func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", page) })
	r.Any("/api/request", apiroutes.Handler(request))
	r.Any("/api/json", apiroutes.Handler(sendJSON))
	r.Any("/api/text", apiroutes.Handler(sendText))
	r.Any("/api/redirect", apiroutes.Handler(redirect))
	r.Any("/api/visits", countVisits, apiroutes.Handler(visits))
	return r
}
