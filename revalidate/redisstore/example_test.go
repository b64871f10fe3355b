package redisstore_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// Processes that share a Redis share their pages. There is none here, so this
// one keeps them itself and goes on.
func Example() {
	gin.SetMode(gin.ReleaseMode)
	store := redisstore.Must(redisstore.Config{
		URL:    "redis://127.0.0.1:1",
		Prefix: "shop:",
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	defer store.Close()
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{Store: store, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	r.GET("/products/:id", pages.Page(time.Minute), func(c *gin.Context) {
		revalidate.Tag(c, "product:"+c.Param("id"))
		c.String(http.StatusOK, "Product %s", c.Param("id"))
	})

	for range 2 {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/products/42", http.NoBody))
		fmt.Println(w.Code, w.Header().Get("X-Nextjs-Cache"), w.Body)
	}
	// Output:
	// 200 MISS Product 42
	// 200 HIT Product 42
}

// A setting that is wrong is found at once, and so are all others.
func ExampleNew_faults() {
	_, err := redisstore.New(redisstore.Config{URL: "cache:6379", Prefix: "{shop}"})
	fmt.Println(err)
	// Output:
	// redisstore: Prefix "{shop}" has braces, which choose the slot of a cluster; write one without, such as "shop:"
	// redisstore: URL is malformed; write it as "redis://host:6379/0"
}
