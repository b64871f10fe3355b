package bodyparser_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	ginjson "github.com/gin-gonic/gin/codec/json"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// witness is a declared type some of whose fields see the text.
type witness struct {
	Name  string         `json:"name" binding:"required"`
	Own   seen           `json:"own"`
	Any   any            `json:"any"`
	Count int            `json:"count"`
	Map   map[string]int `json:"map"`
}

// seen is what an UnmarshalJSON was called with.
type seen string

func (s *seen) UnmarshalJSON(text []byte) error {
	*s = seen(text)
	if strings.Contains(string(text), "refuse") {
		return fmt.Errorf("refused %s", text)
	}
	return nil
}

// onceBodies are good and faulty ones, with faults of the text, of the settings, of the type and of the rules, alone and together.
var onceBodies = []string{
	`{"name":"a"}`, `{"name":"a","own":{"x":[1]},"any":{"y":"z"},"count":1e2,"map":{"k":1},"more":[{}]}`, ` {"name":"a"} `, "\ufeff{\"name\":\"a\"}",
	``, ` `, `null`, `[]`, `5`, `"x"`, `{}`, `[{"name":"a"}]`, `{"name":5}`, `{"name":"a","count":1.5}`, `{"count":1e400}`, `{"own":"refuse"}`,
	`{`, `}`, `{"name":"a"`, `{"name":"a",}`, `{"name":"a"}}`, `{"name":"a"}]`, `{"name":"a"} x`, `{"name":"a"}{}`, `{"name":"a"`, `{"name":"a" "own":1}`,
	`{"name":5,}`, `{"count":"x"`, `[1,]`, `{"own":"refuse"`, `{"own":{"a":}}`, `{"own":"refuse","any":[tru]}`, `{"name":"a","more":{"a":[tru,{"b":01}]}}`,
	`{"more":nul}`, `{"more":01}`, `{"more":1.}`, `{"more":-}`, `{"more":+1}`, `{"more":.5}`, `{"more":1e}`, `{"more":"\x"}`, `{"more":"\u12g4"}`, "{\"more\":\"a\nb\"}",
	"{\"more\":\"a\x00b\"}", `{"more":'a'}`, `{"more":NaN}`, `{"own":"\a"}`, `{"any":"\a"}`, `{"own":[1,2,]}`, `{more:1}`, `{"a":1/**/}`, `{"name":"\ud800"}`, "{\"name\":\"\xff\"}", "{\"\xff\":1}", "{\"name\":\"a\"}\xff",
	`{"name":"a","more":1e400}`, `{"name":5,"more":-1e999}`, `{"name":"a","more":[1e309,]}`, `{"name":"a","more":9e-999}`, `{"name":"a","any":1e400}`,
	`{"name":"a","more":` + strings.Repeat("9", 309) + `}`, `{"name":"a","more":` + strings.Repeat("9", 308) + `}`,
	`{"name":"a","more":` + nest(4) + `}`, `{"name":"a","more":` + nest(5) + `}`, `{"name":"a","any":` + nest(1000) + `}`, `{"name":5,"more":` + nest(5)[:5] + `}`,
	`{"name":"a","more":"[[[[[[[[[[[["}`, `{"name":"a","name":"b"}`, `{"name":"a","NAME":5}`, `{"name":"a","more":{"b":1,"b":2}}`, `{"name":"","more":1}`,
	strings.Repeat(" ", 500) + `{"name":"a","more":[` + strings.Repeat("[],", 1500) + `1]}`, strings.Repeat("[", 10_000),
}

func nest(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

// report answers with all that can be known of an error, and of the request after it.
func report(c *gin.Context, err error) {
	again, readErr := io.ReadAll(c.Request.Body)
	c.String(c.Writer.Status(), "%T %v\nraw %q\nbody %v\nagain %q %v, length %d\n", err, err, bodyparser.Raw(c), bodyparser.Body(c), again, readErr, c.Request.ContentLength)
	bodyparser.ProblemJSON(c, err)
}

// TestDeclaredOrNot holds that a route that declares its type says the same of every body as one that binds it in the handler.
func TestDeclaredOrNot(t *testing.T) {
	sameAnswers[witness](t)
	sameAnswers[map[string]any](t)
	sameAnswers[any](t)
	sameAnswers[string](t)
	sameAnswers[[]byte](t)
	sameAnswers[*witness](t)
	sameAnswers[[]witness](t)
	sameAnswers[seen](t)
	sameAnswers[float64](t)
}

func sameAnswers[T any](t *testing.T) {
	t.Helper()
	for name, rules := range map[string]bodyparser.JSONConfig{
		"default": {}, "shallow": {MaxDepth: 5}, "unique": {DisallowDuplicateKeys: true}, "strict": {DisallowUnknownFields: true},
	} {
		config := bodyparser.Config{JSON: rules, ErrorHandler: report}
		later := answersTo(t, config, func(c *gin.Context) {
			v, err := bodyparser.Bind[T](c)
			if err != nil {
				c.Status(http.StatusBadRequest)
				report(c, err)
				return
			}
			showAll(c, v)
		})
		config.Type = bodyparser.TypeOf[T]()
		atOnce := answersTo(t, config, func(c *gin.Context) {
			v, err := bodyparser.Bind[T](c)
			if err != nil {
				t.Error("Bind of the declared type:", err)
			}
			showAll(c, v)
		})
		for _, contentType := range []string{jsonType, "application/vnd.api+json"} {
			for _, body := range onceBodies {
				got, want := atOnce(contentType, body), later(contentType, body)
				if got.status != want.status || got.body != want.body || got.close != want.close || fmt.Sprint(got.header) != fmt.Sprint(want.header) {
					t.Errorf("%T, %s, %s %.100s\ndeclared: %d %v %.500s\nin the handler: %d %v %.500s", *new(T), name, contentType, body, got.status, got.header, got.body, want.status, want.header, want.body)
				}
			}
		}
	}
}

func showAll(c *gin.Context, v any) {
	again, err := io.ReadAll(c.Request.Body)
	c.String(http.StatusOK, "%#v\nraw %q\nbody %v\nagain %q %v\n", jsonOf(v), bodyparser.Raw(c), bodyparser.Body(c), again, err)
}

// answersTo returns what the route answers to a body.
func answersTo(t *testing.T, config bodyparser.Config, handler gin.HandlerFunc) func(contentType, body string) answer {
	t.Helper()
	r := gin.New()
	r.POST("/", must(t, config), handler)
	return func(contentType, body string) answer {
		w := httptest.NewRecorder()
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		r.ServeHTTP(w, req)
		return answer{w.Code, w.Header(), w.Body.String(), false}
	}
}

// TestMethodsSeeJSON holds that UnmarshalJSON of a declared type is never called for a body that is no JSON.
func TestMethodsSeeJSON(t *testing.T) {
	called := false
	post := answersTo(t, bodyparser.Config{Type: bodyparser.TypeOf[struct {
		Own spy `json:"own"`
	}]()}, func(*gin.Context) {})
	spied = func() { called = true }
	t.Cleanup(func() { spied = nil })
	for _, body := range []string{`{"own":{"a":1}`, `{"own":1}]`, `{"own":"a","b":}`, `{"own":"\a"}`, `{"own":tru}`, `{"own":1,"b":1e400}`, `{"own":1} 2`} {
		if a := post(jsonType, body); a.status != http.StatusBadRequest || a.body != "Invalid JSON" || called {
			t.Errorf("%s: got %d %s, called: %v", body, a.status, a.body, called)
		}
		called = false
	}
	if post(jsonType, `{"own":1}`); !called {
		t.Error("not called for JSON")
	}
}

// spied is called by spy.
var spied func()

type spy struct{}

func (*spy) UnmarshalJSON([]byte) error {
	spied()
	return nil
}

// lax is a codec that takes anything for JSON.
type lax struct{ ginjson.Core }

func (lax) Unmarshal([]byte, any) error { return nil }

// TestOtherCodec holds that a declared type does not depend on a codec that a program sets in place of the one of Gin.
func TestOtherCodec(t *testing.T) {
	post := answersTo(t, bodyparser.Config{Type: bodyparser.TypeOf[map[string]any]()}, func(*gin.Context) {})
	before := ginjson.API
	t.Cleanup(func() { ginjson.API = before })
	ginjson.API = lax{before}
	for body, status := range map[string]int{`{"a":1}`: 200, `{"a":tru}`: 400, `{"a":1e400}`: 400, `{"a":1}]`: 400} {
		if a := post(jsonType, body); a.status != status {
			t.Errorf("%s: got %d %s", body, a.status, a.body)
		}
	}
}
