package middleware_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// TestDeadlineWhileAnOuterWriterIsUsed has handlers that do not look at the clock: they set headers on the writer that a
// middleware before the layer was given, as a session does when it is saved, all the time while the deadline passes. Without
// care that is a map written by two goroutines, which ends the program; with -race it is seen every time.
func TestDeadlineWhileAnOuterWriterIsUsed(t *testing.T) {
	r := newEngine(t, func(c *gin.Context) {
		c.Header("X-Early", "1")
		c.Set("outer", c.Writer)
	})
	r.GET("/x", middleware.With(middleware.MaxDuration(5*time.Millisecond)), func(c *gin.Context) {
		outer, ok := c.MustGet("outer").(gin.ResponseWriter)
		if !ok {
			t.Error("no writer")
			return
		}
		for c.Request.Context().Err() == nil {
			http.SetCookie(outer, &http.Cookie{Name: "session", Value: "1"})
			outer.Header().Del("Set-Cookie")
			c.Header("X-Own", "1")
		}
		http.SetCookie(outer, &http.Cookie{Name: "late", Value: "1"})
		if _, err := outer.WriteString("late"); !errors.Is(err, http.ErrHandlerTimeout) {
			t.Errorf("a late write got %v", err)
		}
	})
	s := serve(t, r)
	for range 20 {
		got := fetch(t, s.Client(), http.MethodGet, s.URL+"/x", nil)
		if got.status != http.StatusGatewayTimeout || got.body != "Gateway Timeout" || got.header.Get("X-Early") != "1" || got.header.Get("Set-Cookie")+got.header.Get("X-Own") != "" {
			t.Errorf("got %d %q %v", got.status, got.body, got.header)
		}
	}
}

// TestDeadlineAndAnOuterWriter answers through the writer that a middleware before the layer was given.
func TestDeadlineAndAnOuterWriter(t *testing.T) {
	payload := []byte("outer")
	for name, test := range map[string]struct {
		answer func(outer gin.ResponseWriter)
		status int
		body   string
	}{
		"Write":       {func(w gin.ResponseWriter) { _, _ = w.Write(payload) }, http.StatusOK, "outer"},
		"WriteString": {func(w gin.ResponseWriter) { _, _ = w.WriteString("outer") }, http.StatusOK, "outer"},
		"Flush":       {func(w gin.ResponseWriter) { w.Flush(); _, _ = w.WriteString("flushed") }, http.StatusOK, "flushed"},
		"status":      {func(w gin.ResponseWriter) { w.WriteHeader(http.StatusTeapot); w.WriteHeaderNow() }, http.StatusTeapot, ""},
		"Hijack": {func(w gin.ResponseWriter) {
			conn, _, err := w.Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 201 Created\r\nX-Own: 1\r\nContent-Length: 8\r\nConnection: close\r\n\r\nhijacked")
			_ = conn.Close()
		}, http.StatusCreated, "hijacked"},
	} {
		var outer gin.ResponseWriter
		r := newEngine(t, func(c *gin.Context) { outer = c.Writer })
		r.GET("/x", middleware.With(middleware.MaxDuration(time.Minute)), func(c *gin.Context) {
			c.Header("X-Own", "1")
			test.answer(outer)
			if !c.Writer.Written() {
				t.Errorf("%s: the handler's writer does not know", name)
			}
		})
		s := serve(t, r)
		if got := fetch(t, s.Client(), http.MethodGet, s.URL+"/x", nil); got.status != test.status || got.body != test.body || got.header.Get("X-Own") != "1" {
			t.Errorf("%s: got %d %q %v", name, got.status, got.body, got.header)
		}
	}
}

type pushing struct{ *discard }

func (pushing) Push(string, *http.PushOptions) error { return http.ErrNotSupported }

// TestDeadlineKeepsPush looks for what only some servers have.
func TestDeadlineKeepsPush(t *testing.T) {
	var got http.Pusher
	r := newEngine(t, middleware.With(middleware.MaxDuration(time.Minute)))
	r.GET("/x", func(c *gin.Context) { got = c.Writer.Pusher() })
	plain := &discard{header: http.Header{}}
	for _, test := range []struct {
		server http.ResponseWriter
		want   bool
	}{{plain, false}, {pushing{plain}, true}} {
		r.ServeHTTP(test.server, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/x", http.NoBody))
		if (got != nil) != test.want {
			t.Errorf("%T: Pusher is %T", test.server, got)
		}
	}
}
