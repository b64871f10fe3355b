package catchall_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	m.Run()
}

// answer is what the handlers of tell report about a request.
type answer struct {
	Handler  string // the pattern that the handler was registered with
	Pattern  string // catchall.Pattern
	FullPath string
	Params   gin.Params
	Query    catchall.Query
	Slices   map[string][]string
}

// tell returns a handler that stores what it saw.
func tell(pattern string, to *answer) gin.HandlerFunc {
	return func(c *gin.Context) {
		*to = answer{
			Handler: pattern, Pattern: catchall.Pattern(c), FullPath: c.FullPath(),
			Params: append(gin.Params(nil), c.Params...), Query: catchall.QueryOf(c), Slices: map[string][]string{},
		}
		for _, p := range c.Params {
			to.Slices[p.Key] = catchall.Slice(c, p.Key)
		}
		c.String(http.StatusOK, pattern)
	}
}

// mount registers a telling handler for every pattern on the group /api of an engine and mounts them.
func mount(tb testing.TB, engine *gin.Engine, to *answer, patterns ...string) {
	tb.Helper()
	if err := tryMount(engine.Group("/api"), to, patterns...); err != nil {
		tb.Fatalf("Mount(%q): %v", patterns, err)
	}
}

// tryMount is mount with the error.
func tryMount(router catchall.Router, to *answer, patterns ...string) error {
	routes := catchall.New()
	for _, pattern := range patterns {
		routes.Any(pattern, tell(pattern, to))
	}
	return routes.Mount(router)
}

// send serves one request in process. The target is read as net/http reads a request line.
func send(tb testing.TB, handler http.Handler, method, target string) *httptest.ResponseRecorder {
	tb.Helper()
	request, err := http.ReadRequest(newReader(method, target))
	if err != nil {
		recorder := httptest.NewRecorder() // what http.Server answers
		recorder.WriteHeader(http.StatusBadRequest)
		return recorder
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

// newRequest reads a request as net/http does.
func newRequest(tb testing.TB, method, target string) *http.Request {
	tb.Helper()
	request, err := http.ReadRequest(newReader(method, target))
	if err != nil {
		tb.Fatal(err)
	}
	return request
}

// serve serves a request in process.
func serve(handler http.Handler, request *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

// rawEngine is an engine that matches the path as it was sent.
func rawEngine() *gin.Engine {
	engine := gin.New()
	engine.UseRawPath = true
	return engine
}

// headersOf returns the values of a header, joined.
func headersOf(r *httptest.ResponseRecorder, name string) string {
	return strings.Join(r.Header().Values(name), ", ")
}

// newReader returns the bytes of a request.
func newReader(method, target string) *bufio.Reader {
	return bufio.NewReader(strings.NewReader(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
}
