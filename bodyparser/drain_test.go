package bodyparser_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

const hello = "hello"

// limited is a server with a limit of 1 KB that answers "hello" to what is allowed.
func limited(tb testing.TB, config bodyparser.Config) *httptest.Server {
	tb.Helper()
	if config.SizeLimit == "" {
		config.SizeLimit = "1kb"
	}
	return server(tb, must(tb, config), func(c *gin.Context) { c.String(http.StatusOK, hello) })
}

// dial opens a connection that fails the test when something takes long.
func dial(t *testing.T, s *httptest.Server) net.Conn {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func readAnswer(t *testing.T, r *bufio.Reader) answer {
	t.Helper()
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatalf("reading the answer: %v", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("reading the answer: %v", err)
	}
	return answer{res.StatusCode, res.Header, string(text), res.Close}
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A client that reads only when it has sent everything sees the answer, and the next request on the connection works.
func TestSendEverythingFirst(t *testing.T) {
	chunk := "8000\r\n" + strings.Repeat("x", 0x8000) + "\r\n"
	size := func(n int64) func() io.Reader { return func() io.Reader { return io.LimitReader(zeros{}, n) } }
	chunks := func() io.Reader { return strings.NewReader(strings.Repeat(chunk, 1600) + "0\r\n\r\n") }
	tests := []struct {
		name, header string
		body         func() io.Reader
		status       int
	}{
		{"declared", "Content-Length: 52428800", size(50 << 20), http.StatusRequestEntityTooLarge},
		{"chunked", "Transfer-Encoding: chunked", chunks, http.StatusRequestEntityTooLarge},
		{"just above the limit", "Content-Length: 1025", size(1025), http.StatusRequestEntityTooLarge},
		{"unknown charset", "Content-Type: text/plain; charset=x\r\nContent-Length: 1000", size(1000), http.StatusBadRequest},
		{"unknown encoding", "Content-Encoding: lzma\r\nContent-Length: 1000", size(1000), http.StatusUnsupportedMediaType},
		{"not JSON", "Content-Type: application/json\r\nContent-Length: 1000", size(1000), http.StatusBadRequest},
	}
	for _, hook := range []func(*gin.Context, error){nil, bodyparser.ProblemJSON, func(c *gin.Context, _ error) { c.JSON(c.Writer.Status(), gin.H{"no": 1}) }} {
		s := limited(t, bodyparser.Config{ErrorHandler: hook, Inflate: bodyparser.InflateConfig{Encodings: []string{"gzip"}}})
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				conn := dial(t, s)
				in := bufio.NewReader(conn)
				fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", test.header)
				if _, err := io.Copy(conn, test.body()); err != nil {
					t.Fatalf("sending: %v", err)
				}
				a := readAnswer(t, in)
				if a.status != test.status || a.close || a.header.Get("Content-Length") == "" {
					t.Fatalf("got %d, close %t, header %v", a.status, a.close, a.header)
				}
				fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
				if a := readAnswer(t, in); a.status != http.StatusOK || a.body != hello {
					t.Errorf("the next request on the connection got %d %q", a.status, a.body)
				}
			})
		}
	}
}

// The answer is there before the body is, complete, for a client that looks.
func TestAnswerComesFirst(t *testing.T) {
	for _, hook := range []func(*gin.Context, error){nil, func(c *gin.Context, _ error) { c.JSON(c.Writer.Status(), gin.H{"no": 1}) }} {
		s := limited(t, bodyparser.Config{ErrorHandler: hook})
		conn := dial(t, s)
		in := bufio.NewReader(conn)
		fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\nfirst bytes")
		if a := readAnswer(t, in); a.status != http.StatusRequestEntityTooLarge || a.close {
			t.Errorf("got %d, close %t", a.status, a.close)
		}
		fmt.Fprint(conn, strings.Repeat("x", 2000-len("first bytes"))+"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if a := readAnswer(t, in); a.body != hello {
			t.Errorf("the next request got %q", a.body)
		}
	}
}

// Whoever does not end is cut off, and what was sent is never taken for a request.
func TestDrainIsBounded(t *testing.T) {
	t.Parallel()
	smuggled := "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	quick := bodyparser.DrainConfig{Timeout: 50 * time.Millisecond}
	small := bodyparser.DrainConfig{MaxBytes: "64kb"}
	tests := []struct {
		name    string
		drain   bodyparser.DrainConfig
		head    string
		declare bool // the answer says that the connection is closed
	}{
		{"too slow", quick, "Content-Length: 5000\r\n\r\n", false},
		{"too slow, large", quick, "Content-Length: 1000000\r\n\r\n", false},
		{"too slow, chunked", quick, "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + strings.Repeat("x", 2000) + "\r\n", false},
		{"declares too much", small, "Content-Length: 65537\r\n\r\n", true},
		{"sends too much", small, "Transfer-Encoding: chunked\r\n\r\n80000\r\n" + strings.Repeat("x", 1<<19) + "\r\n0\r\n\r\n", false},
		{"off", bodyparser.DrainConfig{MaxBytes: "0"}, "Content-Length: 5000\r\n\r\n", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			seen := make(chan string, 10)
			s := server(t, must(t, bodyparser.Config{SizeLimit: "1kb", Drain: test.drain}), func(c *gin.Context) { seen <- c.Request.URL.Path })
			conn := dial(t, s)
			in := bufio.NewReader(conn)
			fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\n"+test.head)
			a := readAnswer(t, in)
			if a.status != http.StatusRequestEntityTooLarge || a.close != test.declare {
				t.Errorf("got %d, close %t", a.status, a.close)
			}
			time.Sleep(2 * quick.Timeout) // the client is slow: this is what is tested
			fmt.Fprint(conn, smuggled)
			if rest, err := io.ReadAll(in); len(rest) > 0 || errors.Is(err, os.ErrDeadlineExceeded) { // a reset is an end too
				t.Errorf("after the answer came %q, %v", rest, err)
			}
			select {
			case path := <-seen:
				t.Errorf("the handler ran for %s", path)
			default:
			}
		})
	}
}

// A middleware may put a reader around the body that ends before the body does. What is left behind it is never read as the
// next request, and net/http finds nothing to complain of.
func TestBodyThatEndsEarly(t *testing.T) {
	for name, head := range map[string]string{
		"declared": "Content-Length: 6000\r\n\r\n" + strings.Repeat("x", 6000),
		"chunked":  "Transfer-Encoding: chunked\r\n\r\n1770\r\n" + strings.Repeat("x", 6000) + "\r\n0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := gin.New()
			r.Use(func(c *gin.Context) {
				c.Request.Body = struct {
					io.Reader
					io.Closer
				}{io.LimitReader(c.Request.Body, 2000), c.Request.Body}
			})
			r.POST("/", must(t, bodyparser.Config{SizeLimit: "1kb"}), func(*gin.Context) { t.Error("the handler ran") })
			var lines bytes.Buffer
			s := httptest.NewUnstartedServer(r)
			s.Config.ErrorLog = log.New(&lines, "", 0)
			s.Start()
			conn := dial(t, s)
			in := bufio.NewReader(conn)
			fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\n%sGET / HTTP/1.1\r\nHost: x\r\n\r\n", head)
			if a := readAnswer(t, in); a.status != http.StatusRequestEntityTooLarge {
				t.Errorf("got %d", a.status)
			}
			if rest, err := io.ReadAll(in); len(rest) > 0 && !strings.HasPrefix(string(rest), "HTTP/1.1 404") {
				t.Errorf("after the answer came %q, %v", rest, err)
			}
			conn.Close()
			s.Close() // waits for the connection, and so for what net/http says of it
			if lines.Len() > 0 {
				t.Errorf("net/http says: %s", lines.String())
			}
		})
	}
}

// A writer that middleware has put around Gin's, and that hides it, changes nothing for the connection.
func TestHiddenWriter(t *testing.T) {
	hide := func(c *gin.Context) { c.Writer = struct{ gin.ResponseWriter }{c.Writer} }
	for name, test := range map[string]struct {
		drain bodyparser.DrainConfig
		sent  int
		keeps bool
	}{
		"the rest is read":       {bodyparser.DrainConfig{}, 4 << 20, true},
		"the rest is too long":   {bodyparser.DrainConfig{MaxBytes: "64kb"}, 4 << 20, false},
		"the rest does not come": {bodyparser.DrainConfig{Timeout: 50 * time.Millisecond}, 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t, hide, must(t, bodyparser.Config{SizeLimit: "1kb", Drain: test.drain}), func(c *gin.Context) { c.String(http.StatusOK, hello) })
			conn := dial(t, s)
			in := bufio.NewReader(conn)
			go fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", 4<<20, strings.Repeat("x", test.sent))
			if a := readAnswer(t, in); a.status != http.StatusRequestEntityTooLarge {
				t.Errorf("got %d", a.status)
			}
			if !test.keeps {
				if rest, _ := io.ReadAll(in); len(rest) > 0 { // the error may be that of a connection that was reset
					t.Errorf("after the answer came %q", rest)
				}
				return
			}
			fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			if a := readAnswer(t, in); a.body != hello {
				t.Errorf("the next request got %d %q", a.status, a.body)
			}
		})
	}
}

// The time limit of draining ends with it: middleware around the parser may take longer.
func TestDrainLeavesNoDeadline(t *testing.T) {
	const timeout = 50 * time.Millisecond
	s := server(t, func(c *gin.Context) {
		c.Next()
		select {
		case <-c.Request.Context().Done():
			t.Error("the request was canceled")
		case <-time.After(3 * timeout):
		}
	}, must(t, bodyparser.Config{SizeLimit: "1kb", Drain: bodyparser.DrainConfig{Timeout: timeout}}))
	conn := dial(t, s)
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n%s", strings.Repeat("x", 2000))
	in := bufio.NewReader(conn)
	readAnswer(t, in)
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if a := readAnswer(t, in); a.status != http.StatusOK {
		t.Errorf("the next request got %d", a.status)
	}
}

// Who waits for "100 Continue" hears the refusal instead, and the connection ends.
func TestExpectContinue(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	for _, head := range []string{
		"Content-Length: 2000",
		"Content-Length: 10000000",
		"Content-Length: 500\r\nContent-Type: text/plain; charset=x",
	} {
		conn := dial(t, s)
		in := bufio.NewReader(conn)
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n%s\r\n\r\n", head)
		if a := readAnswer(t, in); a.status < 400 || !a.close {
			t.Errorf("%s: got %d, close %t", head, a.status, a.close)
		}
		if rest, err := io.ReadAll(in); err != nil || len(rest) > 0 {
			t.Errorf("%s: after the answer came %q, %v", head, rest, err)
		}
	}
	t.Run("chunked", func(t *testing.T) {
		conn := dial(t, s)
		in := bufio.NewReader(conn)
		fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
		if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
			t.Fatalf("got %q, %v", line, err)
		}
		_, _ = in.ReadString('\n')
		if _, err := fmt.Fprintf(conn, "1000000\r\n%s\r\n0\r\n\r\n", strings.Repeat("x", 0x1000000)); err != nil {
			t.Errorf("sending: %v", err)
		}
		if a := readAnswer(t, in); a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("got %d", a.status)
		}
	})
	t.Run("allowed", func(t *testing.T) {
		conn := dial(t, s)
		in := bufio.NewReader(conn)
		fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
		if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
			t.Fatalf("got %q, %v", line, err)
		}
		_, _ = in.ReadString('\n')
		fmt.Fprint(conn, "hi")
		if a := readAnswer(t, in); a.body != hello {
			t.Errorf("got %d %q", a.status, a.body)
		}
	})
}

// Go's client gets the answer, and its pool never gives out a broken connection.
func TestGoClient(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	client := s.Client()
	for i := range 20 {
		for _, body := range []io.Reader{strings.NewReader(strings.Repeat("x", 2000)), bytes.NewReader(make([]byte, 4<<20)), chunked(strings.Repeat("x", 300<<10))} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, body)
			if err != nil {
				t.Fatal(err)
			}
			if a := do(t, client, req); a.status != http.StatusRequestEntityTooLarge || a.body != "Body exceeded 1kb limit" {
				t.Fatalf("round %d: got %d %q", i, a.status, a.body)
			}
			next, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if a := do(t, client, next); a.body != hello {
				t.Fatalf("round %d: the next request got %d %q", i, a.status, a.body)
			}
		}
	}
}

// Also where much is under way.
func TestGoClientLargeUploads(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	for size := range strings.FieldsSeq(uploads) {
		n, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		content := strings.Repeat("x", n)
		for name, body := range map[string]io.Reader{"": strings.NewReader(content), "chunked": chunked(content)} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, body)
			if err != nil {
				t.Fatal(err)
			}
			if a := do(t, s.Client(), req); a.status != http.StatusRequestEntityTooLarge || a.body != "Body exceeded 1kb limit" {
				t.Errorf("%d bytes %s: got %d %q", n, name, a.status, a.body)
			}
			next, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if a := do(t, s.Client(), next); a.body != hello {
				t.Errorf("%d bytes %s: the next request got %d %q", n, name, a.status, a.body)
			}
		}
	}
}

// After a small refused body, and after a malformed one, Go's client uses the same connection again.
func TestGoClientKeepsTheConnection(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	for _, body := range []string{strings.Repeat("x", 1025), "{"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		do(t, s.Client(), req)
		reused := false
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }})
		next, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if a := do(t, s.Client(), next); a.body != hello || !reused {
			t.Errorf("%.5s: the next request got %q, reused: %t", body, a.body, reused)
		}
	}
}

func TestHTTP2AndTLS(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		r := gin.New()
		r.Any("/", must(t, bodyparser.Config{SizeLimit: "1kb"}), func(c *gin.Context) { c.String(http.StatusOK, c.Request.Proto) })
		s := httptest.NewUnstartedServer(r)
		s.EnableHTTP2 = http2
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
		s.StartTLS()
		t.Cleanup(s.Close)
		for _, body := range []io.Reader{bytes.NewReader(make([]byte, 4<<20)), chunked(strings.Repeat("x", 300<<10))} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, body)
			if err != nil {
				t.Fatal(err)
			}
			if a := do(t, s.Client(), req); a.status != http.StatusRequestEntityTooLarge || a.body != "Body exceeded 1kb limit" {
				t.Errorf("HTTP/2 %t: got %d %q", http2, a.status, a.body)
			}
			req, err = http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader("small"))
			if err != nil {
				t.Fatal(err)
			}
			if a := do(t, s.Client(), req); a.status != http.StatusOK || (a.body == "HTTP/2.0") != http2 {
				t.Errorf("HTTP/2 %t: the next request got %d %q", http2, a.status, a.body)
			}
		}
	}
}

// Behind a body that cannot be read to its end nobody knows where the next request begins. net/http notices, unless another
// middleware has put a reader around the body.
func TestDamagedBodyClosesTheConnection(t *testing.T) {
	r := gin.New()
	r.Use(func(c *gin.Context) { c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 4000) })
	r.POST("/", must(t, bodyparser.Config{}), func(*gin.Context) { t.Error("the handler ran") })
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	conn := dial(t, s)
	in := bufio.NewReader(conn)
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nX-Trai")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if a := readAnswer(t, in); a.status != http.StatusBadRequest || !a.close {
		t.Errorf("got %d, close %t", a.status, a.close)
	}
	if rest, err := io.ReadAll(in); len(rest) > 0 || err != nil {
		t.Errorf("after the answer came %q, %v", rest, err)
	}
}

// A connection that ends behind a refused body is announced: the client does not send its next request there.
func TestCloseIsAnnounced(t *testing.T) {
	r := gin.New()
	r.Use(func(c *gin.Context) { c.Request.Body = io.NopCloser(io.TeeReader(c.Request.Body, io.Discard)) })
	r.POST("/", must(t, bodyparser.Config{SizeLimit: "10b"}), func(*gin.Context) { t.Error("the handler ran") })
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	conn := dial(t, s)
	in := bufio.NewReader(conn)
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n"+strings.Repeat("x", 20))
	a := readAnswer(t, in)
	if a.status != http.StatusRequestEntityTooLarge || !a.close {
		t.Errorf("got %d, close %t", a.status, a.close)
	}
	if rest, err := io.ReadAll(in); len(rest) > 0 || err != nil {
		t.Errorf("after the answer came %q, %v", rest, err)
	}
}
