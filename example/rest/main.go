package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8083", "`address` to listen on")
	db := flag.String("db", "", "`file` of SQLite that keeps the notes; none keeps them in memory")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	notes, err := open(*db)
	if err != nil {
		log.Fatal(err)
	}
	engine, err := newEngine(notes)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *addr, Handler: engine, ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("rest: http://" + *addr + "/api/notes")
	log.Fatal(server.ListenAndServe())
}

func open(db string) (store, error) {
	if db == "" {
		return newMemory(), nil
	}
	return openSQLite(context.Background(), db)
}
