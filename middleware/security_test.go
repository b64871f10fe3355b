package middleware_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// TestMultipartLeavesNoFiles has handlers parse a form of files themselves, with and without a body parser and a deadline, which
// puts a copy into the place of the request whose files the server would remove.
func TestMultipartLeavesNoFiles(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := newEngine(t)
	r.MaxMultipartMemory = 1
	parses := func(c *gin.Context) {
		form, err := c.MultipartForm()
		if err != nil || len(form.File["f"]) != 1 {
			t.Errorf("%s: %v", c.FullPath(), err)
		}
	}
	slow := middleware.MaxDuration(time.Minute)
	r.POST("/parser", middleware.With(), parses)
	r.POST("/deadline", middleware.With(slow), parses)
	r.POST("/none", middleware.With(middleware.NoBodyParser()), parses)
	r.POST("/stream", middleware.With(middleware.NoBodyParser(), slow), parses)
	s := serve(t, r)
	body := "--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + strings.Repeat("x", 1000) + "\r\n--b--\r\n"
	for _, path := range []string{"/parser", "/deadline", "/none", "/stream"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		res, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	s.Close() // waits for what the server does after its answers
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v %v", left, err)
	}
}
