package doctest_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// The lines of the migration table in README.md, in handlers that run.

type note struct {
	Title string `json:"title" binding:"required"`
}

func hello(req *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("Cache-Control", "no-store")
	res.Send(strings.Join([]string{req.Method(), req.URL(), req.Header().Get("X-Token"), req.Cookies()["theme"]}, " "))
}

func createNote(req *apiroutes.Request, res *apiroutes.Response) {
	in, err := bodyparser.Bind[note](req.Gin())
	if err != nil {
		res.Status(400).Send(err.Error())
		return
	}
	res.Status(201).JSON(gin.H{"id": 1, "title": in.Title})
}

func greet(_ *apiroutes.Request, res *apiroutes.Response) { res.Send("hello") }

func echoBody(req *apiroutes.Request, res *apiroutes.Response) { res.JSON(req.Body()) }

func showPost(req *apiroutes.Request, res *apiroutes.Response) {
	res.End("Post: " + req.Query().Get("pid"))
}

func listPosts(req *apiroutes.Request, res *apiroutes.Response) {
	res.End("Post: " + strings.Join(req.Query().Slice("slug"), ", "))
}

func nothing(_ *apiroutes.Request, res *apiroutes.Response) { res.End() }

func home(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect("/") }

func seeOther(_ *apiroutes.Request, res *apiroutes.Response) { res.RedirectStatus(303, "/") }

func fails(*apiroutes.Request, *apiroutes.Response) error {
	return errors.New("no")
}

func rawBody(c *gin.Context) {
	data, err := io.ReadAll(c.Request.Body)
	if err != nil || bodyparser.Body(c) != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	c.Data(http.StatusOK, "text/plain", data)
}

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the handler that fails is logged
	os.Exit(m.Run())
}

// renderPost answers with the number of its renders.
func renderPost() gin.HandlerFunc {
	var renders atomic.Int64
	return func(c *gin.Context) { c.String(http.StatusOK, "post %s, render %d", c.Param("id"), renders.Add(1)) }
}

func migrated(t *testing.T) *gin.Engine {
	t.Helper()
	r := gin.New(catchall.NextPaths)
	r.Use(middleware.Must(middleware.Config{}))

	r.Any("/api/hello", apiroutes.Handler(hello))
	r.Any("/api/notes", apiroutes.Handler(createNote))
	r.Any("/api/greet", apiroutes.Handler(greet))
	r.Any("/api/body", apiroutes.Handler(echoBody))
	r.Any("/api/nothing", apiroutes.Handler(nothing))
	r.Any("/api/home", apiroutes.Handler(home))
	r.Any("/api/see-other", apiroutes.Handler(seeOther))
	r.Any("/api/fails", apiroutes.HandlerE(fails))

	routes := catchall.New()
	routes.Any("/post/create", apiroutes.Handler(nothing))
	routes.Any("/post/[pid]", apiroutes.Handler(showPost))
	routes.Any("/post/[...slug]", apiroutes.Handler(listPosts))
	routes.Any("/docs/[[...slug]]", apiroutes.Handler(listPosts))
	if err := routes.Mount(r.Group("/api")); err != nil {
		t.Fatal(err)
	}

	r.Any("/api/small", middleware.With(middleware.SizeLimit("500kb")), apiroutes.Handler(nothing))
	r.Any("/api/raw", middleware.With(middleware.NoBodyParser()), rawBody)
	r.Any("/api/large", middleware.With(middleware.ResponseLimit("8mb")), apiroutes.Handler(nothing))
	r.Any("/api/any-size", middleware.With(middleware.NoResponseLimit()), apiroutes.Handler(nothing))
	r.Any("/api/external", middleware.With(middleware.ExternalResolver()), apiroutes.Handler(nothing))
	r.Any("/api/slow", middleware.With(middleware.MaxDuration(5*time.Second)), apiroutes.Handler(nothing))

	cors := middleware.CORS(middleware.Policy{Origins: []string{"https://app.example.com"}})
	r.Any("/api/cors", middleware.With(cors), apiroutes.Handler(nothing))

	file := []byte(`{"api":{"bodyParser":{"sizeLimit":"1kb"},"responseLimit":false},"maxDuration":5}`)
	var config middleware.Config
	if err := json.Unmarshal(file, &config); err != nil {
		t.Fatal(err)
	}
	pages := revalidate.Must(r, revalidate.Config{})
	r.GET("/posts/:id", pages.Page(60*time.Second), renderPost())
	r.POST("/api/revalidate", func(c *gin.Context) {
		if err := pages.Revalidate(c, "/posts/1"); err != nil {
			c.String(http.StatusInternalServerError, err.Error())
		}
	})

	draft := revalidate.MustDraft(revalidate.DraftConfig{})
	r.Any("/api/draft", draft.Handle, func(c *gin.Context) { draft.Enable(c) })
	r.Any("/api/preview", draft.Handle, func(c *gin.Context) {
		if err := draft.SetPreviewData(c, gin.H{"version": 7}); err != nil {
			c.String(http.StatusInternalServerError, err.Error())
		}
	})

	r.Any("/api/config", middleware.With(middleware.Use(config)), apiroutes.Handler(nothing))
	return r
}

func TestMigratedLines(t *testing.T) {
	t.Parallel()
	engine := migrated(t)
	for _, test := range []struct {
		method, target, body string
		status               int
		want                 string
	}{
		{"GET", "/api/hello?x=1", "", 200, "GET /api/hello?x=1 secret dark"},
		{"POST", "/api/notes", `{"title":"Milk"}`, 201, `{"id":1,"title":"Milk"}`},
		{"POST", "/api/notes", `{}`, 400, "bodyparser: /title is required"},
		{"GET", "/api/greet", "", 200, "hello"},
		{"POST", "/api/body", `[1,"a"]`, 200, `[1,"a"]`},
		{"GET", "/api/nothing", "", 200, ""},
		{"GET", "/api/home", "", 307, "/"},
		{"POST", "/api/see-other", "", 303, "/"},
		{"GET", "/api/fails", "", 500, "Internal Server Error"},
		{"GET", "/api/post/create", "", 200, ""},
		{"GET", "/api/post/abc", "", 200, "Post: abc"},
		{"GET", "/api/post/a/b/c", "", 200, "Post: a, b, c"},
		{"GET", "/api/docs", "", 200, "Post: "},
		{"POST", "/api/small", `"` + strings.Repeat("x", 500<<10) + `"`, 413, "Body exceeded 500kb limit"},
		{"POST", "/api/raw", `{"a":`, 200, `{"a":`},
		{"POST", "/api/config", `"` + strings.Repeat("x", 1<<10) + `"`, 413, "Body exceeded 1kb limit"},
		{"GET", "/api/large", "", 200, ""},
		{"GET", "/api/any-size", "", 200, ""},
		{"GET", "/api/external", "", 200, ""},
		{"GET", "/api/slow", "", 200, ""},
	} {
		t.Run(test.method+" "+test.target, func(t *testing.T) {
			t.Parallel()
			got := ask(t, engine, test.method, test.target, test.body)
			if got.Code != test.status || got.Body.String() != test.want {
				t.Errorf("got %d %q, want %d %q", got.Code, got.Body, test.status, test.want)
			}
		})
	}
}

func TestMigratedPage(t *testing.T) {
	t.Parallel()
	engine := migrated(t)
	for _, want := range []string{"post 1, render 1", "post 1, render 1"} {
		if got := ask(t, engine, http.MethodGet, "/posts/1", ""); got.Body.String() != want {
			t.Errorf("got %q, want %q", got.Body, want)
		}
	}
	if got := ask(t, engine, http.MethodPost, "/api/revalidate", ""); got.Code != http.StatusOK {
		t.Errorf("got %d %q", got.Code, got.Body)
	}
	if got := ask(t, engine, http.MethodGet, "/posts/1", ""); got.Body.String() != "post 1, render 2" {
		t.Errorf("got %q after the revalidation", got.Body)
	}
}

func TestMigratedHeaders(t *testing.T) {
	t.Parallel()
	engine := migrated(t)
	for _, test := range []struct{ target, header, want string }{
		{"/api/hello", "Cache-Control", "no-store"},
		{"/api/home", "Location", "/"},
		{"/posts/1", "Cache-Control", "s-maxage=60, stale-while-revalidate=31535940"},
		{"/api/draft", "Cache-Control", "private, no-cache, no-store, max-age=0, must-revalidate"},
		{"/api/preview", "Cache-Control", "private, no-cache, no-store, max-age=0, must-revalidate"},
		{"/api/cors", "Access-Control-Allow-Origin", "https://app.example.com"},
	} {
		if got := ask(t, engine, http.MethodGet, test.target, "").Header().Get(test.header); got != test.want {
			t.Errorf("%s: %s is %q, want %q", test.target, test.header, got, test.want)
		}
	}
}

// ask sends a request of a browser at app.example.com.
func ask(t *testing.T, engine http.Handler, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	request.Header.Set("Origin", "https://app.example.com")
	request.Header.Set("X-Token", "secret")
	request.Header.Set("Cookie", "theme=dark")
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	recorder := httptest.NewRecorder()
	engine.ServeHTTP(recorder, request)
	return recorder
}
