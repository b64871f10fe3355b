package bodyparser_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// Rule 7: the limit is exact, in bytes on the wire, for declared and chunked bodies, and comes before the JSON.
func TestLimitIsExact(t *testing.T) {
	tests := []struct {
		limit, text string
		bytes       int
	}{
		{"", "1mb", 1 << 20},
		{"1mb", "1mb", 1 << 20},
		{"500kb", "500kb", 500 << 10},
		{"1.5KB", "1.5KB", 1536},
		{"100000", "100000", 100000},
		{"32kb", "32kb", 32 << 10},
		{"32767", "32767", 32<<10 - 1},
		{"32769", "32769", 32<<10 + 1},
		{"65536", "65536", 64 << 10},
		{"65535", "65535", 64<<10 - 1},
		{"3mb", "3mb", 3 << 20},
		{"10b", "10b", 10},
		{"1", "1", 1},
	}
	for _, test := range tests {
		s := server(t, must(t, bodyparser.Config{SizeLimit: test.limit}), func(c *gin.Context) { c.String(200, "%d", len(bodyparser.Raw(c))) })
		for _, n := range []int{1, test.bytes - 1, test.bytes, test.bytes + 1, 2*test.bytes + 1} {
			status, want := 200, strconv.Itoa(n)
			if n > test.bytes {
				status, want = 413, "Body exceeded "+test.text+" limit"
			}
			body := strings.Repeat("x", n)
			for length, r := range map[string]io.Reader{"declared": strings.NewReader(body), "chunked": chunked(body)} {
				if n == 0 {
					continue
				}
				if a := send(t, http.MethodPost, s.URL, r); a.status != status || a.body != want {
					t.Errorf("%d bytes of limit %q, %s: got %d %s, want %d %s", n, test.limit, length, a.status, a.body, status, want)
				}
			}
		}
		if a := post(t, s, jsonType, strings.Repeat("x", test.bytes+1)); a.status != 413 {
			t.Errorf("JSON above the limit %q: got %d", test.limit, a.status)
		}
	}
}

func TestLimitOfZero(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{SizeLimit: "0"}), echo)
	if a := post(t, s, jsonType, ""); a.status != 200 {
		t.Errorf("empty: got %d", a.status)
	}
	if a := post(t, s, jsonType, "1"); a.status != 413 || a.body != "Body exceeded 0 limit" {
		t.Errorf("one byte: got %d %s", a.status, a.body)
	}
}

// counter counts what is read from it.
type counter struct {
	io.Reader
	read int64
}

func (r *counter) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.read += int64(n)
	return n, err
}

func (r *counter) Close() error { return nil }

func newRequest(tb testing.TB, length int64, body io.ReadCloser) *gin.Context {
	tb.Helper()
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/", http.NoBody)
	c.Request.Body, c.Request.ContentLength = body, length
	return c
}

// Content-Length over the limit: nothing is read. Otherwise one byte more than the limit at most.
func TestReadsNoFurther(t *testing.T) {
	for _, limit := range []int64{1, 1000, 32 << 10, 64 << 10, 100000, 3 << 20} {
		p, err := bodyparser.NewParser(bodyparser.Config{SizeLimit: strconv.FormatInt(limit, 10)})
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ declared, read int64 }{{limit + 1, 0}, {1 << 40, 0}, {-1, limit + 1}, {limit, limit + 1}, {1, limit + 1}} {
			src := &counter{Reader: zeros{}}
			c := newRequest(t, test.declared, src)
			err := p.Parse(c)
			tooLarge, ok := errors.AsType[*bodyparser.TooLargeError](err)
			if !ok || tooLarge.Limit != limit || tooLarge.Text != strconv.FormatInt(limit, 10) {
				t.Errorf("limit %d, declared %d: got %v", limit, test.declared, err)
			}
			if src.read > test.read {
				t.Errorf("limit %d, declared %d: %d bytes were read", limit, test.declared, src.read)
			}
		}
	}
}

// A limit that another middleware set with http.MaxBytesReader is answered 413 as well.
func TestMaxBytesReader(t *testing.T) {
	s := server(t, func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 2048)
	}, must(t, bodyparser.Config{}), echo)
	for _, r := range []io.Reader{strings.NewReader(strings.Repeat("x", 2049)), chunked(strings.Repeat("x", 2049))} {
		if a := send(t, http.MethodPost, s.URL, r); a.status != 413 || a.body != "Body exceeded 2KB limit" {
			t.Errorf("got %d %s", a.status, a.body)
		}
	}
}

// A body that ends early, or is malformed, is refused with the text of Next.js.
func TestBrokenBodies(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), echo)
	for name, raw := range map[string]string{
		"bad chunk":  "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
		"bad chunk2": "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n",
	} {
		conn := dial(t, s)
		fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\n"+raw)
		if a := readAnswer(t, bufio.NewReader(conn)); a.status != 400 || a.body != "Invalid body" || !a.close {
			t.Errorf("%s: got %d %s, close %t", name, a.status, a.body, a.close)
		}
	}
	p, err := bodyparser.NewParser(bodyparser.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, declared := range []int64{-1, 10, 100000, 10 << 20} {
		c := newRequest(t, declared, &counter{Reader: io.MultiReader(strings.NewReader("abc"), failing{})})
		c.Request.ContentLength = min(declared, 1<<20)
		err = p.Parse(c)
		if _, ok := errors.AsType[*bodyparser.ReadError](err); !ok || !errors.Is(err, errFailing) {
			t.Errorf("declared %d: got %v", declared, err)
		}
	}
}

var errFailing = errors.New("cut\noff")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFailing }

// A thousand clients that only promise a body of a megabyte get little memory for the promise.
func TestPromisesAreCheap(t *testing.T) {
	const clients = 1000
	started := make(chan struct{}, clients)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	p, err := bodyparser.NewParser(bodyparser.Config{SizeLimit: "10mb"})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range clients {
		c := newRequest(t, []int64{1 << 20, 8 << 20, -1}[i%3], &counter{Reader: &slow{started: started, release: release}})
		go func() { _ = p.Parse(c) }()
	}
	for range clients {
		<-started
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (after.HeapAlloc - before.HeapAlloc) / clients; each > 48<<10 {
		t.Errorf("%d KiB for each", each>>10)
	}
}

// slow sends nothing before release.
type slow struct {
	started chan<- struct{}
	release <-chan struct{}
}

func (s *slow) Read([]byte) (int, error) {
	s.started <- struct{}{}
	<-s.release
	return 0, io.EOF
}
