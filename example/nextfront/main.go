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
	var s settings
	addr := flag.String("addr", "127.0.0.1:8093", "`address` to listen on")
	flag.StringVar(&s.front, "front", "http://127.0.0.1:3000", "`URL` of the front end")
	flag.StringVar(&s.manifest, "manifest", "example/nextfront/front/.next/prerender-manifest.json", "`file` that the build of the front end writes")
	flag.StringVar(&s.redis, "redis", "", "`URL` of a Redis that the front end uses as well; none talks to the front end itself")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	engine, err := newEngine(s)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *addr, Handler: engine, ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("nextfront: edit posts at http://" + *addr)
	fmt.Println("the front end is started by: cd example/nextfront/front && npm ci && npm run build && npm start")
	log.Fatal(server.ListenAndServe())
}
