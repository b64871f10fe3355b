package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8084", "`address` of the API")
	page := flag.String("page", "127.0.0.1:8085", "`address` of the page")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the addresses

	api, site := "http://"+*addr, "http://"+*page
	fmt.Printf("cors: the API is %s, open the page %s\n", api, site)
	failed := make(chan error)
	go func() { failed <- serve(*addr, newAPI(site)) }()
	go func() { failed <- serve(*page, newSite(api)) }()
	log.Fatal(<-failed)
}

func serve(addr string, handler http.Handler) error {
	server := &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}
