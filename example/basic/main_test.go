package main_test

import (
	"io"
	"testing"

	"github.com/gin-gonic/gin"

	main "github.com/gin-apiroutes/apiroutes/example/basic"
	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8081")
}

func TestPage(t *testing.T) {
	t.Parallel()
	exampletest.Page(t, exampletest.Serve(t, main.NewEngine())+"/")
}

func TestHello(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	for _, test := range []struct {
		method, query, contentType, body string
		status                           int
		want                             string
	}{
		{"GET", "", "", "", 200, `{"message":"Hello from Next.js!"}`},
		{"GET", "?name=Ada", "", "", 200, `{"message":"Hello from Ada!"}`},
		{"GET", "?name=%3Cb%3E", "", "", 200, `{"message":"Hello from <b>!"}`},
		{"POST", "", "application/json", `{"name":"Ada"}`, 200, `{"message":"Hello from Ada!"}`},
		{"POST", "", "application/json", `{"name":7}`, 200, `{"message":"Hello from Next.js!"}`},
		{"POST", "", "application/json", `[1]`, 200, `{"message":"Hello from Next.js!"}`},
		{"POST", "", "application/json", `{"name":`, 400, "Invalid JSON"},
	} {
		got := exampletest.Send(t, test.method, base+"/api/hello"+test.query, test.body, "Content-Type", test.contentType)
		if got.Status != test.status || got.Body != test.want {
			t.Errorf("%s %s %s: got %d %q, want %d %q", test.method, test.query, test.body, got.Status, got.Body, test.status, test.want)
		}
	}
}
