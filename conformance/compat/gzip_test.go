package compat_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	gingzip "github.com/gin-contrib/gzip"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// TestRefusedBehindGzip refuses bodies behind a middleware that compresses, in the order that the README recommends: the answer
// is what it is without, and the next request on the connection works.
func TestRefusedBehindGzip(t *testing.T) {
	t.Parallel()
	text := "Body exceeded 1mb limit"
	large, malformed := 3<<20, 100
	for name, test := range map[string]struct {
		hook func(*gin.Context, error)
		size int
		body string
	}{
		"too large":                     {nil, large, text},
		"too large, answered by a hook": {bodyparser.ProblemJSON, large, `{"title":"Request Entity Too Large","status":413,"detail":"` + text + `"}`},
		"malformed":                     {nil, malformed, "Invalid JSON"},
		"malformed, answered by a hook": {bodyparser.ProblemJSON, malformed, `{"title":"Bad Request","status":400,"detail":"Invalid JSON"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := gin.New()
			r.Use(gingzip.Gzip(gingzip.DefaultCompression), middleware.Must(middleware.Config{ErrorHandler: test.hook}))
			r.POST("/", func(*gin.Context) { t.Error("the handler ran") })
			r.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "next") })
			conn, in := dial(t, r)
			// All of it is sent before the answer is read, as many clients do.
			fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
				test.size, strings.Repeat("x", test.size))
			if a := readAnswer(t, in); a.body != test.body || a.status < 400 || a.header.Get("Content-Encoding") != "" || a.close {
				t.Errorf("got %+v; want %q", a, test.body)
			}
			fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			if a := readAnswer(t, in); a.body != "next" {
				t.Errorf("the next request got %+v", a)
			}
		})
	}
}

// TestDeadlineBehindGzip has the whole answer to a deadline arrive while the handler still runs.
func TestDeadlineBehindGzip(t *testing.T) {
	t.Parallel()
	r := gin.New()
	r.Use(gingzip.Gzip(gingzip.DefaultCompression), middleware.Must(middleware.Config{MaxDuration: 50 * time.Millisecond}))
	answered, returned := make(chan struct{}), make(chan error, 1)
	answer := sync.OnceFunc(func() { close(answered) })
	r.GET("/", func(c *gin.Context) {
		<-answered // and not for the context
		_, err := c.Writer.WriteString("late")
		returned <- err
	})
	conn, in := dial(t, r)
	t.Cleanup(answer) // before the server waits for the handler
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
	if a := readAnswer(t, in); a.status != http.StatusGatewayTimeout || a.body != "Gateway Timeout" || a.header.Get("Content-Encoding") != "" {
		t.Errorf("got %+v", a)
	}
	answer()
	if <-returned == nil {
		t.Error("the handler could write after the answer")
	}
	if rest, err := io.ReadAll(in); len(rest) > 0 {
		t.Errorf("after the answer came %q, %v", rest, err)
	}
}

// dial serves r and opens a connection that fails the test when something takes long.
func dial(t *testing.T, r *gin.Engine) (net.Conn, *bufio.Reader) {
	t.Helper()
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

// answer is what was read of one.
type answer struct {
	status int
	header http.Header
	body   string
	close  bool
}

func readAnswer(t *testing.T, in *bufio.Reader) answer {
	t.Helper()
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return answer{res.StatusCode, res.Header, string(body), res.Close}
}
