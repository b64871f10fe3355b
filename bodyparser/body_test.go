package bodyparser_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// Every row was observed on Next.js 16.4.6, except where it says that we differ.
func TestBody(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), echo)
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	tests := []struct {
		name, contentType, body string
		status                  int
		typ, want               string // want is JSON, or the text of a refusal
	}{
		{"object", jsonType, ` {"a":[1,"é",null,true]} `, 200, "object", `{"a":[1,"é",null,true]}`},
		{"array", jsonType, `[1]`, 200, "array", `[1]`},
		{"string", jsonType, `"x"`, 200, "string", `"x"`},
		{"number", jsonType, `-1.5e2`, 200, "number", `-150`},
		{"boolean", jsonType, `false`, 200, "boolean", `false`},
		{"null", jsonType, `null`, 200, "nil", `null`},
		{"linked data", "application/ld+json", `{"a":1}`, 200, "object", `{"a":1}`},
		{"type in upper case", "Application/JSON; Charset=UTF-8", `{"a":1}`, 200, "object", `{"a":1}`},
		{"empty JSON", jsonType, ``, 200, "object", `{}`},
		{"blanks are no JSON", jsonType, `  `, 400, "", "Invalid JSON"},
		{"trailing text", jsonType, `{} x`, 400, "", "Invalid JSON"},
		{"two values", jsonType, `{}{}`, 400, "", "Invalid JSON"},
		{"comment", jsonType, `{/**/}`, 400, "", "Invalid JSON"},
		{"single quotes", jsonType, `{'a':1}`, 400, "", "Invalid JSON"},
		{"trailing comma", jsonType, `[1,]`, 400, "", "Invalid JSON"},
		{"NaN", jsonType, `NaN`, 400, "", "Invalid JSON"},
		{"leading zero", jsonType, `01`, 400, "", "Invalid JSON"},
		{"control character", jsonType, "\"\x01\"", 400, "", "Invalid JSON"},
		{"NUL after the value", jsonType, "{}\x00", 400, "", "Invalid JSON"},
		{"cut off", jsonType, `{"a":`, 400, "", "Invalid JSON"},
		{"last duplicate counts", jsonType, `{"a":{"x":1},"a":{"y":2}}`, 200, "object", `{"a":{"y":2}}`},
		{"number overflows: differs", jsonType, `1e400`, 400, "", "Invalid JSON"},
		{"500 levels", jsonType, deep(500), 200, "array", deep(500)},
		{"1001 levels: differs", jsonType, deep(1001), 400, "", "Invalid JSON"},
		{"lone surrogate", jsonType, `"\ud800"`, 200, "string", "\"\uFFFD\""},
		{"prototype", jsonType, `{"__proto__":{"a":1},"constructor":2}`, 200, "object", `{"__proto__":{"a":1},"constructor":2}`},
		{"gzip is not inflated", jsonType, "\x1f\x8b\x08", 400, "", "Invalid JSON"},

		{"form", formType, "a=1&b=x+y&c=%C3%A9", 200, "form", `{"a":"1","b":"x y","c":"é"}`},
		{"form: repeated key", formType, "a=1&a=2&a=3", 200, "form", `{"a":["1","2","3"]}`},
		{"form: malformed escape", formType, "a=%zz%", 200, "form", `{"a":"%zz%"}`},
		{"form: brackets are part of the name", formType, "b[c]=1&a[]=2", 200, "form", `{"a[]":"2","b[c]":"1"}`},
		{"form: semicolon", formType, "a=1;b=2", 200, "form", `{"a":"1;b=2"}`},
		{"form: empty pairs", formType, "&&a=1&&", 200, "form", `{"a":"1"}`},
		{"form: empty key", formType, "=c", 200, "form", `{"":"c"}`},
		{"form: no value", formType, "a", 200, "form", `{"a":""}`},
		{"form: prototype", formType, "__proto__=1&a[999999999]=2", 200, "form", `{"__proto__":"1","a[999999999]":"2"}`},
		{"form: empty", formType, "", 200, "form", `{}`},

		{"text", "text/plain", "hi\r\n", 200, "string", `"hi\r\n"`},
		{"vendor JSON is text", "application/vnd.api+json", `{"a":1}`, 200, "string", `"{\"a\":1}"`},
		{"text/json is text", "text/json", `{`, 200, "string", `"{"`},
		{"XML", "application/xml", "<a/>", 200, "string", `"<a/>"`},
		{"SVG", "image/svg+xml", "<svg/>", 200, "string", `"<svg/>"`},
		{"empty text", "text/plain", "", 200, "string", `""`},
		{"no type", "", "x", 200, "string", `"x"`},
		{"malformed type", "???", `{"a":1}`, 200, "string", `"{\"a\":1}"`},
		{"parameter without a value", "application/json; charset", `{"a":1}`, 200, "string", `"{\"a\":1}"`},
		{"trailing semicolon", "application/json;", `{"a":1}`, 200, "string", `"{\"a\":1}"`},
		{"no body and no type: differs", "", "", 200, "nil", "null"},

		{"octets: differs", "application/octet-stream", "\x00\xff", 200, "bytes", `"\x00\xff"`},
		{"image: differs", "image/png", "png", 200, "bytes", `"png"`},
		{"multipart: differs", "multipart/form-data; boundary=x", "--x--", 200, "bytes", `"--x--"`},
		{"empty octets", "application/octet-stream", "", 200, "bytes", `""`},
		{"protobuf", "application/x-protobuf", "p", 200, "bytes", `"p"`},
		{"zip by suffix", "application/epub+zip", "p", 200, "bytes", `"p"`},
		{"gRPC", "application/grpc-web", "p", 200, "bytes", `"p"`},
		{"office", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "p", 200, "bytes", `"p"`},
	}
	for _, test := range tests {
		for _, length := range []string{"declared", "chunked"} {
			t.Run(test.name+"/"+length, func(t *testing.T) {
				var header []string
				if test.contentType != "" {
					header = []string{"Content-Type", test.contentType}
				}
				var a answer
				if length == "chunked" {
					a = send(t, http.MethodPost, s.URL, chunked(test.body), header...)
				} else {
					a = send(t, http.MethodPost, s.URL, strings.NewReader(test.body), header...)
				}
				if a.status != test.status || a.body != test.want || a.header.Get("X-Type") != test.typ {
					t.Errorf("got %d %s %s, want %d %s %s", a.status, a.header.Get("X-Type"), a.body, test.status, test.typ, test.want)
				}
			})
		}
	}
}

// Rule 1: every method, and handlers that never look at the body.
func TestEveryMethodIsParsed(t *testing.T) {
	ran := false
	s := server(t, must(t, bodyparser.Config{SizeLimit: "10b"}), func(*gin.Context) { ran = true })
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
		for body, status := range map[string]int{"{": 400, "[1,2,3,4,5,6]": 413, "[1]": 200} {
			ran = false
			a := send(t, method, s.URL, strings.NewReader(body), "Content-Type", jsonType)
			if a.status != status || ran != (status == 200) {
				t.Errorf("%s %s: got %d, handler ran: %t", method, body, a.status, ran)
			}
		}
	}
}

// Of two Content-Type headers the first counts.
func TestTwoContentTypes(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), echo)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader("a=1"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header["Content-Type"] = []string{formType, jsonType}
	if a := do(t, s.Client(), req); a.body != `{"a":"1"}` {
		t.Errorf("got %d %s", a.status, a.body)
	}
}

// The body is there in three forms, each the same at every call.
func TestBodyRawForm(t *testing.T) {
	tests := []struct{ contentType, body, want string }{
		{jsonType, ` {"a": 1} `, `" {\"a\": 1} " map[] map[a:1]`},
		{formType, "a=1", `"a=1" map[a:[1]] map[a:[1]]`},
		{"text/plain; charset=latin1", "\xe9", `"\xe9" map[] é`},
		{"application/octet-stream", "\x00", `"\x00" map[] [0]`},
		{jsonType, "", `"" map[] map[]`},
		{"", "", `"" map[] <nil>`},
	}
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		for range 2 {
			c.String(200, "%q %v %v|", bodyparser.Raw(c), map[string][]string(bodyparser.Form(c)), bodyparser.Body(c))
		}
		if len(bodyparser.Raw(c)) == 0 && bodyparser.Raw(c) != nil {
			t.Error("Raw is not nil for an empty body")
		}
	})
	for _, test := range tests {
		a := send(t, http.MethodPost, s.URL, strings.NewReader(test.body), "Content-Type", test.contentType)
		if want := test.want + "|" + test.want + "|"; a.body != want {
			t.Errorf("%s: got %s, want %s", test.contentType, a.body, want)
		}
	}
}

// Without a parser on the route there is nothing, and the stream is untouched.
func TestNoParser(t *testing.T) {
	s := server(t, func(c *gin.Context) {
		data, _ := c.GetRawData()
		_, err := bodyparser.Bind[map[string]any](c)
		c.String(200, "%v %v %v %s %v", bodyparser.Body(c), bodyparser.Raw(c), bodyparser.Form(c) == nil, data, err)
	})
	a := send(t, http.MethodPost, s.URL+"/x", strings.NewReader("{}"), "Content-Type", jsonType)
	want := "<nil> [] true {} bodyparser: no parser on POST /*path; add bodyparser.Must(bodyparser.Config{}) or the package middleware to the route"
	if a.body != want {
		t.Errorf("got  %s\nwant %s", a.body, want)
	}
}

// The second of two parsers reads what the first one left, under its own settings.
func TestParseTwice(t *testing.T) {
	small := must(t, bodyparser.Config{SizeLimit: "5b"})
	large := must(t, bodyparser.Config{SizeLimit: "50b", JSON: bodyparser.JSONConfig{DisallowDuplicateKeys: true}})
	tests := []struct {
		body   string
		status int
	}{
		{"[1]", 200}, {"[1,2,3,4]", 413}, {`{"a":1,"a":1}`, 400},
	}
	between := func(c *gin.Context) {
		var v any
		if err := c.ShouldBindJSON(&v); err != nil {
			t.Error(err)
		}
	}
	for _, test := range tests {
		s := server(t, must(t, bodyparser.Config{}), between, large, small, echo)
		if test.status == 400 {
			s = server(t, must(t, bodyparser.Config{}), between, large, echo)
		}
		if a := post(t, s, jsonType, test.body); a.status != test.status {
			t.Errorf("%s: got %d %s", test.body, a.status, a.body)
		}
	}
	partly := func(c *gin.Context) {
		if _, err := io.ReadFull(c.Request.Body, make([]byte, 2)); err != nil {
			t.Error(err)
		}
	}
	if a := post(t, server(t, must(t, bodyparser.Config{}), partly, large, echo), jsonType, "[1,2]"); a.body != "[1,2]" {
		t.Errorf("after a look at the body: got %d %s", a.status, a.body)
	}
	s := server(t, small, large, echo)
	if a := send(t, http.MethodGet, s.URL, http.NoBody); a.header.Get("X-Type") != "nil" {
		t.Errorf("no body: got %s", a.body)
	}
}

// A form with too many pairs is refused; Next.js drops the rest.
func TestMaxParams(t *testing.T) {
	form := func(n int) string { return strings.TrimSuffix(strings.Repeat("a=1&", n), "&") }
	for limit, s := range map[int]*httptest.Server{
		1000: server(t, must(t, bodyparser.Config{}), echo),
		5:    server(t, must(t, bodyparser.Config{MaxParams: 5}), echo),
	} {
		if a := post(t, s, formType, form(limit)); a.status != 200 {
			t.Errorf("%d of %d pairs: got %d %s", limit, limit, a.status, a.body)
		}
		want := fmt.Sprintf("Body exceeded %d parameters limit", limit)
		if a := post(t, s, formType, form(limit+1)); a.status != 413 || a.body != want {
			t.Errorf("%d of %d pairs: got %d %s", limit+1, limit, a.status, a.body)
		}
	}
}

// Requests without a body cost nothing.
func TestNoBodyAllocatesNothing(t *testing.T) {
	p, err := bodyparser.NewParser(bodyparser.Config{})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	if n := testing.AllocsPerRun(1000, func() {
		if err := p.Parse(c); err != nil {
			t.Error(err)
		}
		if bodyparser.Body(c) != nil {
			t.Error("there is a body")
		}
		p.Release(c)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// A JSON body costs the buffer, the state, the copy of the request and the function that gives the body again.
func TestParseAllocations(t *testing.T) {
	p, err := bodyparser.NewParser(bodyparser.Config{})
	if err != nil {
		t.Fatal(err)
	}
	body := benchBody(t, 10<<10)
	in := &wire{}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", in)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.ContentLength = int64(len(body))
	if n := testing.AllocsPerRun(1000, func() {
		in.Reset(body)
		req.Body = in
		c.Request = req
		if err := p.Parse(c); err != nil {
			t.Error(err)
		}
	}); n > 4 {
		t.Errorf("%v allocations, want 4", n)
	}
}
