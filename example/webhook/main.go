package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8086", "`address` to listen on")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode) // Gin's own list of routes would bury the address

	engine := newEngine(secrets{
		github: secret("GITHUB_SECRET", "It's a Secret to Everybody"),
		stripe: secret("STRIPE_SECRET", "whsec_example"),
	}, time.Now)
	server := &http.Server{Addr: *addr, Handler: engine, ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("webhook: http://" + *addr)
	log.Fatal(server.ListenAndServe())
}

type secrets struct{ github, stripe []byte }

// secret is taken from the environment, where neither the source nor a list of
// processes shows it. The fallback is for trying the example out.
func secret(name, fallback string) []byte {
	if value := os.Getenv(name); value != "" {
		return []byte(value)
	}
	return []byte(fallback)
}

func newEngine(keys secrets, now func() time.Time) *gin.Engine {
	r := gin.Default()
	r.Use(middleware.Must(middleware.Config{}))

	github := &githubHook{secret: keys.github}
	stripe := &stripeHook{secret: keys.stripe, now: now, seen: map[string]time.Time{}}
	r.POST("/api/github", middleware.With(middleware.SizeLimit("25mb")), github.handle) // the most that GitHub sends
	r.POST("/api/stripe", middleware.With(middleware.SizeLimit("500kb")), stripe.handle)
	return r
}
