package apiroutes_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// show sends one request and prints the answer.
func show(r http.Handler, method, target, body string, headers ...string) {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	fmt.Println(w.Code, w.Body)
}

// router is gin.New() without its debug output, with the body parser that
// package middleware brings to every route.
func router() *gin.Engine {
	gin.SetMode(gin.TestMode)
	r := gin.New()
	r.Use(bodyparser.Must(bodyparser.Config{}))
	return r
}

// A first API route: res.status(200).json({ message: 'Hello from Next.js!' }).
func Example() {
	r := router()
	r.GET("/api/hello", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) {
		res.Status(200).JSON(gin.H{"message": "Hello from Next.js!"})
	}))
	show(r, "GET", "/api/hello", "")
	// Output: 200 {"message":"Hello from Next.js!"}
}

// Different HTTP methods in one route: if (req.method === 'POST').
func ExampleRequest_Method() {
	r := router()
	r.Any("/api/hello", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		if req.Method() == http.MethodPost {
			res.Status(201).Send("created")
		} else {
			res.Send("listed")
		}
	}))
	show(r, "POST", "/api/hello", "")
	show(r, "GET", "/api/hello", "")
	// Output:
	// 201 created
	// 200 listed
}

// const { pid } = req.query: parameters of the route and of the query string.
func ExampleRequest_Query() {
	r := router()
	r.GET("/api/post/:pid", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.End("Post: " + req.Query().Get("pid"))
	}))
	r.GET("/api/search", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.JSON(req.Query())
	}))
	show(r, "GET", "/api/post/abc", "")
	show(r, "GET", "/api/search?q=go&tag=a&tag=b", "")
	// Output:
	// 200 Post: abc
	// 200 {"q":"go","tag":["a","b"]}
}

// req.cookies: decoded, the first of each name.
func ExampleRequest_Cookies() {
	r := router()
	r.GET("/api/me", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.JSON(req.Cookies())
	}))
	show(r, "GET", "/api/me", "", "Cookie", `name=J%C3%BCrgen; theme="dark"; theme=light`)
	show(r, "GET", "/api/me", "")
	// Output:
	// 200 {"name":"Jürgen","theme":"dark"}
	// 200 {}
}

// req.body: decoded by its content type, nil when none was sent.
func ExampleRequest_Body() {
	r := router()
	r.POST("/api/echo", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.JSON(gin.H{"body": req.Body()})
	}))
	show(r, "POST", "/api/echo", `{"name":"Ada"}`, "Content-Type", "application/json")
	show(r, "POST", "/api/echo", "name=Ada&tag=a&tag=b", "Content-Type", "application/x-www-form-urlencoded")
	show(r, "POST", "/api/echo", "")
	show(r, "POST", "/api/echo", "{", "Content-Type", "application/json")
	// Output:
	// 200 {"body":{"name":"Ada"}}
	// 200 {"body":{"name":"Ada","tag":["a","b"]}}
	// 200 {"body":null}
	// 400 Invalid JSON
}

// res.json with an operation that may fail: the try … catch of the documentation.
func ExampleResponse_JSON() {
	load := func(context.Context) (any, error) { return nil, errors.New("database: no connection") }
	r := router()
	r.GET("/api/data", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		result, err := load(req.Context())
		if err != nil {
			res.Status(500).JSON(gin.H{"error": "failed to load data"})
			return
		}
		res.Status(200).JSON(gin.H{"result": result})
	}))
	show(r, "GET", "/api/data", "")
	// Output: 500 {"error":"failed to load data"}
}

// res.send: a string, an object or a Buffer.
func ExampleResponse_Send() {
	r := router()
	r.GET("/api/send/:kind", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		switch req.Query().Get("kind") {
		case "string":
			res.Send("text")
		case "object":
			res.Send(gin.H{"result": []int{1, 2}})
		case "buffer":
			res.SetHeader("Content-Type", "image/png").Send([]byte("\x89PNG"))
		}
	}))
	for _, kind := range []string{"string", "object", "buffer"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/send/"+kind, http.NoBody))
		fmt.Printf("%q %q %s\n", w.Body, w.Header().Get("Content-Type"), w.Header().Get("ETag"))
	}
	// Output:
	// "text" "" "dqk5jzru1q4"
	// "{\"result\":[1,2]}" "application/json; charset=utf-8" "76a4tiaysqg"
	// "\x89PNG" "image/png" "e4tstt26r813"
}

// res.redirect(307, '/') after a form was handled.
func ExampleResponse_RedirectStatus() {
	r := router()
	r.POST("/api/form", apiroutes.HandlerE(func(req *apiroutes.Request, res *apiroutes.Response) error {
		form := bodyparser.Form(req.Gin())
		if form.Get("name") == "" {
			return apiroutes.NewError(http.StatusBadRequest, "A name is missing")
		}
		res.RedirectStatus(307, "/")
		return nil
	}))
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	show(r, "POST", "/api/form", "name=Ada&message=Hi", form...)
	show(r, "POST", "/api/form", "message=Hi", form...)
	// Output:
	// 307 /
	// 400 A name is missing
}

// A target that the client supplied must not lead to another site.
func ExampleResponse_RedirectLocal() {
	r := router()
	r.GET("/api/login", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.RedirectLocal(303, req.Query().Get("next"))
	}))
	show(r, "GET", "/api/login?next=/account", "")
	show(r, "GET", "/api/login?next=//evil.example", "")
	// Output:
	// 303 /account
	// 400 Invalid redirect target
}

// Typed bodies and answers: NextApiResponse<ResponseData>, checked at run time too.
func ExampleTyped() {
	type createUser struct {
		Name string `json:"name" binding:"required"`
	}
	type user struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	r := router()
	r.POST("/api/users", apiroutes.Typed(func(req *apiroutes.Request, in createUser) (user, error) {
		req.Response().Status(http.StatusCreated)
		return user{ID: 1, Name: in.Name}, nil
	}))
	show(r, "POST", "/api/users", `{"name":"Ada"}`, "Content-Type", "application/json")
	// Output: 201 {"id":1,"name":"Ada"}
}

// The catch block: an error of a helper is answered 500 unless the handler takes
// it.
func ExampleResponse_Err() {
	r := router()
	r.GET("/api/report", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) {
		res.JSON(gin.H{"result": func() {}})
		if err := res.Err(); err != nil {
			res.Status(500).JSON(gin.H{"error": "failed to load data"})
		}
	}))
	show(r, "GET", "/api/report", "")
	// Output: 500 {"error":"failed to load data"}
}

// A plain handler of Gin uses the same helpers.
func ExampleStatus() {
	r := router()
	r.GET("/api/hello", func(c *gin.Context) {
		apiroutes.Status(c, 200).JSON(gin.H{"message": "Hello, " + apiroutes.Query(c).Get("name") + "!"})
	})
	show(r, "GET", "/api/hello?name=Ada", "")
	// Output: 200 {"message":"Hello, Ada!"}
}

// await res.revalidate in a try block, and a page that shows what became of it.
func ExampleResponse_Revalidate() {
	r := router()
	pages := revalidate.Must(r, revalidate.Config{})
	title := "First"
	r.GET("/posts/1", pages.Page(revalidate.Never), func(c *gin.Context) { c.String(http.StatusOK, title) })
	r.POST("/api/revalidate", apiroutes.Provide(pages, nil), apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.Revalidate(req.Query().Get("path"))
		res.JSON(gin.H{"revalidated": true})
		if res.Err() != nil {
			res.Status(500).Send("Error revalidating")
		}
	}))
	show(r, "GET", "/posts/1", "")
	title = "Second"
	show(r, "GET", "/posts/1", "")
	show(r, "POST", "/api/revalidate?path=/posts/1", "")
	show(r, "GET", "/posts/1", "")
	show(r, "POST", "/api/revalidate?path=/absent", "")
	// Output:
	// 200 First
	// 200 First
	// 200 {"revalidated":true}
	// 200 Second
	// 500 Error revalidating
}

// res.setDraftMode: an editor sees the page as it will be.
func ExampleResponse_SetDraftMode() {
	r := router()
	draft := revalidate.MustDraft(revalidate.DraftConfig{})
	pages := revalidate.Must(r, revalidate.Config{Draft: draft})
	r.Use(apiroutes.Provide(pages, draft))
	r.GET("/posts/1", pages.Page(revalidate.Never), apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		res.JSON(gin.H{"draft": req.DraftMode()})
	}))
	r.GET("/api/draft", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		// … check the secret of the CMS …
		res.SetDraftMode(true).RedirectLocal(307, req.Query().Get("slug"))
	}))
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/draft?slug=/posts/1", http.NoBody))
	cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	show(r, "GET", "/posts/1", "")
	show(r, "GET", w.Header().Get("Location"), "", "Cookie", cookie)
	// Output:
	// 200 {"draft":false}
	// 200 {"draft":true}
}
