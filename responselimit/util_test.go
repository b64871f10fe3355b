package responselimit_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/responselimit"
)

// logged is a logger without times, and what it has written.
func logged() (*slog.Logger, *bytes.Buffer) {
	var out bytes.Buffer
	return slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})), &out
}

func engine(config responselimit.Config) *gin.Engine {
	gin.SetMode(gin.TestMode)
	e := gin.New()
	e.Use(responselimit.Must(config))
	return e
}

// get sends one request over a real connection and returns the status and the
// length of the body.
func get(t *testing.T, handler http.Handler, method, path string) (status, length int) {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, len(body)
}

// bytesOf answers with n bytes.
func bytesOf(n int) gin.HandlerFunc {
	return func(c *gin.Context) { c.String(http.StatusOK, strings.Repeat("x", n)) }
}

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }
