package revalidate_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// show asks an engine for a page.
func show(r *gin.Engine, path string) {
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, http.NoBody))
	fmt.Printf("%s %s: %s\n", path, w.Header().Get("X-Nextjs-Cache"), w.Body)
}

// A page that is rendered once, and again behind the first visitor who comes
// when it is older than a minute.
func ExampleCache_Page() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	renders := 0
	r.GET("/posts/:id", pages.Page(60*time.Second), func(c *gin.Context) {
		renders++
		c.String(http.StatusOK, "post %s, render %d", c.Param("id"), renders)
	})

	show(r, "/posts/1")
	show(r, "/posts/1?utm_source=mail") // the query is no part of the page
	show(r, "/posts/2")
	// Output:
	// /posts/1 MISS: post 1, render 1
	// /posts/1?utm_source=mail HIT: post 1, render 1
	// /posts/2 MISS: post 2, render 2
}

// A page that stays until the program says that its data has changed.
func ExampleCache_Revalidate() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	title := "Draft"
	r.GET("/posts/:id", pages.Page(revalidate.Never), func(c *gin.Context) { c.String(http.StatusOK, "%s", title) })

	show(r, "/posts/1")
	title = "Final"
	show(r, "/posts/1")
	fmt.Println(pages.Revalidate(context.Background(), "/posts/1"))
	show(r, "/posts/1")
	fmt.Println(pages.Revalidate(context.Background(), "/nope"))
	// Output:
	// /posts/1 MISS: Draft
	// /posts/1 HIT: Draft
	// <nil>
	// /posts/1 HIT: Final
	// revalidate: failed to revalidate "/nope": invalid response 404
}

// Pages that show the same product are found by a name for it.
func ExampleCache_RevalidateTag() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	price := 10
	product := func(c *gin.Context) {
		revalidate.Tag(c, "product:42")
		c.String(http.StatusOK, "costs %d", price)
	}
	r.GET("/products/42", pages.Page(revalidate.Never), product)
	r.GET("/offers", pages.Page(revalidate.Never), product)
	show(r, "/products/42")
	show(r, "/offers")

	price = 8
	results, err := pages.RevalidateTag(context.Background(), "product:42")
	for _, result := range results {
		fmt.Println("revalidated", result.Path)
	}
	fmt.Println(err)
	show(r, "/offers")
	// Output:
	// /products/42 MISS: costs 10
	// /offers MISS: costs 10
	// revalidated /offers
	// revalidated /products/42
	// <nil>
	// /offers HIT: costs 8
}

// The common mistake: a page that answers with what one visitor sent. Its
// handler never sees that, since the page is for all.
func ExampleCache_Page_visitor() {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	r.GET("/hello", pages.Page(60*time.Second), func(c *gin.Context) {
		c.String(http.StatusOK, "Hello %q", c.Query("name"))
	})
	r.GET("/greet", pages.Page(60*time.Second, revalidate.Query("name")), func(c *gin.Context) {
		c.String(http.StatusOK, "Hello %q", c.Query("name"))
	})

	show(r, "/hello?name=Ada")
	show(r, "/greet?name=Ada")
	// Output:
	// /hello?name=Ada MISS: Hello ""
	// /greet?name=Ada MISS: Hello "Ada"
}
