package middleware_test

import (
	"bufio"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

const unresolved = "API resolved without sending a response for /x?a=1, this may result in stalled requests."

// TestUnresolvedWarning covers rule 27: the warning appears in Gin's debug
// mode only, and only where really nothing was sent.
func TestUnresolvedWarning(t *testing.T) {
	external := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	tests := map[string]struct {
		handlers []gin.HandlerFunc
		warned   bool
	}{
		"nothing sent":         {[]gin.HandlerFunc{func(*gin.Context) {}}, true},
		"header only":          {[]gin.HandlerFunc{func(c *gin.Context) { c.Header("X-A", "1") }}, true},
		"body":                 {[]gin.HandlerFunc{func(c *gin.Context) { c.String(http.StatusOK, "x") }}, false},
		"empty body":           {[]gin.HandlerFunc{func(c *gin.Context) { c.Writer.WriteHeaderNow() }}, false},
		"status":               {[]gin.HandlerFunc{func(c *gin.Context) { c.Status(http.StatusNoContent) }}, false},
		"aborted":              {[]gin.HandlerFunc{func(c *gin.Context) { c.Abort() }}, false},
		"external wrapper":     {[]gin.HandlerFunc{middleware.External(external)}, false},
		"marked external":      {[]gin.HandlerFunc{middleware.With(middleware.ExternalResolver()), func(*gin.Context) {}}, false},
		"refused":              {[]gin.HandlerFunc{middleware.With(middleware.SizeLimit(1)), func(*gin.Context) {}}, false},
		"nearer layer, silent": {[]gin.HandlerFunc{middleware.With(middleware.NoResponseLimit()), func(*gin.Context) {}}, true},
	}
	for name, test := range tests {
		for _, mode := range []string{gin.DebugMode, gin.ReleaseMode} {
			t.Run(name+" "+mode, func(t *testing.T) {
				var lines strings.Builder
				r := newEngine(t, middleware.Must(middleware.Config{Logger: slog.New(slog.NewTextHandler(&lines, nil))}))
				r.POST("/x", test.handlers...)
				gin.SetMode(mode)
				defer gin.SetMode(gin.TestMode)
				call(t, r, http.MethodPost, "/x?a=1", "text/plain", "ab")
				want := 0
				if test.warned && mode == gin.DebugMode {
					want = 1
				}
				if got := strings.Count(lines.String(), unresolved); got != want {
					t.Errorf("warned %d times, want %d: %s", got, want, lines.String())
				}
			})
		}
	}
}

// TestUnresolvedHijacked leaves a connection to its handler.
func TestUnresolvedHijacked(t *testing.T) {
	gin.SetMode(gin.DebugMode)
	defer gin.SetMode(gin.TestMode)
	var lines strings.Builder
	done := make(chan struct{})
	r := newEngine(t, func(c *gin.Context) { defer close(done); c.Next() },
		middleware.Must(middleware.Config{MaxDuration: second, Logger: slog.New(slog.NewTextHandler(&lines, nil))}))
	r.GET("/x", func(c *gin.Context) {
		conn, _, err := c.Writer.Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := conn.Write([]byte("mine\n")); err != nil {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	s := serve(t, r)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(conn).ReadString('\n'); line != "mine\n" {
		t.Errorf("got %q, %v", line, err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if <-done; lines.Len() > 0 {
		t.Errorf("the log is %q", lines.String())
	}
}

// TestExternal hands a parsed request on to a handler of net/http.
func TestExternal(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/graphql", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		w.WriteHeader(len(r.PostForm.Get("q")) * 100)
	})
	r := newEngine(t, middleware.Must(middleware.Config{SizeLimit: "10b"}))
	r.Any("/api/graphql", middleware.With(middleware.ExternalResolver()), middleware.External(mux))
	tests := map[string]struct {
		body   string
		status int
		want   string
	}{
		"reads the body": {"q=abcd", http.StatusBadRequest, ""},
		"is limited":     {"q=abcdefghijk", http.StatusRequestEntityTooLarge, "Body exceeded 10b limit"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := call(t, r, http.MethodPost, "/api/graphql", "application/x-www-form-urlencoded", test.body)
			if w.Code != test.status || w.Body.String() != test.want {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, test.status, test.want)
			}
		})
	}
}
