package catchall_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// In Gin's debug mode a set prints a line for each pattern, not for each of the routes it becomes. Not parallel: mode
// and writer are Gin's globals.
func TestDebugLines(t *testing.T) {
	var lines bytes.Buffer
	gin.SetMode(gin.DebugMode)
	writer := gin.DefaultWriter
	gin.DefaultWriter = &lines
	defer func() { gin.SetMode(gin.ReleaseMode); gin.DefaultWriter = writer; gin.DebugPrintRouteFunc = nil }()
	engine := gin.New()
	lines.Reset()
	routes := catchall.New()
	routes.Any("/", ok)
	routes.GET("/post/[...slug]", func(*gin.Context) {}, ok)
	routes.POST("/post/[...slug]", ok)
	if err := routes.Mount(engine.Group("/api")); err != nil {
		t.Fatal(err)
	}
	want := "[GIN-debug] ANY    /api                      --> github.com/gin-apiroutes/apiroutes/catchall_test.ok (catchall)\n" +
		"[GIN-debug] GET,HEAD,POST /api/post/[...slug]       --> github.com/gin-apiroutes/apiroutes/catchall_test.ok (catchall)\n"
	if lines.String() != want || !gin.IsDebugging() {
		t.Errorf("printed\n%s\nwant\n%s", lines.String(), want)
	}
	lines.Reset()
	if err := routes.Mount(engine.Group("/api")); err == nil || strings.Contains(lines.String(), "catchall") || !gin.IsDebugging() {
		t.Errorf("a failed Mount: %v\n%s", err, lines.String())
	}
	printed := 0
	gin.DefaultWriter = io.Discard
	gin.DebugPrintRouteFunc = func(string, string, string, int) { printed++ }
	if err := routes.Mount(engine.Group("/v2")); err != nil || printed != len(engine.Routes())/2 {
		t.Errorf("Mount with a hook: %v, %d lines", err, printed)
	}
}
