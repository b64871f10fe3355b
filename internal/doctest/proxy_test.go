package doctest_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// The program of docs/proxy.md.

func behindProxy() (*gin.Engine, error) {
	r := gin.New(catchall.NextPaths)
	if err := r.SetTrustedProxies([]string{"127.0.0.1"}); err != nil { // for c.ClientIP, and for nothing else
		return nil, err
	}
	r.Use(gin.Recovery(), middleware.Must(middleware.Config{MaxDuration: 60 * time.Second}))
	r.POST("/api/video", middleware.With(middleware.SizeLimit("50mb")), importNotes)
	r.GET("/api/events", func(c *gin.Context) {
		c.Header("X-Accel-Buffering", "no") // nginx passes each event on at once, compressed or not
		sendEvents(c)
	})
	return r, routeTable().Mount(r.Group("/api"))
}

// sendEvents sends one event, and another when the client has left or a minute
// is over.
func sendEvents(c *gin.Context) {
	c.SSEvent("tick", 1)
	c.Writer.Flush()
	select {
	case <-c.Request.Context().Done():
	case <-time.After(time.Minute):
	}
}

// startNginx runs nginx with the configuration of the page in front of a
// server, and returns its URL.
func startNginx(t *testing.T, backend string, more ...string) string {
	t.Helper()
	if _, err := exec.LookPath("nginx"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("nginx is missing; the system step of .ci/run installs it")
		}
		t.Skip("nginx is not installed here")
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	servers := strings.NewReplacer("127.0.0.1:8080", backend, "127.0.0.1:8000", address).Replace(blockOf(t, "docs/proxy.md", "nginx"))
	lines := []string{"daemon off;", "worker_processes 1;", "pid " + folder + "/pid;", "error_log " + folder + "/error.log;"}
	if os.Getuid() == 0 {
		lines = append(lines, "user root;")
	}
	lines = append(lines, "events {}", "http {", "access_log off;")
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		lines = append(lines, kind+"_temp_path "+folder+"/"+kind+";")
	}
	lines = append(append(lines, more...), servers, "}", "")
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, exec.CommandContext(t.Context(), "nginx", "-e", folder+"/error.log", "-c", file), address)
	return "http://" + address
}

// run runs a server until the test ends, and waits until it accepts connections.
func run(t *testing.T, command *exec.Cmd, address string) {
	t.Helper()
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // nginx ends its workers then
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // the context ends it
		close(ended)
	}()
	t.Cleanup(func() { <-ended })
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(10 * time.Millisecond) {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = connection.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("the server did not start: %s", &output)
		default:
		}
	}
	t.Fatal("the server does not answer")
}

// proxied starts the program of the page with some routes to look at it.
func proxied(t *testing.T, more ...string) string {
	t.Helper()
	engine, err := behindProxy()
	if err != nil {
		t.Fatal(err)
	}
	engine.GET("/api/ip", func(c *gin.Context) { c.String(http.StatusOK, c.ClientIP()) })
	engine.GET("/api/json", func(c *gin.Context) { apiroutes.JSON(c, gin.H{"text": strings.Repeat("x", 2000)}) })
	engine.GET("/api/slow", middleware.With(middleware.MaxDuration(50*time.Millisecond)), func(c *gin.Context) { <-c.Request.Context().Done() })
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	return startNginx(t, server.Listener.Addr().String(), more...)
}

func TestBehindNginx(t *testing.T) {
	t.Parallel()
	base := proxied(t)
	large := func(size int) string { return `"` + strings.Repeat("x", size) + `"` }
	for _, test := range []struct {
		method, target, body string
		status               int
		want, location       string
	}{
		{"GET", "/api/post/a%2Fb", "", 200, `{"pid":"a/b"}`, ""},
		{"GET", "/api/post/a+b", "", 200, `{"pid":"a+b"}`, ""},
		{"GET", "/api//post/abc?x=1", "", 308, "", "/api/post/abc?x=1"},
		{"GET", "/api/post/abc/", "", 308, "", "/api/post/abc"},
		{"POST", "/api/docs", large(2 << 20), 413, "Body exceeded 1mb limit", ""},
		{"POST", "/api/video", large(40 << 20), 200, "41943042 bytes", ""},
		{"POST", "/api/video", large(51 << 20), 413, "Body exceeded 50mb limit", ""},
		{"GET", "/api/slow", "", 504, "Gateway Timeout", ""},
		{"GET", "/api/ip", "", 200, "127.0.0.1", ""},
	} {
		got := request(t, test.method, base+test.target, test.body, "X-Forwarded-For", "203.0.113.9")
		if got.status != test.status || got.header.Get("Location") != test.location || test.want != "" && got.body != test.want {
			t.Errorf("%s %s: got %d %.100q %q, want %d %q", test.method, test.target, got.status, got.body, got.header.Get("Location"), test.status, test.want)
		}
	}
}

// An event arrives while the handler still runs, though nginx compresses it.
func TestEventsBehindNginx(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	base := proxied(t, "gzip on;", "gzip_types text/event-stream;", "gzip_min_length 0;")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	if err != nil || line != "event:tick\n" || !response.Uncompressed {
		t.Errorf("got %q %v, compressed: %t", line, err, response.Uncompressed)
	}
}

// The tag that nginx makes weak when it compresses is good for a 304.
func TestCompressionByNginx(t *testing.T) {
	t.Parallel()
	target := proxied(t, "gzip on;", "gzip_types application/json;", "gzip_proxied any;") + "/api/json"
	first := request(t, http.MethodGet, target, "", "Accept-Encoding", "gzip")
	tag := first.header.Get("ETag")
	if first.header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(tag, `W/"`) {
		t.Fatalf("got %v", first.header)
	}
	if second := request(t, http.MethodGet, target, "", "If-None-Match", tag); second.status != http.StatusNotModified {
		t.Errorf("got %d", second.status)
	}
}

// answered is what a server answered.
type answered struct {
	status int
	header http.Header
	body   string
}

// request sends one over the network and follows no redirect.
func request(t *testing.T, method, url, body string, header ...string) answered {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{response.StatusCode, response.Header, string(text)}
}
