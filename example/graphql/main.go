package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql/playground"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/example/graphql/graph"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

//go:embed page.html
var page string

func main() {
	addr := flag.String("addr", "127.0.0.1:8092", "`address` to listen on")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	server := &http.Server{Addr: *addr, Handler: newEngine(), ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("graphql: http://" + *addr)
	log.Fatal(server.ListenAndServe())
}

func newEngine() *gin.Engine {
	var text bytes.Buffer
	if err := template.Must(template.New("page").Parse(page)).Execute(&text, graph.Schema); err != nil {
		panic(err) // the page is a part of this program
	}
	r := gin.Default()
	r.Use(middleware.Must(middleware.Config{SizeLimit: "100kb", ErrorHandler: refuse}))

	r.GET("/", func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", text.Bytes()) })
	r.Any("/api/graphql", middleware.External(graph.NewHandler())) // externalResolver: true

	// The playground of gqlgen is GraphiQL, whose scripts the browser gets from cdn.jsdelivr.net.
	r.GET("/graphiql", gin.WrapF(playground.Handler("graphql", "/api/graphql")))
	return r
}

// refuse answers for bodies that do not get to the server, such as one over the
// limit, as the server itself does.
func refuse(c *gin.Context, err error) {
	status, message := http.StatusInternalServerError, "Internal Server Error"
	if known := (interface {
		StatusCode() int
		Message() string
	})(nil); errors.As(err, &known) {
		status, message = known.StatusCode(), known.Message()
	}
	c.AbortWithStatusJSON(status, gin.H{"errors": []gin.H{{"message": message}}})
}
