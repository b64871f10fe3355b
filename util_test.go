package apiroutes_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// call is a request to the route under test.
type call struct {
	method string
	path   string // "/" if empty; the route takes every path
	header http.Header
	body   string
}

// reply is what a client sees.
type reply struct {
	status int
	header http.Header
	body   string
	err    error // of reading the body: the connection was cut
}

// route is an engine whose every path goes to one handler, behind a body parser,
// and what the handler left in c.Errors.
func route(handlers ...gin.HandlerFunc) (engine *gin.Engine, failed *[]error) {
	gin.SetMode(gin.TestMode)
	failed = new([]error)
	engine = gin.New()
	engine.Use(func(c *gin.Context) {
		defer func() {
			for _, e := range c.Errors {
				*failed = append(*failed, e.Err)
			}
		}()
		c.Next()
	}, bodyparser.Must(bodyparser.Config{}))
	engine.Any("/*path", handlers...)
	return engine, failed
}

// ask sends the request over a real connection; redirects are not followed.
func ask(t *testing.T, handler http.Handler, c call) reply {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	return askServer(t, server, c)
}

func askServer(t *testing.T, server *httptest.Server, c call) reply {
	t.Helper()
	if c.method == "" {
		c.method = http.MethodGet
	}
	if c.path == "" {
		c.path = "/"
	}
	request, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, c.header)
	response, err := server.Client().Transport.RoundTrip(request)
	if err != nil {
		return reply{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	response.Header.Del("Date")
	return reply{response.StatusCode, response.Header, string(body), err}
}

// next sends one request to a Next.js-style handler.
func next(t *testing.T, c call, handler func(*apiroutes.Request, *apiroutes.Response)) reply {
	t.Helper()
	engine, _ := route(apiroutes.Handler(handler))
	return ask(t, engine, c)
}

// check compares; headers that are not named must be absent.
func (r reply) check(t *testing.T, status int, body string, header map[string]string) {
	t.Helper()
	if r.err != nil || r.status != status || r.body != body {
		t.Errorf("%d %q, %v, want %d %q", r.status, r.body, r.err, status, body)
	}
	for name, want := range header {
		if got := strings.Join(r.header[name], "|"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name := range r.header {
		if _, named := header[name]; !named {
			t.Errorf("unexpected header %s: %q", name, r.header[name])
		}
	}
}
