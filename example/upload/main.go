package main

import (
	_ "embed"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

//go:embed page.html
var page []byte

func main() {
	addr := flag.String("addr", "127.0.0.1:8087", "`address` to listen on")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	server := &http.Server{
		Addr:              *addr,
		Handler:           newEngine(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       10 * time.Minute, // a limit bounds memory, this bounds how long it is held
	}
	fmt.Println("upload: http://" + *addr)
	log.Fatal(server.ListenAndServe())
}

func newEngine() *gin.Engine {
	r := gin.Default()
	r.Use(middleware.Must(middleware.Config{SizeLimit: "100kb"})) // what is right for most routes

	r.GET("/", func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", page) })
	r.POST("/api/note", note)
	r.POST("/api/avatar", middleware.With(middleware.SizeLimit("1mb")), avatar) // the nearest limit wins
	r.PUT("/api/video", middleware.With(middleware.SizeLimit("50mb")), video)
	return r
}
