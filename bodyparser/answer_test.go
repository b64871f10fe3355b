package bodyparser_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/en"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	detranslations "github.com/go-playground/validator/v10/translations/de"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

func TestPlainText(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	for body, want := range map[string]string{"{": "Invalid JSON", strings.Repeat("x", 2000): "Body exceeded 1kb limit"} {
		a := post(t, s, jsonType, body)
		if a.body != want || a.header.Get("Content-Type") != "text/plain; charset=utf-8" || a.header.Get("X-Content-Type-Options") != "nosniff" ||
			a.header.Get("Content-Length") != strconv.Itoa(len(want)) {
			t.Errorf("got %d %s %v", a.status, a.body, a.header)
		}
	}
}

func TestProblemJSON(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{SizeLimit: "100b", ErrorHandler: bodyparser.ProblemJSON, Type: bodyparser.TypeOf[item]()}), echo)
	for body, want := range map[string]string{
		"{":                      `{"title":"Bad Request","status":400,"detail":"Invalid JSON"}`,
		strings.Repeat("x", 200): `{"title":"Request Entity Too Large","status":413,"detail":"Body exceeded 100b limit"}`,
		`{"name":5,"price":-1}`:  `{"title":"Bad Request","status":400,"detail":"The request has faults","errors":[{"pointer":"/name","field":"name","rule":"type","param":"string","message":"must be a string"},{"pointer":"/price","field":"price","rule":"gte","param":"0","message":"must be 0 or more"}]}`,
	} {
		a := post(t, s, jsonType, body)
		if a.body != want || a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("got %d %s %v", a.status, a.body, a.header)
		}
	}
	if a := post(t, s, "text/plain", "x"); a.body != `{"title":"Unsupported Media Type","status":415}` {
		t.Error(a.body)
	}
}

// Whatever a hook does, there is one answer, and the handler does not run.
func TestHooks(t *testing.T) {
	tests := []struct {
		name   string
		hook   func(*gin.Context, error)
		status func(own int) int
		body   string
	}{
		{"writes nothing", func(*gin.Context, error) {}, func(own int) int { return own }, ""},
		{"sets a status", func(c *gin.Context, _ error) { c.Status(422) }, func(int) int { return 422 }, ""},
		{"writes JSON", func(c *gin.Context, err error) { c.JSON(c.Writer.Status(), err.Error()[:10]) }, func(own int) int { return own }, `"bodyparser"`},
		{"writes another status", func(c *gin.Context, _ error) { c.String(200, "fine") }, func(int) int { return 200 }, "fine"},
		{"writes in pieces and flushes", func(c *gin.Context, _ error) {
			c.Status(400)
			_, _ = c.Writer.WriteString("a")
			c.Writer.Flush()
			_ = http.NewResponseController(c.Writer).Flush()
			c.Writer.WriteHeaderNow()
			if !c.Writer.Written() || c.Writer.Size() != 1 {
				panic("the hook sees another answer than it wrote")
			}
			c.Writer.WriteHeader(500)
			_, _ = c.Writer.Write([]byte{'b'})
		}, func(int) int { return 400 }, "ab"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			calls, ran := 0, false
			s := server(t, must(t, bodyparser.Config{SizeLimit: "10b", ErrorHandler: func(c *gin.Context, err error) {
				calls++
				test.hook(c, err)
			}}), func(*gin.Context) { ran = true })
			for body, own := range map[string]int{"{": 400, "[1,2,3,4,5,6]": 413} {
				calls = 0
				a := post(t, s, jsonType, body)
				if a.status != test.status(own) || a.body != test.body || calls != 1 || ran {
					t.Errorf("%s: got %d %q, %d calls, handler ran: %t", body, a.status, a.body, calls, ran)
				}
			}
		})
	}
}

// A hook that panics, or takes the connection over, leaves the writer as it was.
func TestHookPanics(t *testing.T) {
	r := gin.New()
	r.Use(gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.String(500, "recovered") }))
	r.POST("/", must(t, bodyparser.Config{SizeLimit: "1b", ErrorHandler: func(*gin.Context, error) { panic("as planned") }}))
	var lines bytes.Buffer
	s := httptest.NewUnstartedServer(r)
	s.Config.ErrorLog = log.New(&lines, "", 0)
	s.Start()
	if a := post(t, s, jsonType, "[1,2]"); a.status != 500 || a.body != "recovered" {
		t.Errorf("got %d %s", a.status, a.body)
	}
	s.Close() // waits for the connection, and so for what net/http says of it
	if lines.Len() > 0 {
		t.Errorf("net/http says: %s", lines.String())
	}
}

// Refuse answers other errors too; what they say stays on the server.
func TestRefuseOtherErrors(t *testing.T) {
	p, err := bodyparser.NewParser(bodyparser.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		err    error
		status int
		body   string
	}{
		{errors.New("secret"), 500, "Internal Server Error"},
		{fmt.Errorf("wrapped: %w", &bodyparser.TooLargeError{Limit: 1, Text: "1b"}), 413, "Body exceeded 1b limit"},
		{&http.MaxBytesError{Limit: 1}, 413, "Request Entity Too Large"},
		{&bodyparser.TooLargeError{Text: "a\nb\u202e"}, 413, `Body exceeded a\nb\u202e limit`},
	} {
		for _, body := range []io.Reader{http.NoBody, strings.NewReader("unread"), chunked("unread")} {
			s := server(t, func(c *gin.Context) {
				p.Refuse(c, test.err)
				if !c.IsAborted() {
					t.Error("not aborted")
				}
				p.Refuse(c, errors.New("again"))
			})
			if a := send(t, http.MethodPost, s.URL, body); a.status != test.status || a.body != test.body {
				t.Errorf("%v: got %d %s", test.err, a.status, a.body)
			}
		}
	}
}

// Every error says what to do, starts with the name of the package and can be told apart.
func TestErrors(t *testing.T) {
	inner := errors.New("inner\r\n\x1b")
	p, err := bodyparser.NewParser(bodyparser.Config{SizeLimit: "1kb", MaxParams: 1, Inflate: bodyparser.InflateConfig{Encodings: []string{"gzip"}}})
	if err != nil {
		t.Fatal(err)
	}
	_ = inner
	tests := []struct {
		contentType, encoding, body string
		want                        any
		text                        string
	}{
		{jsonType, "", "{\x01", new(*bodyparser.SyntaxError), ""},
		{jsonType, "", strings.Repeat("x", 2000), new(*bodyparser.TooLargeError), "bodyparser: the body is larger than the limit of 1kb; send less or raise SizeLimit"},
		{formType, "", "a&b", new(*bodyparser.TooManyParamsError), "bodyparser: more than 1 parameters; send fewer or raise MaxParams"},
		{"text/plain; charset=\"a\vb\"", "", "x", new(*bodyparser.CharsetError), `bodyparser: unknown charset "a\vb"; send UTF-8`},
		{jsonType, "x\x01", "x", new(*bodyparser.UnsupportedEncodingError), `bodyparser: content encoding "x\x01" is not accepted; use one of gzip`},
		{jsonType, "gzip", "x", new(*bodyparser.EncodingError), "bodyparser: inflating gzip: unexpected EOF"},
	}
	for _, test := range tests {
		c := newRequest(t, int64(len(test.body)), io.NopCloser(strings.NewReader(test.body)))
		c.Request.Header.Set("Content-Type", test.contentType)
		if test.encoding != "" {
			c.Request.Header.Set("Content-Encoding", test.encoding)
		}
		err := p.Parse(c)
		if !errors.As(err, test.want) || test.text != "" && err.Error() != test.text || !strings.HasPrefix(err.Error(), "bodyparser: ") {
			t.Errorf("%s: got %T %v", test.contentType, err, err)
		}
		if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("raw control characters in %q", err)
		}
		coded, ok := err.(interface {
			StatusCode() int
			Message() string
		})
		if !ok || coded.StatusCode() < 400 || coded.Message() == "" {
			t.Errorf("%T has no status or message", err)
		}
		if bodyparser.Body(c) != nil || bodyparser.Raw(c) != nil {
			t.Errorf("%T: a refused body is there", err)
		}
	}
}

// The language of messages is that of the request.
func TestTranslator(t *testing.T) {
	translator := bodyparser.TranslatorFunc(func(c *gin.Context, f bodyparser.Fault, fe validator.FieldError) string {
		if c.GetHeader("Accept-Language") != "de" {
			return ""
		}
		if fe == nil {
			return "Typ " + f.Param + "\x00"
		}
		return fe.Field() + " " + f.Rule
	})
	for _, s := range []*httptest.Server{
		server(t, must(t, bodyparser.Config{Translator: translator}), binder[item]),
		server(t, must(t, bodyparser.Config{Translator: translator, Type: bodyparser.TypeOf[item](), ErrorHandler: func(c *gin.Context, err error) { show(c, nil, err) }})),
	} {
		for contentType, body := range map[string]string{jsonType: `{"price":"x"}`, formType: "price=x"} {
			a := send(t, http.MethodPost, s.URL, strings.NewReader(body), "Content-Type", contentType, "Accept-Language", "de")
			if a.body != "/price price type number: Typ number\\x00\n/name name required : name required" {
				t.Error(a.body)
			}
			a = send(t, http.MethodPost, s.URL, strings.NewReader(body), "Content-Type", contentType)
			if a.body != "/price price type number: must be a number\n/name name required : is required" {
				t.Error(a.body)
			}
		}
	}
}

func TestUniversalTranslator(t *testing.T) {
	languages := ut.New(en.New(), de.New())
	german, _ := languages.GetTranslator("de")
	v := validator.New()
	v.SetTagName("binding")
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("json") })
	if err := detranslations.RegisterDefaultTranslations(v, german); err != nil {
		t.Fatal(err)
	}
	type form struct {
		Name string `json:"name" binding:"required"`
		Web  string `json:"web" binding:"eth_addr"`
		N    int    `json:"n"`
	}
	s := server(t, must(t, bodyparser.Config{Validator: v, Translator: bodyparser.UniversalTranslator(func(*gin.Context) ut.Translator { return german })}), binder[form])
	a := post(t, s, jsonType, `{"web":"x","n":"x"}`)
	if a.body != "/n n type integer: must be an integer\n/name name required : name ist ein Pflichtfeld\n/web web eth_addr : must satisfy eth_addr" {
		t.Error(a.body)
	}
}

// A gzip middleware around the parser compresses the refusal; it must stay readable and the connection usable.
func TestWrappedWriter(t *testing.T) {
	wrap := func(c *gin.Context) { c.Writer = &shouting{c.Writer}; c.Next() }
	s := server(t, wrap, must(t, bodyparser.Config{SizeLimit: "1kb"}), func(c *gin.Context) { c.String(200, hello) })
	for range 3 {
		if a := post(t, s, jsonType, strings.Repeat("x", 300<<10)); a.status != 413 || a.body != "BODY EXCEEDED 1KB LIMIT" {
			t.Errorf("got %d %s", a.status, a.body)
		}
		if a := post(t, s, "text/plain", "x"); a.body != "HELLO" {
			t.Errorf("got %d %s", a.status, a.body)
		}
	}
}

type shouting struct{ gin.ResponseWriter }

func (w *shouting) Write(b []byte) (int, error) { return w.WriteString(string(b)) }
func (w *shouting) WriteString(s string) (int, error) {
	return w.ResponseWriter.WriteString(strings.ToUpper(s))
}
func (w *shouting) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// A fault survives the way through JSON: clients read it.
func TestFaultJSON(t *testing.T) {
	text, err := json.Marshal(bodyparser.Fault{Pointer: "/a", Field: "a", Rule: "min", Param: "1", Message: "m"})
	if err != nil || string(text) != `{"pointer":"/a","field":"a","rule":"min","param":"1","message":"m"}` {
		t.Errorf("%s, %v", text, err)
	}
}
