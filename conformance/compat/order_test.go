package compat_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gingzip "github.com/gin-contrib/gzip"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// The order of middleware that the README recommends.

// login stands for whatever finds out who is asking.
func login(c *gin.Context) {
	if c.GetHeader("Authorization") == "" && !revalidate.IsRender(c) {
		c.AbortWithStatus(http.StatusUnauthorized)
	}
}

func ordered(showPost gin.HandlerFunc) *gin.Engine {
	policy := middleware.Policy{Origins: []string{"https://app.example.com"}, Headers: []string{"Authorization"}}
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	r.Use(gin.Recovery())
	r.Use(middleware.With(middleware.CORS(policy)))        // scripts can read every answer, refusals too
	r.Use(gingzip.Gzip(gingzip.DefaultCompression))        // compresses all that follows, cached pages too
	r.Use(login)                                           // before the last layer: nothing of a stranger's body is read
	r.Use(middleware.Must(middleware.Config{}))            // the last layer of a route reads the body
	r.GET("/posts/:id", pages.Page(time.Minute), showPost) // one page for all who come this far
	r.POST("/posts", func(c *gin.Context) { c.Status(http.StatusCreated) })
	return r
}

func TestOrderOfMiddleware(t *testing.T) {
	t.Parallel()
	var renders atomic.Int64
	r := ordered(func(c *gin.Context) { c.String(http.StatusOK, "%s %d", strings.Repeat("x", 2000), renders.Add(1)) })
	text := strings.Repeat("x", 2000) + " 1"
	for _, test := range []struct {
		name, method, path, user, body string
		status                         int
		want                           string
	}{
		{"a preflight needs no login", "OPTIONS", "/posts", "", "", 204, ""},
		{"a stranger is refused before the body is read", "POST", "/posts", "", `{"a":`, 401, ""},
		{"a user's body is checked", "POST", "/posts", "Bearer 1", `{"a":`, 400, "Invalid JSON"},
		{"and taken", "POST", "/posts", "Bearer 1", `{"a":1}`, 201, ""},
		{"a page is not for strangers", "GET", "/posts/1", "", "", 401, ""},
		{"a user has it rendered", "GET", "/posts/1", "Bearer 1", "", 200, text},
		{"another gets the same one", "GET", "/posts/1", "Bearer 2", "", 200, text},
	} {
		request := httptest.NewRequest(test.method, test.path, strings.NewReader(test.body))
		for name, value := range map[string]string{
			"Origin": "https://app.example.com", "Accept-Encoding": "gzip", "Content-Type": "application/json", "Authorization": test.user,
		} {
			if value != "" {
				request.Header.Set(name, value)
			}
		}
		if test.method == http.MethodOptions {
			request.Header.Set("Access-Control-Request-Method", http.MethodPost)
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		if got := plainText(t, w); w.Code != test.status || got != test.want {
			t.Errorf("%s: got %d %.40q, want %d %.40q", test.name, w.Code, got, test.status, test.want)
		}
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != "https://app.example.com" {
			t.Errorf("%s: a script cannot read the answer: %v", test.name, w.Header())
		}
		if test.want == text && w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: not compressed", test.name)
		}
	}
}

// plainText returns the body of an answer.
func plainText(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() == 0 {
		return w.Body.String()
	}
	zip, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
