package bodyparser_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// ask sends a body to r and prints the answer.
func ask(r http.Handler, contentType, body string) {
	w := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	req.Header.Set("Content-Type", contentType)
	r.ServeHTTP(w, req)
	fmt.Println(w.Code, w.Body)
}

func Example() {
	r := gin.New()
	r.POST("/", bodyparser.Must(bodyparser.Config{SizeLimit: "30b"}), func(c *gin.Context) {
		c.JSON(http.StatusOK, bodyparser.Body(c))
	})

	ask(r, "application/json", `{"name":"Ada"}`)
	ask(r, "application/x-www-form-urlencoded", "name=Ada&tag=a&tag=b")
	ask(r, "text/plain", "Ada")
	ask(r, "application/json", `{"name":`)
	ask(r, "application/json", `{"name":"Ada, Countess of Lovelace"}`)
	// Output:
	// 200 {"name":"Ada"}
	// 200 {"name":"Ada","tag":["a","b"]}
	// 200 "Ada"
	// 400 Invalid JSON
	// 413 Body exceeded 30b limit
}

func ExampleBind() {
	type order struct {
		Customer string `json:"customer" binding:"required"`
		Items    []struct {
			Price float64 `json:"price" binding:"gte=0"`
		} `json:"items" binding:"min=1,dive"`
	}
	r := gin.New()
	r.POST("/", bodyparser.Must(bodyparser.Config{}), func(c *gin.Context) {
		in, err := bodyparser.Bind[order](c)
		if err != nil {
			bodyparser.ProblemJSON(c, err)
			return
		}
		c.String(http.StatusOK, "%s ordered %d items", in.Customer, len(in.Items))
	})

	ask(r, "application/json", `{"customer":"Ada","items":[{"price":5}]}`)
	ask(r, "application/json", `{"items":[{"price":5},{"price":-1}]}`)
	// Output:
	// 200 Ada ordered 1 items
	// 400 {"title":"Bad Request","status":400,"detail":"The request has faults","errors":[{"pointer":"/customer","field":"customer","rule":"required","message":"is required"},{"pointer":"/items/1/price","field":"price","rule":"gte","param":"0","message":"must be 0 or more"}]}
}

// With a declared type the handler runs on valid values only.
func ExampleTypeOf() {
	type login struct {
		User string `json:"user" binding:"required"`
	}
	r := gin.New()
	r.POST("/", bodyparser.Must(bodyparser.Config{Type: bodyparser.TypeOf[login]()}), func(c *gin.Context) {
		in, _ := bodyparser.Bind[login](c) // cannot fail: it is there already
		c.String(http.StatusOK, "hello %s", in.User)
	})

	ask(r, "application/json", `{"user":"ada"}`)
	ask(r, "application/json", `{}`)
	// Output:
	// 200 hello ada
	// 400 /user is required
}

// A webhook is signed over the bytes that were sent. They are there beside the parsed body.
func ExampleRaw() {
	secret := []byte("It's a Secret to Everybody")
	r := gin.New()
	r.POST("/", bodyparser.Must(bodyparser.Config{}), func(c *gin.Context) {
		mac := hmac.New(sha256.New, secret)
		mac.Write(bodyparser.Raw(c))
		c.String(http.StatusOK, "%.8s %v", hex.EncodeToString(mac.Sum(nil)), bodyparser.Body(c))
	})

	ask(r, "text/plain", "Hello, World!")
	// Output: 200 757107ea Hello, World!
}

// The common mistake: two parsers on one route. Both limits hold, so the route cannot raise that of its group. Put one parser on
// each route, or use package middleware, in which the nearest setting replaces the others.
func Example_mistake() {
	r := gin.New()
	r.Use(bodyparser.Must(bodyparser.Config{SizeLimit: "10b"}))
	r.POST("/", bodyparser.Must(bodyparser.Config{SizeLimit: "10mb"}), func(c *gin.Context) {
		c.String(http.StatusOK, "uploaded")
	})

	ask(r, "text/plain", "more than ten bytes")
	// Output: 413 Body exceeded 10b limit
}

// Middleware that has more to do around the body uses a Parser.
func ExampleParser() {
	p, err := bodyparser.NewParser(bodyparser.Config{SizeLimit: "1kb"})
	if err != nil {
		log.Fatal(err)
	}
	r := gin.New()
	r.POST("/", func(c *gin.Context) {
		if err := p.Parse(c); err != nil {
			p.Refuse(c, err)
			return
		}
		defer p.Release(c)
		c.Next()
	}, func(c *gin.Context) {
		c.String(http.StatusOK, "%d bytes", len(bodyparser.Raw(c)))
	})

	ask(r, "text/plain", "five!")
	// Output: 200 5 bytes
}
