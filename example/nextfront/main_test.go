package main_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
	main "github.com/gin-apiroutes/apiroutes/example/nextfront"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter, gin.DefaultErrorWriter = io.Discard, io.Discard
	exampletest.Main(m, main.Main)
}

// The lines that need the front end are run by conformance/nextfront.
func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8093")
}

func serve(t *testing.T, front, manifest string) string {
	t.Helper()
	engine, err := main.NewEngine(front, manifest, "")
	if err != nil {
		t.Fatal(err)
	}
	return exampletest.Serve(t, engine)
}

func TestPage(t *testing.T) {
	t.Parallel()
	exampletest.Page(t, serve(t, "http://127.0.0.1:1", "none")+"/")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	if _, err := main.NewEngine("", "", "http://127.0.0.1"); err == nil || !strings.Contains(err.Error(), "redisstore: ") {
		t.Errorf("error %v", err)
	}
}

// A save says what became of each page: of a front end that is not built yet,
// and of one that answers as Next.js does.
func TestSave(t *testing.T) {
	t.Parallel()
	const id = "158ec99209cd94f1591e0b01e55773d7"
	front := exampletest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Prerender-Revalidate") == id && r.URL.Path != "/latest" {
			w.Header().Set("X-Nextjs-Cache", "REVALIDATED")
		}
	}))
	manifest := filepath.Join(t.TempDir(), "prerender-manifest.json")
	base := serve(t, front, manifest)
	save := func(path string, headers ...string) exampletest.Answer {
		return exampletest.Send(t, http.MethodPost, base+path, "title=New", append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
	}
	if got := exampletest.Send(t, http.MethodGet, base+"/feed", ""); got.Body != "Hello\nFresh pages\n" {
		t.Errorf("feed %q", got.Body)
	}
	if got := save("/posts/1"); got.Status != http.StatusOK || !strings.Contains(got.Body, "build it with `next build`") {
		t.Errorf("without a build: %+v", got)
	}
	keys := `{"preview":{"previewModeId":"` + id + `","previewModeSigningKey":"` + strings.Repeat("5", 64) + `","previewModeEncryptionKey":"` + strings.Repeat("e", 64) + `"}}`
	if err := os.WriteFile(manifest, []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := save("/posts/1"); !strings.HasPrefix(got.Body, "/: 200: refreshed\n/latest: 200 but not a cached page") || !strings.HasSuffix(got.Body, "/posts/1: 200: refreshed\n") {
			t.Errorf("with a front end: %q", got.Body)
		}
	}
	if got := save("/posts/1", "Accept", "text/html"); !strings.Contains(got.Body, "<li>/posts/1: 200: refreshed</li>") {
		t.Errorf("for a browser: %q", got.Body)
	}
	if got := save("/posts/3"); got.Status != http.StatusNotFound {
		t.Errorf("no such post: %+v", got)
	}
	if got := save("/posts/1", "Sec-Fetch-Site", "cross-site"); got.Status != http.StatusForbidden {
		t.Errorf("from another site: %+v", got)
	}
	if got := exampletest.Send(t, http.MethodGet, base+"/feed", ""); got.Body != "New\nFresh pages\n" || got.Header.Get("X-Nextjs-Cache") != "HIT" {
		t.Errorf("feed %+v", got)
	}
	if got := exampletest.Send(t, http.MethodGet, base+"/api/posts/3", ""); got.Status != http.StatusNotFound {
		t.Errorf("API: %+v", got)
	}
	if got := exampletest.Send(t, http.MethodGet, base+"/api/posts", ""); !strings.HasPrefix(got.Body, `[{"id":"1","title":"New"`) {
		t.Errorf("API: %+v", got)
	}
}
