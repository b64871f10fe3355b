package bodyparser_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	ginjson "github.com/gin-gonic/gin/codec/json"
	"github.com/go-playground/validator/v10"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

type item struct {
	Name  string  `json:"name" form:"name" binding:"required"`
	Price float64 `json:"price" form:"price" binding:"gte=0"`
}

type base struct {
	ID int `json:"id" form:"id" binding:"min=1"`
}

type order struct {
	base
	Customer string          `json:"customer" form:"customer" binding:"required,max=5"`
	Items    []item          `json:"items" form:"-" binding:"max=3,dive"`
	Extra    map[string]item `json:"extra" form:"-" binding:"dive"`
	Address  *struct {
		City string `json:"city" form:"city" binding:"required"`
	} `json:"address" form:"address"`
	Tags []string `json:"tags" form:"tags" binding:"dive,min=2"`
	Age  int8     `json:"age" form:"age"`
}

// binder answers with what Bind returns: the value as JSON or the faults, one a line.
func binder[T any](c *gin.Context) {
	v, err := bodyparser.Bind[T](c)
	show(c, v, err)
}

func show(c *gin.Context, v any, err error) {
	var failed *bodyparser.BindError
	switch {
	case errors.As(err, &failed):
		var lines []string
		for _, f := range failed.Faults {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s: %s", f.Pointer, f.Field, f.Rule, f.Param, f.Message)))
		}
		c.String(400, strings.Join(lines, "\n"))
	case err != nil:
		bodyparser.PlainText(c, err)
	default:
		c.String(200, jsonOf(v))
	}
}

func TestBindJSON(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{
			"good", `{"id":1,"customer":"Ada","items":[{"name":"a","price":1}],"address":{"city":"x"},"tags":["ab"]}`,
			`{"id":1,"customer":"Ada","items":[{"name":"a","price":1}],"extra":null,"address":{"city":"x"},"tags":["ab"],"age":0}`,
		},
		{"no fields", `{}`, "/id id min 1: must be 1 or more\n/customer customer required : is required"},
		{"empty", ``, "/id id min 1: must be 1 or more\n/customer customer required : is required"},
		{"null", `null`, "/id id min 1: must be 1 or more\n/customer customer required : is required"},
		{"all at once", `{"id":1,"customer":"Ada Lovelace","items":[{"name":"a"},{"price":-1}],"address":{},"tags":["ab","c"]}`, strings.Join([]string{
			"/customer customer max 5: must be 5 or less characters",
			"/items/1/name name required : is required",
			"/items/1/price price gte 0: must be 0 or more",
			"/address/city city required : is required",
			"/tags/1 tags min 2: must be 2 or more characters",
		}, "\n")},
		{"list too long", `{"id":1,"customer":"A","items":[{"name":"a"},{"name":"a"},{"name":"a"},{"name":"a"}]}`, "/items items max 3: must be 3 or less items"},
		{"keys of maps", `{"id":1,"customer":"A","extra":{"a/b~c].x[0":{"price":1}}}`, "/extra/a~1b~0c].x[0/name name required : is required"},
		{"mismatches", `{"id":"1","customer":5,"items":[{"name":[],"price":"x"}],"age":200,"tags":"x","address":[]}`, strings.Join([]string{
			"/address address type object: must be an object",
			"/age age range : is out of range",
			"/customer customer type string: must be a string",
			"/id id type integer: must be an integer",
			"/items/0/name name type string: must be a string",
			"/items/0/price price type number: must be a number",
			"/tags tags type array: must be an array",
		}, "\n")},
		{"mismatch and rules", `{"id":1.5,"items":[{"name":"a","price":-1}]}`, strings.Join([]string{
			"/id id type integer: must be an integer",
			"/customer customer required : is required",
			"/items/0/price price gte 0: must be 0 or more",
		}, "\n")},
		{"not an object", `[]`, "type object: must be an object"},
		{"not JSON", `{"id":1} x`, "Invalid JSON"},
	}
	s := server(t, must(t, bodyparser.Config{}), binder[order])
	declared := server(t, must(t, bodyparser.Config{Type: bodyparser.TypeOf[order](), ErrorHandler: func(c *gin.Context, err error) { show(c, nil, err) }}), binder[order])
	for _, test := range tests {
		for name, s := range map[string]*httptest.Server{"Bind": s, "Type": declared} {
			t.Run(test.name+"/"+name, func(t *testing.T) {
				if a := post(t, s, jsonType, test.body); a.body != test.want {
					t.Errorf("got\n%s\nwant\n%s", a.body, test.want)
				}
			})
		}
	}
}

type celsius float64

func (c *celsius) UnmarshalJSON(b []byte) error {
	if string(b) == `"hot"` {
		return errors.New("too hot \x00")
	}
	*c = 1
	return nil
}

type level int

func (l *level) UnmarshalText(b []byte) error {
	if string(b) != "high" {
		return errors.New("no such level")
	}
	*l = 9
	return nil
}

type odd struct {
	When    time.Time      `json:"when"`
	C       celsius        `json:"c"`
	Level   level          `json:"level"`
	Bytes   []byte         `json:"bytes"`
	Pair    [2]int         `json:"pair"`
	Num     json.Number    `json:"num"`
	Quoted  int            `json:"quoted,string"`
	ByInt   map[int]string `json:"byInt"`
	ByLevel map[level]bool `json:"byLevel"`
	Any     any            `json:"any"`
	Reader  io.Reader      `json:"reader"`
	U       uint8          `json:"u"`
	F       float32        `json:"f"`
	B       *bool          `json:"b"`
	Hidden  string         `json:"-"`
	Plain   string
}

// Mismatches are reported with the same words whatever JSON package Gin was built with.
func TestBindMismatches(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		v, err := bodyparser.Bind[odd](c)
		show(c, v.When.IsZero(), err)
	})
	for body, want := range map[string]string{
		`{"when":"2024-05-01T10:00:00Z","c":1,"level":"high","bytes":"aGk=","pair":[1,2,3],"num":5,"quoted":"5","byInt":{"1":"a"},"byLevel":{"high":true},"any":{"x":[]},"u":255,"f":1,"b":true,"PLAIN":"x","Hidden":5}`: "false",
		`{"when":null,"c":null,"level":null,"pair":null,"num":null,"byInt":null,"any":null,"reader":null,"u":null,"b":null,"Plain":null}`:                                                                                "true",
		`{"when":"yesterday"}`: "/when when type time as in RFC 3339: must be a time as in RFC 3339",
		`{"when":5}`:           "/when when type time as in RFC 3339: must be a time as in RFC 3339",
		`{"c":"hot"}`:          "/c c type : does not have the right form",
		`{"level":"low"}`:      "/level level type : does not have the right form",
		`{"level":5}`:          "/level level type string: must be a string",
		`{"bytes":"?"}`:        "/bytes bytes type base64 string: must be a base64 string",
		`{"bytes":5}`:          "/bytes bytes type array: must be an array",
		`{"pair":["a"]}`:       "/pair/0 pair type integer: must be an integer",
		`{"pair":5}`:           "/pair pair type array: must be an array",
		`{"num":true}`:         "/num num type string: must be a string",
		`{"quoted":"x"}`:       "/quoted quoted type integer: must be an integer",
		`{"quoted":[]}`:        "/quoted quoted type string: must be a string",
		`{"byInt":{"a":"b"}}`:  "/byInt/a a type : is a key of the wrong form",
		`{"byInt":{"1":2}}`:    "/byInt/1 1 type string: must be a string",
		`{"byInt":[]}`:         "/byInt byInt type object: must be an object",
		`{"reader":5}`:         "/reader reader type : cannot be decoded",
		`{"u":256}`:            "/u u range : is out of range",
		`{"u":-1}`:             "/u u range : is out of range",
		`{"u":1.5}`:            "/u u type integer: must be an integer",
		`{"f":1e200}`:          "/f f range : is out of range",
		`{"f":"1"}`:            "/f f type number: must be a number",
		`{"b":"true"}`:         "/b b type boolean: must be a boolean",
		`{"plain":5}`:          "/Plain Plain type string: must be a string",
	} {
		if lenient[ginjson.Package] == body {
			continue
		}
		if a := post(t, s, jsonType, body); a.body != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, a.body, want)
		}
	}
}

// lenient has what a JSON package accepts although it does not fit.
var lenient = map[string]string{"github.com/goccy/go-json": `{"f":1e200}`}

type inner struct {
	Name   string `json:"name"`
	Shadow string `json:"shadow"`
}

type outer struct {
	*inner
	Shadow int            `json:"shadow"`
	List   []inner        `json:"list"`
	Map    map[string]any `json:"map"`
	inner2
}

type inner2 struct {
	Deep string `json:"deep"`
}

func TestUnknownFields(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{JSON: bodyparser.JSONConfig{DisallowUnknownFields: true}}), func(c *gin.Context) {
		v, err := bodyparser.Bind[struct {
			A outer2 `json:"a"`
		}](c)
		show(c, v, err)
	})
	for body, want := range map[string]string{
		`{"a":{"shadow":1,"list":[{"name":"x"}],"map":{"any":1},"deep":"x"}}`: `{"a":{"shadow":1,"list":[{"name":"x","shadow":""}],"map":{"any":1},"deep":"x"}}`,
		`{"x":1,"a":{"y":2,"list":[{"name":"a"},{"z/z":1}]}}`:                 "/a/list/1/z~1z z/z unknown : is not a known field\n/a/y y unknown : is not a known field\n/x x unknown : is not a known field",
		`{"x":1,"a":{"shadow":"s"}}`:                                          "/a/shadow shadow type integer: must be an integer\n/x x unknown : is not a known field",
		`{"a\u0000b":1}`:                                                      `/a\x00b a\x00b unknown : is not a known field`,
	} {
		if a := post(t, s, jsonType, body); a.body != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, a.body, want)
		}
	}
	lax := server(t, must(t, bodyparser.Config{}), binder[outer2])
	if a := post(t, lax, jsonType, `{"x":1}`); a.status != 200 {
		t.Errorf("by default: got %d %s", a.status, a.body)
	}
}

type outer2 struct {
	Shadow int            `json:"shadow"`
	List   []inner        `json:"list"`
	Map    map[string]any `json:"map"`
	inner2
}

// Fields of embedded structs are those of the outer one; the shallower one of a name counts.
func TestEmbeddedMismatch(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		v, err := bodyparser.Bind[outer](c)
		show(c, v.Deep, err)
	})
	if a := post(t, s, jsonType, `{"shadow":"x","deep":5}`); a.body != "/deep deep type string: must be a string\n/shadow shadow type integer: must be an integer" {
		t.Error(a.body)
	}
}

func TestDuplicateKeysAndDepth(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{JSON: bodyparser.JSONConfig{DisallowDuplicateKeys: true, MaxDepth: 2}}), echo)
	for body, status := range map[string]int{`{"a":[1]}`: 200, `{"a":1,"a":2}`: 400, `{"a":1,"\u0061":2}`: 400, `[[[1]]]`: 400, `[[1],[2]]`: 200} {
		if a := post(t, s, jsonType, body); a.status != status {
			t.Errorf("%s: got %d", body, a.status)
		}
	}
}

// What types of bodies can become what types of values.
func TestBindByContentType(t *testing.T) {
	type simple struct {
		A string `json:"a" form:"a"`
	}
	str, raw := server(t, must(t, bodyparser.Config{}), binder[string]), server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		v, err := bodyparser.Bind[[]byte](c)
		show(c, string(v), err)
	})
	obj, dyn := server(t, must(t, bodyparser.Config{}), binder[simple]), server(t, must(t, bodyparser.Config{}), binder[map[string]any])
	dynamic, ptr := server(t, must(t, bodyparser.Config{}), binder[any]), server(t, must(t, bodyparser.Config{}), binder[*simple])
	tests := []struct {
		s                       *httptest.Server
		contentType, body, want string
	}{
		{str, "text/plain; charset=latin1", "\xe9", `"é"`},
		{str, "", "", `""`},
		{str, jsonType, `"x"`, `"x"`},
		{str, jsonType, `5`, "type string: must be a string"},
		{str, formType, `a`, "Internal Server Error"},
		{str, "application/octet-stream", `x`, "Unsupported Media Type"},
		{raw, jsonType, `{"a":1}`, `"{\"a\":1}"`},
		{raw, "image/png", `png`, `"png"`},
		{raw, "", ``, `""`},
		{obj, jsonType, `{"a":"x"}`, `{"a":"x"}`},
		{obj, "application/vnd.api+json", `{"a":"x"}`, `{"a":"x"}`},
		{obj, "text/json", `{"a":"x"}`, `{"a":"x"}`},
		{obj, "application/vnd.api+json", `{"a":"x"} x`, `Invalid JSON`},
		{obj, "application/vnd.api+json", ``, `{"a":""}`},
		{obj, "text/plain", `{"a":"x"}`, "Unsupported Media Type"},
		{obj, "image/png", `x`, "Unsupported Media Type"},
		{obj, "", ``, `{"a":""}`},
		{obj, "", `x`, "Unsupported Media Type"},
		{obj, formType, `a=x&a=y`, `{"a":"x"}`},
		{ptr, jsonType, `{"a":"x"}`, `{"a":"x"}`},
		{ptr, jsonType, `null`, `null`},
		{ptr, formType, `a=x`, `{"a":"x"}`},
		{dyn, jsonType, `{"a":[1]}`, `{"a":[1]}`},
		{dyn, formType, `a=x&b=1&b=2`, `{"a":"x","b":["1","2"]}`},
		{dynamic, jsonType, `[1]`, `[1]`},
		{dynamic, formType, `a=x`, `{"a":["x"]}`},
	}
	for _, test := range tests {
		var header []string
		if test.contentType != "" {
			header = []string{"Content-Type", test.contentType}
		}
		if a := send(t, http.MethodPost, test.s.URL, strings.NewReader(test.body), header...); a.body != test.want {
			t.Errorf("%s %s: got %s, want %s", test.contentType, test.body, a.body, test.want)
		}
	}
}

// A route without a body finds its parser too: rules of its own validator run.
func TestBindWithoutBody(t *testing.T) {
	v := validator.New()
	v.SetTagName("own")
	if err := v.RegisterValidation("lucky", func(validator.FieldLevel) bool { return false }); err != nil {
		t.Fatal(err)
	}
	type lucky struct {
		N int `json:"n" form:"n" own:"lucky"`
	}
	s := server(t, must(t, bodyparser.Config{Validator: v}), binder[lucky])
	if a := send(t, http.MethodGet, s.URL, http.NoBody); a.body != "/n n lucky : must satisfy lucky" {
		t.Errorf("got %d %s", a.status, a.body)
	}
	s = server(t, must(t, bodyparser.Config{Validator: v}), func(c *gin.Context) {
		_, err := bodyparser.BindQuery[lucky](c)
		show(c, nil, err)
	})
	if a := send(t, http.MethodGet, s.URL+"?n=1", http.NoBody); a.body != "/n n lucky : must satisfy lucky" {
		t.Errorf("query: got %d %s", a.status, a.body)
	}
}

// Rules may look into the context of the request.
func TestRulesSeeTheContext(t *testing.T) {
	v := validator.New()
	v.SetTagName("binding")
	if err := v.RegisterValidationCtx("mine", func(ctx context.Context, fl validator.FieldLevel) bool {
		return ctx.Value(http.ServerContextKey) != nil && fl.Field().String() == "x"
	}); err != nil {
		t.Fatal(err)
	}
	type form struct {
		A string `json:"a" binding:"mine"`
	}
	for _, config := range []bodyparser.Config{{Validator: v}, {Validator: v, Type: bodyparser.TypeOf[form]()}} {
		s := server(t, must(t, config), binder[form])
		if a := post(t, s, jsonType, `{"a":"x"}`); a.status != 200 {
			t.Errorf("got %d %s", a.status, a.body)
		}
	}
}

// Rules are in the tag "binding" or, for types without any, in "validate"; "required" holds for structs.
func TestRuleTags(t *testing.T) {
	type both struct {
		A string `json:"a" binding:"required" validate:"max=1"`
		B string `json:"b" validate:"required"`
	}
	type plain struct {
		B string `json:"b" validate:"required"`
	}
	type nested struct {
		P plain `json:"p" validate:"required"`
	}
	tree := func(h gin.HandlerFunc) string {
		return post(t, server(t, must(t, bodyparser.Config{}), h), jsonType, `{"a":"xx"}`).body
	}
	if got := tree(binder[both]); got != `{"a":"xx","b":""}` {
		t.Error(got)
	}
	if got := tree(binder[plain]); got != "/b b required : is required" {
		t.Error(got)
	}
	if got := tree(binder[nested]); got != "/p p required : is required" {
		t.Error(got)
	}
}

type node struct {
	Name string `json:"name" form:"name" binding:"required"`
	Kids []node `json:"kids" form:"-" binding:"dive"`
	Next *node  `json:"next" form:"next"`
}

type selfish []selfish

// Types that contain themselves have an end.
func TestRecursiveTypes(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{Type: bodyparser.TypeOf[node](), ErrorHandler: func(c *gin.Context, err error) { show(c, nil, err) }}), binder[node])
	if a := post(t, s, jsonType, `{"name":"a","kids":[{"kids":[{}]}]}`); a.body != "/kids/0/name name required : is required\n/kids/0/kids/0/name name required : is required" {
		t.Error(a.body)
	}
	if a := post(t, s, formType, `name=a`); a.status != 200 {
		t.Error(a.body)
	}
	if ginjson.Package == "github.com/goccy/go-json" {
		return // it does not end on such a type
	}
	lists := server(t, must(t, bodyparser.Config{}), binder[selfish])
	if a := post(t, lists, jsonType, `[[5]]`); a.body != "/0/0  type array: must be an array" {
		t.Error(a.body)
	}
	if a := post(t, lists, jsonType, `[[],[[]]]`); a.body != `[[],[[]]]` {
		t.Error(a.body)
	}
}

// Lists and maps of structs are validated too.
func TestBindLists(t *testing.T) {
	for name, test := range map[string]struct {
		h          gin.HandlerFunc
		body, want string
	}{
		"list":          {binder[[]item], `[{"name":"a"},{}]`, "/1/name name required : is required"},
		"map":           {binder[map[string]item], `{"x":{"name":"a"},"y":{}}`, "/y/name name required : is required"},
		"lists":         {binder[[][]item], `[[{"name":"a"}],[{}]]`, "/1/0/name name required : is required"},
		"pointers":      {binder[[]*item], `[{"name":"a"},{}]`, "/1/name name required : is required"},
		"good":          {binder[[]item], `[{"name":"a"}]`, `[{"name":"a","price":0}]`},
		"scalars":       {binder[[]int], `[1,2]`, `[1,2]`},
		"wrong":         {binder[[]int], `[1,"2"]`, `/1  type integer: must be an integer`},
		"list expected": {binder[[]int], ``, `type array: must be an array`},
		"anonymous": {binder[struct {
			A []struct {
				B int `json:"b" binding:"min=1"`
			} `json:"a" binding:"dive"`
		}], `{"a":[{"b":1},{}]}`, "/a/1/b b min 1: must be 1 or more"},
		"generic": {binder[page[item]], `{"items":[{}]}`, "/items/0/name name required : is required"},
	} {
		if a := post(t, server(t, must(t, bodyparser.Config{}), test.h), jsonType, test.body); a.body != test.want {
			t.Errorf("%s: got %s, want %s", name, a.body, test.want)
		}
	}
}

type page[T any] struct {
	Items []T `json:"items" binding:"dive"`
}

// A small request cannot cause a huge answer.
func TestFaultsAreCapped(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		_, err := bodyparser.Bind[[]item](c)
		failed, _ := errors.AsType[*bodyparser.BindError](err)
		c.String(400, "%d", len(failed.Faults))
	})
	for _, element := range []string{"{}", "5"} {
		if a := post(t, s, jsonType, "["+strings.Repeat(element+",", 5000)+element+"]"); a.body != "100" {
			t.Errorf("%s: got %s", element, a.body)
		}
	}
}

// The declared type is decoded before the handler and costs nothing in it.
func TestType(t *testing.T) {
	handler := must(t, bodyparser.Config{Type: bodyparser.TypeOf[item]()})
	s := server(t, handler, func(c *gin.Context) {
		if n := testing.AllocsPerRun(100, func() { _, _ = bodyparser.Bind[item](c) }); n > 0 {
			t.Errorf("Bind: %v allocations", n)
		}
		binder[item](c)
	})
	tests := []struct {
		contentType, body string
		status            int
		want              string
	}{
		{jsonType, `{"name":"a","price":2}`, 200, `{"name":"a","price":2}`},
		{formType, `name=a&price=2`, 200, `{"name":"a","price":2}`},
		{jsonType, `{"price":-1}`, 400, `/name is required; /price must be 0 or more`},
		{jsonType, `[]`, 400, `body must be an object`},
		{"text/plain", `x`, 415, `Unsupported Media Type`},
		{"", ``, 400, `/name is required`},
	}
	for _, test := range tests {
		var header []string
		if test.contentType != "" {
			header = []string{"Content-Type", test.contentType}
		}
		a := send(t, http.MethodPost, s.URL, strings.NewReader(test.body), header...)
		if a.status != test.status || a.body != test.want {
			t.Errorf("%s %s: got %d %s", test.contentType, test.body, a.status, a.body)
		}
	}
	other := server(t, handler, func(c *gin.Context) { show(c, bodyparser.Body(c), nil) })
	if a := post(t, other, jsonType, `{"name":"a","more":1}`); a.body != `{"more":1,"name":"a"}` {
		t.Errorf("Body beside a type: got %s", a.body)
	}
	another := server(t, handler, binder[map[string]string])
	if a := post(t, another, jsonType, `{"name":"a"}`); a.body != `{"name":"a"}` {
		t.Errorf("another type: got %s", a.body)
	}
}

func TestBindQueryURIHeader(t *testing.T) {
	type query struct {
		Page int      `form:"page" binding:"min=1"`
		Tags []string `form:"tag"`
	}
	type uri struct {
		ID int `uri:"id" binding:"min=1"`
	}
	type header struct {
		Token string    `header:"x-token" binding:"required"`
		Rate  int       `header:"X-Rate"`
		When  time.Time `header:"X-When" time_format:"unix"`
	}
	r := gin.New()
	r.Any("/:id", must(t, bodyparser.Config{MaxParams: 3}), func(c *gin.Context) {
		q, err := bodyparser.BindQuery[query](c)
		show(c, q, err)
		c.String(0, "|")
		u, err := bodyparser.BindURI[uri](c)
		show(c, u, err)
		c.String(0, "|")
		h, err := bodyparser.BindHeader[header](c)
		show(c, h.Token, err)
	})
	s := httptest.NewServer(r)
	defer s.Close()
	a := send(t, http.MethodPost, s.URL+"/5?page=2&tag=a&tag=b", strings.NewReader("page=9&id=9"), "X-Token", "t", "Content-Type", formType, "X-When", "1")
	if want := `{"Page":2,"Tags":["a","b"]}|{"ID":5}|"t"`; a.body != want {
		t.Errorf("got %s", a.body)
	}
	a = send(t, http.MethodGet, s.URL+"/x?page=0", http.NoBody, "X-Rate", "many")
	if want := "/page page min 1: must be 1 or more|/id id type integer: must be an integer|/X-Rate X-Rate type integer: must be an integer\n/x-token x-token required : is required"; a.body != want {
		t.Errorf("got %s", a.body)
	}
	a = send(t, http.MethodGet, s.URL+"/5?a&b&c&d", http.NoBody)
	if !strings.HasPrefix(a.body, "Body exceeded 3 parameters limit") || a.status != 413 {
		t.Errorf("got %d %s", a.status, a.body)
	}
	plain := server(t, func(c *gin.Context) {
		q, err := bodyparser.BindQuery[query](c)
		show(c, q, err)
	})
	if a := send(t, http.MethodGet, plain.URL+"?page=3", http.NoBody); a.body != `{"Page":3,"Tags":null}` {
		t.Errorf("without a parser: got %s", a.body)
	}
}

// The query never leaks into the values of a body.
func TestQueryIsNotBody(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), binder[item])
	multi, body := multipartBody(t, map[string]string{"price": "1"}, nil)
	for contentType, body := range map[string]string{formType: "price=1", multi: body, jsonType: `{"price":1}`} {
		a := send(t, http.MethodPost, s.URL+"?"+url.Values{"name": {"query"}}.Encode(), strings.NewReader(body), "Content-Type", contentType)
		if a.body != "/name name required : is required" {
			t.Errorf("%s: got %s", contentType, a.body)
		}
	}
}

func TestBindMultipart(t *testing.T) {
	type upload struct {
		Name  string                  `form:"name" binding:"required"`
		File  *multipart.FileHeader   `form:"file" binding:"required" json:"-"`
		Files []*multipart.FileHeader `form:"files" json:"-"`
		Value multipart.FileHeader    `form:"file" json:"-"`
		Two   [2]multipart.FileHeader `form:"files" json:"-"`
	}
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		v, err := bodyparser.Bind[upload](c)
		if err == nil {
			c.String(200, "%s %d %d %d %d", v.Name, v.File.Size, len(v.Files), v.Value.Size, v.Two[1].Size)
			return
		}
		show(c, nil, err)
	})
	contentType, body := multipartBody(t, map[string]string{"name": "a"}, map[string][]string{"file": {"abc"}, "files": {"1", "22"}})
	if a := post(t, s, contentType, body); a.body != "a 3 2 3 2" {
		t.Error(a.body)
	}
	contentType, body = multipartBody(t, nil, map[string][]string{"files": {"1"}})
	if a := post(t, s, contentType, body); a.body != "/files files type : must be exactly 2 files\n/name name required : is required\n/file file required : is required" {
		t.Error(a.body)
	}
	if a := post(t, s, "multipart/form-data; boundary=x", "nonsense"); a.status != 400 || a.body != "Invalid body" {
		t.Errorf("malformed: got %d %s", a.status, a.body)
	}
	if a := post(t, s, "multipart/form-data", "--x--"); a.status != 400 || a.body != "Invalid body" {
		t.Errorf("no boundary: got %d %s", a.status, a.body)
	}
}

// Values of a failed Bind are not half filled.
func TestFailedBindIsZero(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		v, err := bodyparser.Bind[item](c)
		if err == nil || !reflect.ValueOf(v).IsZero() {
			t.Errorf("got %+v, %v", v, err)
		}
	})
	post(t, s, jsonType, `{"price":5}`)
}
