package doctest_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// The lines that docs/nextjs.md has beyond those of the README, in handlers
// that run.

func describe(req *apiroutes.Request, res *apiroutes.Response) {
	res.JSON(gin.H{
		"host":   req.Gin().Request.Host,
		"remote": req.Gin().RemoteIP(),
		"query":  req.Query(),
		"raw":    string(req.Raw()),
	})
}

func headers(_ *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("X-Powered-By", "Go").RemoveHeader("X-Powered-By")
	res.AppendHeader("Vary", "Origin").AppendHeader("Vary", "Cookie")
	res.SetCookie(&http.Cookie{Name: "theme", Value: "dark"})
	res.Send(res.GetHeader("Vary"))
}

func chunks(_ *apiroutes.Request, res *apiroutes.Response) {
	sent := res.HeadersSent()
	_, err := res.WriteString("one ")
	res.Flush()
	if err != nil || sent || !res.HeadersSent() {
		return
	}
	res.End("two")
}

func notFound(*apiroutes.Request, *apiroutes.Response) error {
	return apiroutes.NewError(404, "No such post")
}

func caught(_ *apiroutes.Request, res *apiroutes.Response) {
	res.JSON(gin.H{"result": func() {}})
	if err := res.Err(); err != nil {
		res.Status(500).JSON(gin.H{"error": "failed to load data"})
	}
}

func untouched(req *apiroutes.Request, res *apiroutes.Response) {
	data, err := io.ReadAll(req.Gin().Request.Body)
	if err != nil {
		res.Status(400).Send("The body ended early")
		return
	}
	res.SetHeader("Content-Type", "text/plain").Send(data)
}

func streamed(_ *apiroutes.Request, res *apiroutes.Response) {
	res.Send(bytes.NewReader([]byte("a stream")))
}

func patient(req *apiroutes.Request, res *apiroutes.Response) {
	select {
	case <-req.Context().Done():
	case <-time.After(time.Millisecond):
		res.Send("done")
	}
}

func created(req *apiroutes.Request, in note) (gin.H, error) {
	if in.Title == "taken" {
		return nil, apiroutes.NewError(409, "There is one already")
	}
	req.Response().Status(201)
	return gin.H{"title": in.Title}, nil
}

func ported(t *testing.T) *gin.Engine {
	t.Helper()
	r := gin.New(catchall.NextPaths)
	r.Use(middleware.Must(middleware.Config{}))
	r.Any("/api/describe", apiroutes.Handler(describe))
	r.Any("/api/headers", apiroutes.Handler(headers))
	r.Any("/api/chunks", apiroutes.Handler(chunks))
	r.Any("/api/not-found", apiroutes.HandlerE(notFound))
	r.Any("/api/caught", apiroutes.Handler(caught))
	r.Any("/api/untouched", middleware.With(middleware.NoBodyParser()), apiroutes.Handler(untouched))
	r.Any("/api/streamed", apiroutes.Handler(streamed))
	r.Any("/api/patient", apiroutes.Handler(patient))
	r.POST("/api/created", apiroutes.Typed(created))

	routes := catchall.New()
	routes.Any("/posts", apiroutes.Handler(nothing))
	routes.Any("/posts/[id]/comments", apiroutes.Handler(showPost))
	if err := routes.Mount(r.Group("/shop")); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPortedLines(t *testing.T) {
	t.Parallel()
	engine := ported(t)
	for _, test := range []struct {
		method, target, body string
		status               int
		want                 string
	}{
		{"POST", "/api/describe?a=1", `[1]`, 200, `{"host":"example.com","query":{"a":"1"},"raw":"[1]","remote":"192.0.2.1"}`},
		{"GET", "/api/headers", "", 200, "Origin, Cookie"},
		{"GET", "/api/chunks", "", 200, "one two"},
		{"GET", "/api/not-found", "", 404, "No such post"},
		{"GET", "/api/caught", "", 500, `{"error":"failed to load data"}`},
		{"POST", "/api/untouched", `{"a":`, 200, `{"a":`},
		{"GET", "/api/streamed", "", 200, "a stream"},
		{"GET", "/api/patient", "", 200, "done"},
		{"POST", "/api/created", `{"title":"Milk"}`, 201, `{"title":"Milk"}`},
		{"POST", "/api/created", `{"title":"taken"}`, 409, "There is one already"},
		{"POST", "/api/created", `{}`, 400, "/title is required"},
		{"GET", "/shop/posts", "", 200, ""},
		{"GET", "/shop/posts/7/comments", "", 200, "Post: "},
	} {
		t.Run(test.method+" "+test.target+" "+test.body, func(t *testing.T) {
			t.Parallel()
			got := ask(t, engine, test.method, test.target, test.body)
			if got.Code != test.status || got.Body.String() != test.want {
				t.Errorf("got %d %q, want %d %q", got.Code, got.Body, test.status, test.want)
			}
		})
	}
}

// site has the pages of docs/nextjs.md. Its posts are those in titles.
func site(t *testing.T, titles map[string]string) (*gin.Engine, *revalidate.Cache) {
	t.Helper()
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{MaxMemory: "100mb", Expire: 24 * time.Hour})
	r.GET("/posts/:id", pages.Page(revalidate.Never), func(c *gin.Context) {
		revalidate.Tag(c, "posts")
		switch title := titles[c.Param("id")]; title {
		case "":
			revalidate.NotFound(c)
		case "moved":
			if err := revalidate.RedirectStatus(c, 308, "/posts/1"); err != nil {
				c.String(http.StatusInternalServerError, err.Error())
			}
		default:
			revalidate.Window(c, 10*time.Second)
			c.String(http.StatusOK, title)
		}
	})
	return r, pages
}

func TestPortedPages(t *testing.T) {
	t.Parallel()
	titles := map[string]string{"1": "First", "2": "moved"}
	engine, pages := site(t, titles)
	expect := func(target string, status int, body, cacheControl string) {
		t.Helper()
		got := ask(t, engine, http.MethodGet, target, "")
		if got.Code != status || !strings.HasPrefix(got.Body.String(), body) || got.Header().Get("Cache-Control") != cacheControl {
			t.Errorf("%s: got %d %q %q", target, got.Code, got.Body, got.Header().Get("Cache-Control"))
		}
	}
	const onDemand = "s-maxage=31536000"
	expect("/posts/1", 200, "First", "s-maxage=10, stale-while-revalidate=86390")
	expect("/posts/2", 308, "/posts/1", onDemand)
	expect("/posts/3", 404, "", onDemand)

	titles["1"], titles["3"] = "Changed", "Third"
	if err := pages.Revalidate(t.Context(), "/posts/3"); err != nil {
		t.Error(err)
	}
	if err := pages.Revalidate(t.Context(), "/posts/4", revalidate.OnlyGenerated()); err != nil {
		t.Error(err)
	}
	expect("/posts/1", 200, "First", "s-maxage=10, stale-while-revalidate=86390")
	expect("/posts/3", 200, "Third", "s-maxage=10, stale-while-revalidate=86390")
	if _, err := pages.RevalidateTag(t.Context(), "posts"); err != nil {
		t.Error(err)
	}
	expect("/posts/1", 200, "Changed", "s-maxage=10, stale-while-revalidate=86390")
}

func TestPortedDraft(t *testing.T) {
	t.Parallel()
	draft := revalidate.MustDraft(revalidate.DraftConfig{})
	r := gin.New()
	r.Use(draft.Handle)
	r.GET("/on", func(c *gin.Context) { draft.Enable(c) })
	r.GET("/off", func(c *gin.Context) { draft.Disable(c) })
	r.GET("/clear", func(c *gin.Context) {
		if err := draft.ClearPreviewData(c); err != nil {
			c.String(http.StatusInternalServerError, err.Error())
		}
	})
	r.GET("/", func(c *gin.Context) {
		data, _ := draft.PreviewData(c)
		c.JSON(http.StatusOK, gin.H{"draft": draft.Enabled(c), "data": data})
	})
	for _, target := range []string{"/on", "/off", "/clear"} {
		if got := ask(t, r, http.MethodGet, target, ""); got.Code != http.StatusOK || got.Header().Get("Set-Cookie") == "" {
			t.Errorf("%s: got %d %v", target, got.Code, got.Header())
		}
	}
	if got := ask(t, r, http.MethodGet, "/", "").Body.String(); got != `{"data":null,"draft":false}` {
		t.Errorf("got %s", got)
	}
}

// A front end that stays on Next.js is refreshed by a client with the methods
// of the cache.
func TestPortedFront(t *testing.T) {
	t.Parallel()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		w.Header().Set("X-Nextjs-Cache", "REVALIDATED")
	}))
	defer server.Close()
	front := revalidate.MustNextClient(revalidate.NextConfig{BaseURL: server.URL, PreviewModeID: strings.Repeat("a", 32)})
	r := gin.New()
	r.POST("/api/posts/1", func(c *gin.Context) {
		if err := front.Revalidate(c, "/posts/1"); err != nil {
			c.String(http.StatusBadGateway, err.Error())
		}
	})
	if got := ask(t, r, http.MethodPost, "/api/posts/1", ""); got.Code != http.StatusOK || len(asked) != 1 || asked[0] != "/posts/1" {
		t.Errorf("got %d %q, asked for %q", got.Code, got.Body, asked)
	}
}

// TestDraftModeOnTheFace is the table of draft mode, for handlers as in Next.js.
func TestDraftModeOnTheFace(t *testing.T) {
	t.Parallel()
	draft := revalidate.MustDraft(revalidate.DraftConfig{})
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{Draft: draft})
	r.Use(apiroutes.Provide(pages, draft))
	version := 1
	r.GET("/posts/1", pages.Page(revalidate.Never), func(c *gin.Context) { c.String(http.StatusOK, "%d %t", version, draft.Enabled(c)) })
	steps := map[string]func(req *apiroutes.Request, res *apiroutes.Response){
		"/revalidate": func(_ *apiroutes.Request, res *apiroutes.Response) {
			version = 2
			res.Revalidate("/posts/1")
		},
		"/on": func(_ *apiroutes.Request, res *apiroutes.Response) {
			version = 3
			res.SetDraftMode(true)
		},
		"/off":   func(_ *apiroutes.Request, res *apiroutes.Response) { res.SetDraftMode(false) },
		"/set":   func(_ *apiroutes.Request, res *apiroutes.Response) { res.SetPreviewData(gin.H{"version": 7}) },
		"/clear": func(_ *apiroutes.Request, res *apiroutes.Response) { res.ClearPreviewData() },
		"/state": func(req *apiroutes.Request, res *apiroutes.Response) {
			res.JSON([]any{req.DraftMode(), req.PreviewData()})
		},
	}
	for path, step := range steps {
		r.GET(path, apiroutes.Handler(step))
	}
	jar := make(map[string]string)
	for _, step := range []struct{ path, want string }{
		{"/posts/1", "1 false"},
		{"/revalidate", ""},
		{"/posts/1", "2 false"},
		{"/state", "[false,null]"},
		{"/on", ""},
		{"/state", "[true,{}]"},
		{"/posts/1", "3 true"},
		{"/off", ""},
		{"/posts/1", "2 false"},
		{"/set", ""},
		{"/state", `[true,{"version":7}]`},
		{"/clear", ""},
		{"/state", "[false,null]"},
	} {
		request := httptest.NewRequest(http.MethodGet, step.path, http.NoBody)
		for name, value := range jar {
			request.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		if w.Code != http.StatusOK || w.Body.String() != step.want {
			t.Errorf("%s: got %d %q, want %q", step.path, w.Code, w.Body, step.want)
		}
		response := w.Result()
		_ = response.Body.Close()
		for _, cookie := range response.Cookies() {
			jar[cookie.Name] = cookie.Value
			if cookie.Expires.Year() == 1970 {
				delete(jar, cookie.Name)
			}
		}
	}
}
