package main_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	main "github.com/gin-apiroutes/apiroutes/example/blog"
	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter, gin.DefaultErrorWriter = io.Discard, io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8090")
}

// serve starts an instance whose posts are in the file db, or in memory.
func serve(t *testing.T, db, redis string) string {
	t.Helper()
	handler, err := main.NewHandler(t, db, redis, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return exampletest.Serve(t, handler)
}

func TestPages(t *testing.T) {
	t.Parallel()
	base := serve(t, "", "")
	for _, path := range []string{"/", "/posts", "/posts/1", "/admin/posts/1"} {
		exampletest.Page(t, base+path)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		db, redis string
		window    time.Duration
		want      string
	}{
		{"", "redis://127.0.0.1:6379", time.Second, "the same -db"},
		{"", "", 0, "more than 0"},
		{filepath.Join(t.TempDir(), "none", "blog.db"), "", time.Second, "unable to open database file"},
		{filepath.Join(t.TempDir(), "blog.db"), "http://127.0.0.1", time.Second, "redisstore: "},
	} {
		if _, err := main.NewHandler(t, test.db, test.redis, test.window); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got %v", test, err)
		}
	}
}

// The first page says how long a window is, in words.
func TestWindowInWords(t *testing.T) {
	t.Parallel()
	for window, want := range map[time.Duration]string{
		time.Hour:        "1 hour",
		48 * time.Hour:   "48 hours",
		time.Minute:      "1 minute",
		90 * time.Second: "90 seconds",
		time.Second:      "1 second",
		time.Millisecond: "1ms",
	} {
		handler, err := main.NewHandler(t, "", "", window)
		if err != nil {
			t.Fatal(err)
		}
		if got := exampletest.Send(t, http.MethodGet, exampletest.Serve(t, handler)+"/", ""); !strings.Contains(got.Body, "until they are "+want+" old") {
			t.Errorf("%v is not %q in %s", window, want, got.Body)
		}
	}
}

const formType = "application/x-www-form-urlencoded"

// save sends the form of a post.
func save(t *testing.T, base, body string) exampletest.Answer {
	t.Helper()
	return exampletest.Send(t, http.MethodPost, base+"/admin/posts/1", body, "Content-Type", formType)
}

// shows asks for a page, which has to come in a state and with a text.
func shows(t *testing.T, url, state, text string) {
	t.Helper()
	got := exampletest.Send(t, http.MethodGet, url, "")
	if got.Header.Get("X-Nextjs-Cache") != state || !strings.Contains(got.Body, text) {
		t.Errorf("%s: got %s, want %s with %q:\n%s", url, got.Header.Get("X-Nextjs-Cache"), state, text, got.Body)
	}
}

func TestSave(t *testing.T) {
	t.Parallel()
	base := serve(t, "", "")
	shows(t, base+"/posts", "MISS", "Bread")
	shows(t, base+"/posts/1", "MISS", "Bread")

	if got := save(t, base, "title=Cake&text=Sweet&then=nothing"); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/posts/1" {
		t.Errorf("got %+v", got)
	}
	shows(t, base+"/posts", "HIT", "Bread")
	shows(t, base+"/posts/1", "HIT", "Bread")
	shows(t, base+"/admin/posts/1", "", "Cake")

	save(t, base, "title=Rye+%3Cb%3E&text=One%0D%0A%0D%0ATwo&then=revalidate")
	shows(t, base+"/posts", "HIT", "Rye &lt;b&gt;")
	shows(t, base+"/posts/1", "HIT", "<p>One</p>\n    <p>Two</p>")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	base := serve(t, "", "")
	for _, test := range []struct {
		path, body, site string
		status           int
		want             string
	}{
		{"/admin/posts/1", "title=&text=typed&then=revalidate", "", 400, "title is required"},
		{"/admin/posts/1", "title=&text=typed&then=revalidate", "", 400, ">typed</textarea>"},
		{"/admin/posts/1", "title=a&text=b&then=c", "", 400, "then must be one of"},
		{"/admin/posts/1", "title=" + strings.Repeat("a", 101) + "&text=b&then=nothing", "", 400, "title must"},
		{"/admin/posts/1", "title=a&text=" + strings.Repeat("b", 100<<10), "", 413, "Body exceeded 100kb limit"},
		{"/admin/posts/9", "title=a&text=b&then=nothing", "", 404, "no such post"},
		{"/admin/posts/x", "title=a&text=b&then=nothing", "", 404, "no such post"},
		{"/admin/posts/1", "title=a&text=b&then=revalidate", "cross-site", 403, "cross-origin"},
	} {
		got := exampletest.Send(t, http.MethodPost, base+test.path, test.body, "Content-Type", formType, "Sec-Fetch-Site", test.site)
		if got.Status != test.status || !strings.Contains(got.Body, test.want) {
			t.Errorf("%.60s: got %d %q", test.body, got.Status, got.Body)
		}
	}
	shows(t, base+"/posts/1", "MISS", "<h1>Bread</h1>")
}

func TestMissingPost(t *testing.T) {
	t.Parallel()
	base := serve(t, "", "")
	for _, state := range []string{"MISS", "HIT"} {
		shows(t, base+"/posts/9", state, "no such post")
	}
}

// Pages are served without the database that they came from.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	engine, away := main.NewEngine(t, revalidate.Config{})
	base := exampletest.Serve(t, engine)
	shows(t, base+"/posts/1", "MISS", "Bread")
	if err := away(); err != nil {
		t.Fatal(err)
	}
	shows(t, base+"/posts/1", "HIT", "Bread")
	for _, path := range []string{"/posts", "/posts/2", "/admin/posts/2"} {
		if got := exampletest.Send(t, http.MethodGet, base+path, ""); got.Status != http.StatusInternalServerError || got.Body != "The posts cannot be read now." {
			t.Errorf("%s: got %d %q", path, got.Status, got.Body)
		}
	}
	if got := save(t, base, "title=a&text=b&then=nothing"); got.Status != http.StatusInternalServerError {
		t.Errorf("got %d", got.Status)
	}
}

// Visitors who leave do not take the posts in memory with them.
func TestCancelledRequests(t *testing.T) {
	t.Parallel()
	engine, _ := main.NewEngine(t, revalidate.Config{})
	gone, leave := context.WithCancel(t.Context())
	leave()
	for range 50 {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			request := httptest.NewRequestWithContext(gone, method, "/admin/posts/1", strings.NewReader("title=a&text=b&then=nothing"))
			request.Header.Set("Content-Type", formType)
			engine.ServeHTTP(httptest.NewRecorder(), request)
		}
	}
	base := exampletest.Serve(t, engine)
	shows(t, base+"/posts/1", "MISS", "Bread")
}
