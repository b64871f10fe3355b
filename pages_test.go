package apiroutes_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

const (
	draftID      = "158ec99209cd94f1591e0b01e55773d7"
	privateValue = "private, no-cache, no-store, max-age=0, must-revalidate"
	cookieTail   = "; Path=/; HttpOnly; Secure; SameSite=None"
)

func newDraft(t *testing.T) *revalidate.Draft {
	t.Helper()
	draft, err := revalidate.NewDraft(revalidate.DraftConfig{ID: draftID, SigningKey: strings.Repeat("4", 64), EncryptionKey: strings.Repeat("e", 64)})
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

// app is an engine with pages and draft mode; one handler is at /api.
func app(t *testing.T, handler gin.HandlerFunc) *gin.Engine {
	t.Helper()
	gin.SetMode(gin.TestMode)
	r := gin.New()
	draft := newDraft(t)
	pages := revalidate.Must(r, revalidate.Config{Draft: draft})
	runs := 0
	r.GET("/p", pages.Page(revalidate.Never), func(c *gin.Context) {
		runs++
		c.String(http.StatusOK, "run %d", runs)
	})
	r.Any("/api", apiroutes.Provide(pages, draft), handler)
	return r
}

// TestRevalidate is res.revalidate: on the face, in all kinds of handlers.
func TestRevalidate(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]gin.HandlerFunc{
		"Handler": apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
			res.Revalidate(req.Query().Get("path"))
			res.JSON(gin.H{"revalidated": true})
			if err := res.Err(); err != nil {
				res.Status(http.StatusInternalServerError).Send("Error revalidating")
			}
		}),
		"HandlerE": apiroutes.HandlerE(func(req *apiroutes.Request, res *apiroutes.Response) error {
			if err := res.Revalidate(req.Query().Get("path")).Err(); err != nil {
				return err
			}
			res.JSON(gin.H{"revalidated": true})
			return nil
		}),
		"plain": func(c *gin.Context) {
			req, res := apiroutes.Of(c)
			if res.Revalidate(req.Query().Get("path")).JSON(gin.H{"revalidated": true}); c.IsAborted() {
				return
			}
		},
	} {
		r := app(t, handler)
		for range 2 {
			if got := ask(t, r, call{path: "/p"}); got.body != "run 1" {
				t.Errorf("%s: %q", name, got.body)
			}
		}
		if got := ask(t, r, call{path: "/api?path=/p"}); got.status != http.StatusOK || got.body != `{"revalidated":true}` {
			t.Errorf("%s: got %d %q", name, got.status, got.body)
		}
		if got := ask(t, r, call{path: "/p"}); got.body != "run 2" || got.header.Get("X-Nextjs-Cache") != "HIT" {
			t.Errorf("%s: %q %v", name, got.body, got.header)
		}
		want := "Internal Server Error"
		if name == "Handler" {
			want = "Error revalidating"
		}
		for _, path := range []string{"", "p", "/absent", "https://example.org/p"} {
			if got := ask(t, r, call{path: "/api?path=" + path}); got.status != http.StatusInternalServerError || got.body != want {
				t.Errorf("%s, %q: got %d %q", name, path, got.status, got.body)
			}
		}
	}
}

// TestRevalidateFrontEnd has pages that are on a Next.js front end.
func TestRevalidateFrontEnd(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.URL.Path + " " + r.Header.Get("X-Prerender-Revalidate")
		w.Header().Set("X-Nextjs-Cache", "REVALIDATED")
		w.Header().Set("Cache-Control", "s-maxage=60")
	}))
	defer front.Close()
	client := revalidate.MustNextClient(revalidate.NextConfig{BaseURL: front.URL, PreviewModeID: draftID})
	gin.SetMode(gin.TestMode)
	r := gin.New()
	r.Use(apiroutes.Provide(revalidate.Must(r, revalidate.Config{}), nil), apiroutes.Provide(client, nil)) // the nearest
	r.POST("/api", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.Revalidate("/posts/1").End() }))
	if got := ask(t, r, call{method: http.MethodPost, path: "/api"}); got.status != http.StatusOK {
		t.Errorf("got %d %q", got.status, got.body)
	}
	if got := <-asked; got != "HEAD /posts/1 "+draftID {
		t.Errorf("asked %q", got)
	}
}

// TestDraftMode is what Next.js sends for each helper: rules 12.1, 12.2 and 13.1.
func TestDraftMode(t *testing.T) {
	t.Parallel()
	const dropped = "; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=None"
	for name, test := range map[string]struct {
		call    func(res *apiroutes.Response)
		cookies string
	}{
		"enable":  {func(res *apiroutes.Response) { res.SetDraftMode(true) }, "__prerender_bypass=" + draftID + cookieTail},
		"disable": {func(res *apiroutes.Response) { res.SetDraftMode(false) }, "__prerender_bypass=" + dropped},
		"data": {
			func(res *apiroutes.Response) {
				res.SetPreviewData(gin.H{"a": 1}, revalidate.PreviewMaxAge(time.Minute))
			},
			"__prerender_bypass=" + draftID + "; Max-Age=60" + cookieTail + "|__next_preview_data=*; Max-Age=60" + cookieTail,
		},
		"clear": {func(res *apiroutes.Response) { res.ClearPreviewData() }, "__prerender_bypass=" + dropped + "|__next_preview_data=" + dropped},
	} {
		r := app(t, apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) {
			test.call(res)
			res.JSON(gin.H{})
		}))
		got := ask(t, r, call{path: "/api"})
		cookies := strings.Join(got.header["Set-Cookie"], "|")
		before, after, _ := strings.Cut(test.cookies, "*")
		if got.status != http.StatusOK || !strings.HasPrefix(cookies, before) || !strings.HasSuffix(cookies, after) || after == "" && cookies != before {
			t.Errorf("%s: %d %q", name, got.status, cookies)
		}
		if got.header.Get("Cache-Control") != privateValue {
			t.Errorf("%s: %v", name, got.header)
		}
	}
}

// TestDraftRequests read what the helpers wrote, and see pages past the cache.
func TestDraftRequests(t *testing.T) {
	t.Parallel()
	r := app(t, apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		if req.Method() == http.MethodPost {
			res.SetPreviewData(gin.H{"v": 7})
		}
		res.JSON([]any{req.DraftMode(), req.Preview(), req.PreviewData()})
	}))
	begun := ask(t, r, call{method: http.MethodPost, path: "/api"})
	var session []string
	for _, line := range begun.header["Set-Cookie"] {
		cookie, _, _ := strings.Cut(line, ";")
		session = append(session, cookie)
	}
	for _, test := range []struct{ cookie, api, page string }{
		{"", "[false,false,null]", "run 1"},
		{"__prerender_bypass=wrong", "[false,false,null]", "run 1"},
		{"__prerender_bypass=" + draftID, "[true,true,{}]", "run 2"},
		{strings.Join(session, "; "), `[true,true,{"v":7}]`, "run 3"},
		{"", "[false,false,null]", "run 1"},
	} {
		header := http.Header{"Cookie": {test.cookie}}
		api, page := ask(t, r, call{path: "/api", header: header}), ask(t, r, call{path: "/p", header: header})
		if api.body != test.api || page.body != test.page {
			t.Errorf("%q: got %q and %q", test.cookie, api.body, page.body)
		}
		if draft := strings.HasPrefix(test.api, "[true"); draft != (page.header.Get("Cache-Control") == privateValue) && test.cookie != "__prerender_bypass=wrong" {
			t.Errorf("%q: %v", test.cookie, page.header)
		}
	}
}

// TestPagesFaults are errors of the helper, not silence.
func TestPagesFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before gin.HandlerFunc
		call   func(res *apiroutes.Response)
		want   error
	}{
		"no pages":  {apiroutes.Provide(nil, newDraft(t)), func(res *apiroutes.Response) { res.Revalidate("/p") }, apiroutes.ErrNoPages},
		"no draft":  {apiroutes.Provide(nil, nil), func(res *apiroutes.Response) { res.SetDraftMode(true) }, apiroutes.ErrNoDraft},
		"nothing":   {func(*gin.Context) {}, func(res *apiroutes.Response) { res.SetPreviewData(1) }, apiroutes.ErrNoDraft},
		"clear":     {func(*gin.Context) {}, func(res *apiroutes.Response) { res.ClearPreviewData() }, apiroutes.ErrNoDraft},
		"too late":  {apiroutes.Provide(nil, newDraft(t)), func(res *apiroutes.Response) { res.End("x"); res.SetDraftMode(true) }, apiroutes.ErrHeadersSent},
		"too large": {apiroutes.Provide(nil, newDraft(t)), func(res *apiroutes.Response) { res.SetPreviewData(strings.Repeat("x", 650)) }, new(revalidate.PreviewTooLargeError)},
		"first error stays": {apiroutes.Provide(nil, nil), func(res *apiroutes.Response) {
			res.Revalidate("/p").SetDraftMode(true).SetPreviewData(1).ClearPreviewData().Revalidate("/p")
		}, apiroutes.ErrNoPages},
	} {
		var err error
		var on bool
		engine, _ := route(test.before, apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
			test.call(res)
			err = res.Err()
			on = req.DraftMode() || req.Preview() || req.PreviewData() != nil
		}))
		got := ask(t, engine, call{})
		if _, tooLarge := errors.AsType[*revalidate.PreviewTooLargeError](err); !errors.Is(err, test.want) && !tooLarge || on || len(got.header["Set-Cookie"]) > 0 {
			t.Errorf("%s: %v, on %t, %v", name, err, on, got.header)
		}
	}
}

// TestErrorsStayPrivate keeps the cookies of draft mode out of caches that keep a 404.
func TestErrorsStayPrivate(t *testing.T) {
	t.Parallel()
	r := app(t, apiroutes.HandlerE(func(_ *apiroutes.Request, res *apiroutes.Response) error {
		res.SetDraftMode(true)
		return apiroutes.NewError(http.StatusNotFound, "No such post")
	}))
	if got := ask(t, r, call{path: "/api"}); got.status != http.StatusNotFound || got.header.Get("Cache-Control") != privateValue {
		t.Errorf("got %d %v", got.status, got.header)
	}
	r = app(t, apiroutes.HandlerE(func(_ *apiroutes.Request, res *apiroutes.Response) error {
		res.SetHeader("Cache-Control", "s-maxage=60")
		return fmt.Errorf("no connection")
	}))
	if got := ask(t, r, call{path: "/api"}); got.header.Get("Cache-Control") != "" {
		t.Errorf("got %d %v", got.status, got.header)
	}
}
