package bodyparser_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	os.Exit(m.Run())
}

// server starts an engine on which every method and path runs the handlers.
func server(tb testing.TB, handlers ...gin.HandlerFunc) *httptest.Server {
	tb.Helper()
	r := gin.New()
	r.Any("/*path", handlers...)
	s := httptest.NewServer(r)
	tb.Cleanup(s.Close)
	return s
}

// answer is what a client saw.
type answer struct {
	status int
	header http.Header
	body   string
	close  bool // the server ends the connection
}

// send makes a request. header holds names and values in turn.
func send(tb testing.TB, method, url string, body io.Reader, header ...string) answer {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, url, body)
	if err != nil {
		tb.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return do(tb, http.DefaultClient, req)
}

func do(tb testing.TB, client *http.Client, req *http.Request) answer {
	tb.Helper()
	res, err := client.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(text), res.Close}
}

// post sends a body with its type to the server.
func post(tb testing.TB, s *httptest.Server, contentType, body string) answer {
	tb.Helper()
	return send(tb, http.MethodPost, s.URL, strings.NewReader(body), "Content-Type", contentType)
}

// chunked hides the length of a body, so that it is sent in chunks.
func chunked(body string) io.Reader { return struct{ io.Reader }{strings.NewReader(body)} }

// echo answers with what Body returns, as JSON, and the Go type of it.
func echo(c *gin.Context) {
	body := bodyparser.Body(c)
	c.Header("X-Type", typeName(body))
	if b, ok := body.([]byte); ok {
		c.String(http.StatusOK, "%q", b) // as no JSON can say them
		return
	}
	c.Header("Content-Type", "application/json")
	if err := jsonText(c.Writer, body); err != nil {
		panic(err)
	}
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "nil"
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []byte:
		return "bytes"
	default:
		return "form"
	}
}

// jsonText writes JSON without the escapes for HTML.
func jsonText(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return err
}

func must(tb testing.TB, config bodyparser.Config) gin.HandlerFunc {
	tb.Helper()
	h, err := bodyparser.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// inCI makes tests fail where they would be skipped on a machine that lacks a program.
func inCI() bool { return os.Getenv("CI") == "true" }
