package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// refusing is a server with a route for each kind of refusal. The handler of
// /late returns only when the test is over.
func refusing(t *testing.T) *httptest.Server {
	t.Helper()
	over := make(chan struct{})
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "1kb"}))
	ok := func(c *gin.Context) { c.String(http.StatusOK, "ok") }
	r.POST("/large", ok)
	r.POST("/malformed", ok)
	r.POST("/late", middleware.With(middleware.MaxDuration(20*time.Millisecond)), func(*gin.Context) { <-over })
	r.GET("/next", func(c *gin.Context) { c.String(http.StatusOK, "next") })
	s := serve(t, r)
	t.Cleanup(func() { close(over) }) // before the server closes, which waits for handlers
	return s
}

// refusals are the requests to it that must not harm the one after.
var refusals = []struct{ path, contentType, body, want string }{
	{"/large", "text/plain", strings.Repeat("x", 300_000), "413 Body exceeded 1kb limit"},
	{"/malformed", "application/json", "{", "400 Invalid JSON"},
	{"/late", "text/plain", "x", "504 Gateway Timeout"},
}

// TestNextRequest sends a request right after each refusal, with clients that
// keep their connections.
func TestNextRequest(t *testing.T) {
	clients := map[string]func(t *testing.T, url, file, contentType string) string{
		"curl": withCurl, "node": withNode, "python3": withPython,
	}
	for name, client := range clients {
		t.Run(name, func(t *testing.T) {
			program(t, name)
			s := refusing(t)
			for _, r := range refusals {
				file := filepath.Join(t.TempDir(), "body")
				if err := os.WriteFile(file, []byte(r.body), 0o600); err != nil {
					t.Fatal(err)
				}
				if got, want := client(t, s.URL+r.path, file, r.contentType), r.want+"|200 next|"; got != want {
					t.Errorf("%s: got %q, want %q", r.path, got, want)
				}
			}
		})
	}
	t.Run("Go", func(t *testing.T) {
		s := refusing(t)
		for _, r := range refusals {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+r.path, strings.NewReader(r.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", r.contentType)
			res, err := s.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if err := res.Body.Close(); err != nil {
				t.Error(err)
			}
			if !strings.HasPrefix(r.want, res.Status[:3]) {
				t.Errorf("%s: got %s, want %s", r.path, res.Status, r.want)
			}
			if next := fetch(t, s.Client(), http.MethodGet, s.URL+"/next", nil); next.body != "next" {
				t.Errorf("after %s: got %+v", r.path, next)
			}
		}
	})
}

// program returns the path of a client. Without it the test is skipped, except
// in CI, which installs all of them.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") == "true":
		t.Fatalf("CI must have %s: %v", name, err)
	}
	t.Skipf("this machine has no %s; CI has", name)
	return ""
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program(t, name), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func withCurl(t *testing.T, url, file, contentType string) string {
	t.Helper()
	base := url[:strings.LastIndexByte(url, '/')]
	out := output(t, "curl", "-sS", "--max-time", "20", "-H", "Content-Type: "+contentType, "--data-binary", "@"+file, "-o", "-", "-w", "|%{http_code}|", url,
		"--next", "-sS", "--max-time", "20", "-w", "|%{http_code}|", base+"/next")
	parts := strings.Split(out, "|")
	if len(parts) != 5 {
		return out
	}
	return parts[1] + " " + parts[0] + "|" + parts[3] + " " + parts[2] + "|"
}

func withNode(t *testing.T, url, file, contentType string) string {
	t.Helper()
	const script = `
const [url, file, type] = process.argv.slice(1)
const show = async res => process.stdout.write(res.status + ' ' + await res.text() + '|')
const main = async () => {
  await show(await fetch(url, { method: 'POST', body: require('fs').readFileSync(file), headers: { 'content-type': type } }))
  await show(await fetch(new URL('/next', url)))
}
main().catch(e => { console.error(e); process.exit(1) })`
	return output(t, "node", "-e", script, url, file, contentType)
}

func withPython(t *testing.T, url, file, contentType string) string {
	t.Helper()
	const script = `
import http.client, sys, urllib.parse
url, file, kind = sys.argv[1:]
at = urllib.parse.urlsplit(url)
connection = http.client.HTTPConnection(at.netloc, timeout=20)
def show():
    response = connection.getresponse()
    print(response.status, response.read().decode(), end='|')
connection.request('POST', at.path, open(file, 'rb').read(), {'Content-Type': kind})
show()
connection.request('GET', '/next')
show()`
	return output(t, "python3", "-c", script, url, file, contentType)
}
