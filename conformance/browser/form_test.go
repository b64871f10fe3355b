package browser_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/conformance/browser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// newForms has a form that is sent to the route in the query, routes that
// redirect, and one that shows what arrived.
func newForms(t *testing.T) *gin.Engine {
	t.Helper()
	r := gin.New(catchall.NextPaths)
	r.Use(middleware.Must(middleware.Config{SizeLimit: "1kb"}))
	r.GET("/", func(c *gin.Context) {
		c.Data(http.StatusOK, "text/html; charset=utf-8", fmt.Appendf(nil, `<!doctype html><html lang="en"><title>form</title>
<form action="/api/%s" method="%s" enctype="%s"><input name="name"><input type="file" name="file"><button>Send</button></form>`,
			c.Query("to"), c.Query("method"), c.Query("enctype")))
	})
	routes := catchall.New()
	routes.Any("/plain", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect("/api/show") }))
	routes.Any("/[status]", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		status := map[string]int{"301": 301, "302": 302, "303": 303, "307": 307, "308": 308}[req.Query().Get("status")]
		res.RedirectStatus(status, "/api/show")
	}))
	routes.Any("/show", func(c *gin.Context) {
		name := bodyparser.Form(c).Get("name")
		if c.ContentType() == "multipart/form-data" {
			file, err := c.FormFile("file")
			if err != nil {
				c.String(http.StatusBadRequest, err.Error())
				return
			}
			name = fmt.Sprintf("%s and %s of %d bytes", c.PostForm("name"), file.Filename, file.Size)
		}
		c.String(http.StatusOK, "%s %s", c.Request.Method, name)
	})
	if err := routes.Mount(r.Group("/api")); err != nil {
		t.Fatal(err)
	}
	return r
}

// Where a browser ends up after a form, by the status of the redirect: with the
// same method and body, or with GET and without.
func TestFormsFollowRedirects(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	site := serve(t, newForms(t))
	const plain, multipart = "application/x-www-form-urlencoded", "multipart/form-data"
	file := filepath.Join(t.TempDir(), "a b.txt")
	if err := os.WriteFile(file, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := b.Open(t, "about:blank")
	for _, test := range []struct{ to, method, enctype, asked, want string }{
		{"show", "post", plain, "POST /api/show", "POST Ada & Grace ž"},
		{"plain", "post", plain, "POST /api/plain, POST /api/show", "POST Ada & Grace ž"}, // 307, as in Next.js
		{"307", "post", plain, "POST /api/307, POST /api/show", "POST Ada & Grace ž"},
		{"308", "post", plain, "POST /api/308, POST /api/show", "POST Ada & Grace ž"},
		{"301", "post", plain, "POST /api/301, GET /api/show", "GET"},
		{"302", "post", plain, "POST /api/302, GET /api/show", "GET"},
		{"303", "post", plain, "POST /api/303, GET /api/show", "GET"},
		{"307", "get", plain, "GET /api/307, GET /api/show", "GET"},
		{"show", "post", multipart, "POST /api/show", "POST Ada & Grace ž and a b.txt of 5 bytes"},
		{"307", "post", multipart, "POST /api/307, POST /api/show", "POST Ada & Grace ž and a b.txt of 5 bytes"},
		{"303", "post", multipart, "POST /api/303, GET /api/show", "GET"},
		{"show/", "post", plain, "POST /api/show/, POST /api/show", "POST Ada & Grace ž"}, // 308 of the router
		{"/show", "post", multipart, "POST /api//show, POST /api/show", "POST Ada & Grace ž and a b.txt of 5 bytes"},
	} {
		p.Go(site.at("app.test") + "/?to=" + test.to + "&method=" + test.method + "&enctype=" + test.enctype)
		p.Fill("[name=name]", "Ada & Grace ž")
		p.Choose("[name=file]", file)
		site.asked()
		p.Follow("button")
		if got := p.Text("body"); got != test.want {
			t.Errorf("%s %s %s: got %q, want %q", test.method, test.to, test.enctype, got, test.want)
		}
		if got := strings.Join(site.asked(), ", "); got != test.asked {
			t.Errorf("%s %s %s: the server was asked %q, want %q", test.method, test.to, test.enctype, got, test.asked)
		}
	}
}

// A form without script shows its refusal as a page.
func TestFormsShowRefusals(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	site := serve(t, newForms(t))
	p := b.Open(t, site.at("app.test")+"/?to=show&method=post&enctype=multipart/form-data")
	for _, size := range []int64{2000, 10 << 20, 50 << 20, 200 << 20} {
		file := filepath.Join(t.TempDir(), "large")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(file, size); err != nil {
			t.Fatal(err)
		}
		p.Choose("[name=file]", file)
		p.Follow("button")
		if got := p.Text("body"); got != "Body exceeded 1kb limit" {
			t.Errorf("%d bytes: got %q", size, got)
		}
		p.Go(site.at("app.test") + "/?to=show&method=post&enctype=multipart/form-data")
	}
}
