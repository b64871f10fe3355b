package main_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
	main "github.com/gin-apiroutes/apiroutes/example/stream"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8088")
}

// never is a deadline that no test reaches.
const never = time.Hour

func serve(t *testing.T, every, deadline time.Duration) string {
	t.Helper()
	return exampletest.Serve(t, main.NewEngine(every, deadline, slog.New(slog.DiscardHandler)))
}

func TestPage(t *testing.T) {
	t.Parallel()
	exampletest.Page(t, serve(t, time.Millisecond, never)+"/")
}

func TestEvents(t *testing.T) {
	t.Parallel()
	base := serve(t, time.Millisecond, never)
	for _, test := range []struct {
		query, last string
		status      int
		want        string
	}{
		{"?n=1", "", 200, "id: 1\ndata: {\"number\":1}\n\n"},
		{"?n=2", "", 200, "id: 1\ndata: {\"number\":1}\n\nid: 2\ndata: {\"number\":2}\n\n"},
		{"?n=3", "2", 200, "id: 3\ndata: {\"number\":3}\n\n"},
		{"", "59", 200, "id: 60\ndata: {\"number\":60}\n\n"},
		{"?n=1", "x", 200, "id: 1\ndata: {\"number\":1}\n\n"},
		{"?n=1", "-7", 200, "id: 1\ndata: {\"number\":1}\n\n"},
		{"?n=3", "3", 204, ""},
		{"?n=0", "", 400, "n is a number of events, 1 or more"},
		{"?n=x", "", 400, "n is a number of events, 1 or more"},
	} {
		got := exampletest.Send(t, "GET", base+"/api/events"+test.query, "", "Last-Event-ID", test.last)
		if got.Status != test.status || got.Body != test.want {
			t.Errorf("%s after %q: got %d %q, want %d %q", test.query, test.last, got.Status, got.Body, test.status, test.want)
		}
	}
}

// An event reaches the client when it happens, not at the end, and the handler
// ends with the client. The second event would come in an hour.
func TestEventsAreSentAtOnce(t *testing.T) {
	t.Parallel()
	base := serve(t, time.Hour, never)
	ctx, leave := context.WithTimeout(t.Context(), 30*time.Second)
	defer leave()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if line, err := bufio.NewReader(response.Body).ReadString('\n'); line != "id: 1\n" {
		t.Errorf("got %q %v", line, err)
	}
	leave() // the server of the test does not close before its handlers have ended
}

// Events go on beyond the deadline, since the first one was flushed.
func TestStreamsOutliveTheDeadline(t *testing.T) {
	t.Parallel()
	base := serve(t, 30*time.Millisecond, 40*time.Millisecond)
	got := exampletest.Send(t, "GET", base+"/api/events?n=6", "")
	if got.Status != http.StatusOK || strings.Count(got.Body, "data: ") != 6 {
		t.Errorf("got %d %q", got.Status, got.Body)
	}
	if got := exampletest.Send(t, "GET", base+"/api/slow", ""); got.Status != http.StatusGatewayTimeout {
		t.Errorf("without a stream: got %d %q", got.Status, got.Body)
	}
}

// log collects what is logged.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestTheWarningIsOffForTheFile(t *testing.T) {
	t.Parallel()
	written := new(log)
	server := exampletest.Serve(t, main.NewEngine(time.Millisecond, never, slog.New(slog.NewTextHandler(written, nil))))
	if got := exampletest.Send(t, "GET", server+"/api/file", ""); len(got.Body) != 8<<20 {
		t.Fatalf("got %d bytes", len(got.Body))
	}
	if got := exampletest.Send(t, "GET", server+"/api/file", "", "Range", "bytes=0-7"); got.Status != http.StatusPartialContent || got.Body != "All work" {
		t.Errorf("a part: got %d %q", got.Status, got.Body)
	}
	if written.String() != "" {
		t.Errorf("logged: %s", written)
	}
	exampletest.Send(t, "GET", server+"/api/warned", "")
	exampletest.Send(t, "GET", server+"/api/events?n=1", "") // one connection is served in order
	if !strings.Contains(written.String(), "/api/warned") || !strings.Contains(written.String(), "4MB") {
		t.Errorf("logged: %q", fmt.Sprint(written))
	}
}
