package responselimit_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bytesize"
	"github.com/gin-apiroutes/apiroutes/responselimit"
)

// The text of Next.js 16, with the attributes beside it.
func TestWarning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, limit, method, path string
		size                      int
		want                      string
	}{
		{
			"default", "", "GET", "/api/large/1?a=1&b=c", 4 << 20,
			`level=WARN msg="API response for /api/large/1?a=1&b=c exceeds 4MB. API Routes are meant to respond quickly. ` +
				`https://nextjs.org/docs/messages/api-routes-response-size-limit" ` +
				`method=GET route=/api/large/:id size=4194304 limit=4194304` + "\n",
		},
		{"under the default", "", "GET", "/api/large/1", 4<<20 - 1, ""},
		{
			"over", "500kb", "POST", "/api/large/2", 512001,
			`level=WARN msg="API response for /api/large/2 exceeds 500KB. API Routes are meant to respond quickly. ` +
				`https://nextjs.org/docs/messages/api-routes-response-size-limit" ` +
				`method=POST route=/api/large/:id size=512001 limit=512000` + "\n",
		},
		{
			"bytes", "1000", "GET", "/api/large/3", 1000,
			`level=WARN msg="API response for /api/large/3 exceeds 1000B. API Routes are meant to respond quickly. ` +
				`https://nextjs.org/docs/messages/api-routes-response-size-limit" ` +
				`method=GET route=/api/large/:id size=1000 limit=1000` + "\n",
		},
		{"one byte less", "1000", "GET", "/api/large/3", 999, ""},
		{"nothing written", "1b", "GET", "/api/large/3", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			logger, out := logged()
			e := engine(responselimit.Config{Limit: c.limit, Logger: logger})
			e.Handle(c.method, "/api/large/:id", bytesOf(c.size))
			status, length := get(t, e, c.method, c.path)
			if status != http.StatusOK || length != c.size {
				t.Errorf("%d with %d bytes: nothing may be cut off", status, length)
			}
			if out.String() != c.want {
				t.Errorf("logged\n%swant\n%s", out, c.want)
			}
		})
	}
}

// All ways to write count, a body that HEAD never sees included, as in Next.js.
func TestEveryWayToWriteCounts(t *testing.T) {
	t.Parallel()
	part := strings.Repeat("x", 600)
	for name, handler := range map[string]gin.HandlerFunc{
		"several writes": func(c *gin.Context) { _, _ = c.Writer.WriteString(part); _, _ = c.Writer.Write(make([]byte, 600)) },
		"stream": func(c *gin.Context) {
			// In one step: a client of HEAD may be gone before the second.
			c.Stream(func(w io.Writer) bool { _, _ = io.WriteString(w, part); _, _ = io.WriteString(w, part); return false })
		},
		"copy":  func(c *gin.Context) { _, _ = io.Copy(c.Writer, strings.NewReader(part+part)) },
		"flush": func(c *gin.Context) { _, _ = c.Writer.WriteString(part + part); c.Writer.Flush() },
		"json":  func(c *gin.Context) { c.JSON(http.StatusOK, part+part) },
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			logger, out := logged()
			e := engine(responselimit.Config{Limit: "1000b", Logger: logger})
			e.Handle(method, "/", handler)
			get(t, e, method, "/")
			if n := strings.Count(out.String(), "exceeds 1000B"); n != 1 {
				t.Errorf("%s by %s: %d warnings", name, method, n)
			}
		}
	}
}

func TestOncePerResponse(t *testing.T) {
	t.Parallel()
	logger, out := logged()
	e := engine(responselimit.Config{Limit: "10b", Logger: logger})
	e.GET("/", responselimit.Must(responselimit.Config{Limit: "5b", Logger: logger}), bytesOf(20))
	get(t, e, http.MethodGet, "/")
	if got := out.String(); strings.Count(got, "exceeds") != 1 || !strings.Contains(got, "exceeds 5B") {
		t.Errorf("logged %q, want the warning of the nearest layer alone", got)
	}
}

// What a WebSocket sends is no response, however much it is.
func TestHijackedConnectionsDoNotCount(t *testing.T) {
	t.Parallel()
	logger, out := logged()
	e := engine(responselimit.Config{Limit: "1b", Logger: logger})
	e.GET("/ws", func(c *gin.Context) {
		conn, _, err := c.Writer.Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+strings.Repeat("x", 100))
		_ = conn.Close()
	})
	server := httptest.NewServer(e)
	defer server.Close()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "GET /ws HTTP/1.1\r\nHost: a\r\n\r\n")
	if all, _ := io.ReadAll(bufio.NewReader(conn)); len(all) < 100 {
		t.Fatalf("read %q", all)
	}
	server.Close() // the handler has returned after this
	if out.Len() > 0 {
		t.Errorf("logged %s", out)
	}
}

// The URL is the client's: it must not forge lines or reach a terminal raw.
func TestHostileURL(t *testing.T) {
	t.Parallel()
	logger, out := logged()
	var event responselimit.Event
	e := engine(responselimit.Config{Limit: "1b", Logger: logger, OnExceed: func(e responselimit.Event) { event = e }})
	e.GET("/*path", bytesOf(1))
	for _, uri := range []string{"/a\nlevel=ERROR", "/\x1b[31mred", "/\u0085\u2028", "/a b"} {
		out.Reset()
		r := httptest.NewRequest(http.MethodGet, "/x", http.NoBody)
		r.RequestURI = uri
		e.ServeHTTP(httptest.NewRecorder(), r)
		line := strings.TrimSuffix(out.String(), "\n")
		if !strings.Contains(line, "exceeds") {
			t.Errorf("%q: logged %q", uri, line)
		}
		// Not every handler of slog quotes, and a hook may print.
		if strings.ContainsFunc(event.URL, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("%q: the event has %q", uri, event.URL)
		}
		for i := range len(line) {
			if line[i] < ' ' || line[i] > '~' {
				t.Errorf("%q: raw byte %#x in %q", uri, line[i], line)
			}
		}
	}
	// A request that was made in the program has no RequestURI.
	out.Reset()
	r := httptest.NewRequest(http.MethodGet, "/made/here?q=1", http.NoBody)
	r.RequestURI = ""
	e.ServeHTTP(httptest.NewRecorder(), r)
	if !strings.Contains(out.String(), "for /made/here?q=1 exceeds") {
		t.Errorf("logged %s", out)
	}
}

func TestOnExceed(t *testing.T) {
	t.Parallel()
	var events []responselimit.Event
	at := &clock{now: time.Unix(0, 0)}
	logger, out := logged()
	e := engine(responselimit.Config{
		Limit: "1kb", Logger: logger, Interval: time.Minute, Now: at.Now,
		OnExceed: func(event responselimit.Event) { events = append(events, event) },
	})
	e.POST("/posts/:id", bytesOf(2048))
	e.NoRoute(bytesOf(1024))
	for range 2 {
		get(t, e, http.MethodPost, "/posts/7?x=1")
	}
	get(t, e, http.MethodGet, "/none")
	want := []responselimit.Event{
		{Method: "POST", Route: "/posts/:id", URL: "/posts/7?x=1", Size: 2048, Limit: bytesize.KB},
		{Method: "POST", Route: "/posts/:id", URL: "/posts/7?x=1", Size: 2048, Limit: bytesize.KB},
		{Method: "GET", Route: "", URL: "/none", Size: 1024, Limit: bytesize.KB},
	}
	if fmt.Sprint(events) != fmt.Sprint(want) {
		t.Errorf("events %v, want %v", events, want)
	}
	if n := strings.Count(out.String(), "exceeds"); n != 2 {
		t.Errorf("%d warnings within the interval, want one for each of two routes", n)
	}
}

func TestInterval(t *testing.T) {
	t.Parallel()
	at := &clock{now: time.Unix(1_000, 0)}
	logger, out := logged()
	e := engine(responselimit.Config{Limit: "1b", Logger: logger, Interval: time.Minute, Now: at.Now})
	e.Any("/a/:id", bytesOf(1))
	e.Any("/b", bytesOf(1))
	for _, step := range []struct {
		method, path string
		after        time.Duration
		warns        bool
	}{
		{"GET", "/a/1", 0, true},
		{"GET", "/a/2", time.Second, false},
		{"GET", "/b", 0, true},
		{"POST", "/a/1", 0, true},
		{"GET", "/a/1", 58 * time.Second, false},
		{"GET", "/a/1", time.Second, true},
		{"GET", "/a/1", time.Second, false},
		{"GET", "/b", time.Second, true},
	} {
		at.now = at.now.Add(step.after)
		out.Reset()
		get(t, e, step.method, step.path)
		if warned := out.Len() > 0; warned != step.warns {
			t.Errorf("%s %s at %d: warned %v", step.method, step.path, at.now.Unix(), warned)
		}
	}
}

// Memory stays bounded even if routes do not.
func TestIntervalForgets(t *testing.T) {
	t.Parallel()
	at := &clock{now: time.Unix(0, 0)}
	warnings := 0
	logger := slog.New(counting{count: &warnings})
	warner, err := responselimit.NewWarner(responselimit.Config{Limit: "1b", Logger: logger, Interval: time.Minute, Now: at.Now})
	if err != nil {
		t.Fatal(err)
	}
	check := func(method string) {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		c.Request.Method = method
		c.String(http.StatusOK, "x")
		warner.Check(c)
	}
	for i := range 5000 {
		check("M" + strconv.Itoa(i))
	}
	if warnings != 5000 {
		t.Fatalf("%d warnings for 5000 different methods", warnings)
	}
	check("M4999") // remembered
	if warnings != 5000 {
		t.Error("warned twice within the interval")
	}
	check("M0") // forgotten for want of room
	if warnings != 5001 {
		t.Error("the first of 5000 is still remembered")
	}
	at.now = at.now.Add(time.Hour)
	for i := range 4096 {
		check("N" + strconv.Itoa(i))
	}
	check("N0")
	if warnings != 5001+4096 {
		t.Errorf("%d warnings: what was over was not dropped first", warnings)
	}
}

func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	events := 0
	logger, _ := logged()
	e := engine(responselimit.Config{Limit: "1b", Interval: time.Minute, Logger: logger, OnExceed: func(responselimit.Event) {
		mu.Lock()
		defer mu.Unlock()
		events++
	}})
	e.GET("/", bytesOf(1))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		})
	}
	wg.Wait()
	if events != 50 {
		t.Errorf("%d events", events)
	}
}

func TestUnderTheLimitAllocatesNothing(t *testing.T) {
	warner, err := responselimit.NewWarner(responselimit.Config{})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	c.String(http.StatusOK, "small")
	if got := testing.AllocsPerRun(100, func() { warner.Check(c) }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func BenchmarkCheck(b *testing.B) {
	warner, err := responselimit.NewWarner(responselimit.Config{})
	if err != nil {
		b.Fatal(err)
	}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.String(http.StatusOK, "small")
	b.ReportAllocs()
	for b.Loop() {
		warner.Check(c)
	}
}
