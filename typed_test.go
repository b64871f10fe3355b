package apiroutes_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

type createUser struct {
	Name string `json:"name" form:"name" binding:"required"`
	Age  int    `json:"age"  form:"age"  binding:"gte=18"`
}

type user struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

func TestTyped(t *testing.T) {
	t.Parallel()
	create := apiroutes.Typed(func(req *apiroutes.Request, in createUser) (user, error) {
		switch in.Name {
		case "taken":
			return user{}, apiroutes.NewError(http.StatusConflict, "Taken")
		case "moved":
			req.Response().RedirectStatus(http.StatusSeeOther, "/users/1")
		case "made":
			req.Response().Status(http.StatusCreated)
		}
		return user{1, in.Name}, nil
	})
	list := apiroutes.Typed(func(*apiroutes.Request, struct{}) ([]user, error) { return []user{{1, "Ada"}}, nil })
	broken := apiroutes.Typed(func(*apiroutes.Request, struct{}) (func(), error) { return func() {}, nil })
	json := http.Header{"Content-Type": {"application/json"}}
	for _, c := range []struct {
		name    string
		handler gin.HandlerFunc
		header  http.Header
		body    string
		status  int
		want    string
	}{
		{"good", create, json, `{"name":"Ada","age":36}`, 200, `{"id":1,"name":"Ada"}`},
		{"form", create, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, "name=Ada&age=36", 200, `{"id":1,"name":"Ada"}`},
		{"status", create, json, `{"name":"made","age":36}`, 201, `{"id":1,"name":"made"}`},
		{"redirect", create, json, `{"name":"moved","age":36}`, 303, "/users/1"},
		{"error", create, json, `{"name":"taken","age":36}`, 409, "Taken"},
		{"no JSON", create, json, `{"name":`, 400, "Invalid JSON"},
		{"no body", list, nil, "", 200, `[{"id":1,"name":"Ada"}]`},
		{"no text", broken, nil, "", 500, failedText},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			engine, failed := route(c.handler)
			got := ask(t, engine, call{method: http.MethodPost, header: c.header, body: c.body})
			if c.status < 400 && len(*failed) > 0 {
				t.Errorf("errors %v", *failed)
			}
			if got.status != c.status || got.body != c.want {
				t.Errorf("%v, want %d %q", got, c.status, c.want)
			}
		})
	}
	engine, failed := route(create)
	got := ask(t, engine, call{method: http.MethodPost, header: json, body: `{"age":3}`})
	if got.status != http.StatusBadRequest || got.body == "" || len(*failed) != 1 {
		t.Errorf("invalid: %v, errors %v", got, *failed)
	}
}

// Without a parser there is nothing to decode from: a mistake of the program, not
// of the client. Without a body type no parser is needed.
func TestTypedNeedsAParser(t *testing.T) {
	t.Parallel()
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	engine.POST("/typed", apiroutes.Typed(func(*apiroutes.Request, createUser) (user, error) { return user{}, nil }))
	engine.POST("/bare", apiroutes.Typed(func(*apiroutes.Request, struct{}) (int, error) { return 1, nil }))
	if got := ask(t, engine, call{method: http.MethodPost, path: "/typed", body: "{}"}); got.status != 500 || got.body != failedText {
		t.Errorf("%v", got)
	}
	if got := ask(t, engine, call{method: http.MethodPost, path: "/bare", body: "{}"}); got.status != 200 || got.body != "1" {
		t.Errorf("%v", got)
	}
}
