package main_test

import (
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	main "github.com/gin-apiroutes/apiroutes/example/quickstart"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	os.Exit(m.Run())
}

func TestQuickstart(t *testing.T) {
	t.Parallel()
	engine := main.NewEngine()
	for _, test := range []struct {
		method, target, body string
		status               int
		want                 string // a part of the answer
	}{
		{"POST", "/api/upload", `{"title":"x","data":"aGVsbG8="}`, 200, `{"bytes":5,"title":"x"}`},
		{"POST", "/api/upload", `{"title":"x","data":"` + strings.Repeat("AAAA", 1<<19) + `"}`, 200, `{"bytes":1572864,"title":"x"}`},
		{"POST", "/api/upload", `{"title":"x","data":"` + strings.Repeat("AAAA", 3<<20) + `"}`, 413, "Body exceeded 10mb limit"},
		{"POST", "/api/upload", `{}`, 400, `"pointer":"/title"`},
		{"GET", "/api/post/create", "", 200, "Post: new"},
		{"GET", "/api/post/a%2Fb", "", 200, "Post: a/b"},
		{"GET", "/api/docs", "", 200, "null"},
		{"GET", "/api/docs/a/b", "", 200, `["a","b"]`},
	} {
		request := httptest.NewRequestWithContext(t.Context(), test.method, test.target, strings.NewReader(test.body))
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		engine.ServeHTTP(recorder, request)
		if recorder.Code != test.status || !strings.Contains(recorder.Body.String(), test.want) {
			t.Errorf("%s %s: got %d %.200q, want %d %q", test.method, test.target, recorder.Code, recorder.Body, test.status, test.want)
		}
	}
}
