package apiroutes_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// protocols start a server that speaks one version of HTTP only, with a client for it.
var protocols = map[string]func(*testing.T, http.Handler) *httptest.Server{
	"HTTP/1.1": func(t *testing.T, handler http.Handler) *httptest.Server {
		t.Helper()
		return httptest.NewServer(handler)
	},
	"HTTP/2.0 without TLS": func(t *testing.T, handler http.Handler) *httptest.Server {
		t.Helper()
		only := new(http.Protocols)
		only.SetUnencryptedHTTP2(true)
		server := httptest.NewUnstartedServer(handler)
		server.Config.Protocols = only
		server.Start()
		transport := &http.Transport{Protocols: only}
		t.Cleanup(transport.CloseIdleConnections)
		server.Client().Transport = transport
		return server
	},
	"HTTP/2.0 over TLS": func(t *testing.T, handler http.Handler) *httptest.Server {
		t.Helper()
		server := httptest.NewUnstartedServer(handler)
		server.EnableHTTP2 = true
		server.StartTLS()
		return server
	},
}

// TestProtocols: what the toolkit promises does not depend on the version of HTTP.
func TestProtocols(t *testing.T) {
	t.Parallel()
	for name, start := range protocols {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			held := make(chan struct{})
			server := start(t, protocolRoutes(name, held))
			defer server.Close()
			release := sync.OnceFunc(func() { close(held) })
			defer release()
			ask := func(c call) reply { return askServer(t, server, c) }

			for range 2 { // the second shows that the connection is in order after a refusal, or another one is made
				got := ask(call{method: http.MethodPost, path: "/limited", header: plainText, body: strings.Repeat("x", 1<<21)})
				got.expect(t, "over the limit", http.StatusRequestEntityTooLarge, "Body exceeded 1kb limit")
				got = ask(call{method: http.MethodPost, path: "/limited", header: plainText, body: "small"})
				got.expect(t, "below the limit", http.StatusOK, "5 bytes by "+name[:8])
			}
			checkDeadline(t, server, release)

			first, second := ask(call{path: "/page"}), ask(call{path: "/page"})
			first.expect(t, "the first page", http.StatusOK, "render 1")
			second.expect(t, "the second page", http.StatusOK, "render 1")
			if first.header.Get("X-Nextjs-Cache") != "MISS" || second.header.Get("X-Nextjs-Cache") != "HIT" {
				t.Errorf("the cache says %v, then %v", first.header, second.header)
			}
			same := ask(call{path: "/page", header: http.Header{"If-None-Match": {second.header.Get("ETag")}}})
			same.expect(t, "a page that the client has", http.StatusNotModified, "")

			preflight := ask(call{method: http.MethodOptions, path: "/shared", header: http.Header{
				"Origin": {"https://app.example.com"}, "Access-Control-Request-Method": {"PUT"},
			}})
			preflight.expect(t, "a preflight", http.StatusNoContent, "")
			if got := preflight.header.Get("Access-Control-Allow-Origin"); got != "https://app.example.com" {
				t.Errorf("a preflight allows %q: %v", got, preflight.header)
			}
			checkStream(t, server)
		})
	}
}

var plainText = http.Header{"Content-Type": {"text/plain"}}

// protocolRoutes has a route for each promise. What runs after its deadline ends when held is closed.
func protocolRoutes(name string, held <-chan struct{}) http.Handler {
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	engine.ContextWithFallback = true
	pages := revalidate.Must(engine, revalidate.Config{})
	r := middleware.Routes(engine)
	r.Use(middleware.Must(middleware.Config{CORS: &middleware.Policy{Origins: []string{"https://app.example.com"}, Methods: []string{http.MethodPut}}}))
	r.POST("/limited", middleware.With(middleware.SizeLimit("1kb")), func(c *gin.Context) {
		body, err := io.ReadAll(c.Request.Body)
		if err != nil || !strings.HasPrefix(name, c.Request.Proto) {
			c.String(http.StatusInternalServerError, "%v by %s", err, c.Request.Proto)
			return
		}
		c.String(http.StatusOK, "%d bytes by %s", len(body), c.Request.Proto)
	})
	r.GET("/slow", middleware.With(middleware.MaxDuration(20*time.Millisecond)), func(*gin.Context) { <-held })
	var renders atomic.Int32
	r.GET("/page", pages.Page(time.Hour), func(c *gin.Context) { c.String(http.StatusOK, "render %d", renders.Add(1)) })
	r.PUT("/shared", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	r.GET("/stream", func(c *gin.Context) {
		c.Header("Content-Type", "text/event-stream")
		_, _ = c.Writer.WriteString("one\n")
		c.Writer.Flush()
		<-c.Done() // the client goes when it has read that
	})
	return engine
}

// checkDeadline asks a handler that goes on after its deadline, and lets it end when the answer is there, status and body. On
// HTTP/2 the mark behind them, which ends the stream, is sent by net/http, and not before the handler ends.
func checkDeadline(t *testing.T, server *httptest.Server, release func()) {
	t.Helper()
	response := get(t, server, "/slow")
	defer func() { _ = response.Body.Close() }()
	const want = "Gateway Timeout"
	body := make([]byte, len(want))
	if _, err := io.ReadFull(response.Body, body); err != nil || string(body) != want || response.StatusCode != http.StatusGatewayTimeout {
		t.Errorf("at the deadline: %d %q, %v", response.StatusCode, body, err)
	}
	if response.ContentLength != int64(len(want)) {
		t.Errorf("the length of the answer at the deadline is %d", response.ContentLength)
	}
	release()
	if rest, err := io.ReadAll(response.Body); len(rest) > 0 || err != nil {
		t.Errorf("behind the answer at the deadline comes %q, %v", rest, err)
	}
}

// get leaves the body of the answer to the caller.
func get(t *testing.T, server *httptest.Server, path string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// checkStream reads the beginning of an answer that ends only when the client goes.
func checkStream(t *testing.T, server *httptest.Server) {
	t.Helper()
	response := get(t, server, "/stream")
	defer func() { _ = response.Body.Close() }()
	if line, err := bufio.NewReader(response.Body).ReadString('\n'); line != "one\n" || err != nil {
		t.Errorf("the stream begins with %q, %v", line, err)
	}
}

// expect looks at the status and the body.
func (r reply) expect(t *testing.T, what string, status int, body string) {
	t.Helper()
	if r.err != nil || r.status != status || r.body != body {
		t.Errorf("%s: %d %q, %v, want %d %q", what, r.status, r.body, r.err, status, body)
	}
}
