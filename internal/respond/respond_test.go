package respond_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/respond"
	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
)

// headers of the usual answers; the tags are those a Next.js server sent.
func textual(etag string, length int) map[string]string {
	return map[string]string{"Etag": etag, "Content-Length": strconv.Itoa(length), "X-Content-Type-Options": "nosniff"}
}

func typed(contentType, etag string, length int) map[string]string {
	return map[string]string{"Etag": etag, "Content-Length": strconv.Itoa(length), "Content-Type": contentType}
}

const (
	jsonType = "application/json; charset=utf-8"
	binType  = "application/octet-stream"
)

// What res.send does with each kind of value.
func TestSend(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		value  any
		set    map[string]string // by the handler
		status int
		body   string
		header map[string]string
	}{
		{"nil", nil, nil, 200, "", map[string]string{"Content-Length": "0"}},
		{"nil keeps a type", nil, map[string]string{"Content-Type": "text/x"}, 200, "", map[string]string{"Content-Length": "0", "Content-Type": "text/x"}},
		{"nil with 204 keeps a type", nil, map[string]string{"Content-Type": "text/x"}, 204, "", map[string]string{"Content-Type": "text/x"}},
		{"string", "<b>hé😀", nil, 200, "<b>hé😀", textual(`"nlzx8ns2xp7"`, 10)},
		{"empty string", "", nil, 200, "", textual(`"78p3gz236i0"`, 0)},
		{"string with a type", "x", map[string]string{"Content-Type": "text/html"}, 200, "x", typed("text/html", `"ayxe2glzap1"`, 1)},
		{"string with a policy", "x", map[string]string{"X-Content-Type-Options": "mine"}, 201, "x", map[string]string{
			"Etag": `"ayxe2glzap1"`, "Content-Length": "1", "X-Content-Type-Options": "mine",
		}},
		{"bytes", []byte("hi\x00\xff"), nil, 200, "hi\x00\xff", typed(binType, `"1t0oo32bgr14"`, 4)},
		{"bytes with a type", []byte("hi"), map[string]string{"Content-Type": "image/png"}, 200, "hi", typed("image/png", `"ddxljx6qoly"`, 2)},
		{"object overrides type and tag", map[string]any{"a": 1}, map[string]string{"Content-Type": "text/x", "Etag": `"mine"`}, 200, `{"a":1}`, typed(jsonType, `"147uiiad94i7"`, 7)},
		{"number", 42, nil, 200, "42", typed(jsonType, `"145yod55ra52"`, 2)},
		{"boolean", false, nil, 200, "false", typed(jsonType, `"u64e2dhd7r5"`, 5)},
		{"array", []any{1, 0.5, 1e21}, nil, 404, "[1,0.5,1e+21]", nil},
		{"string with 204", "hi", map[string]string{"Content-Type": "text/x", "X-A": "1"}, 204, "", map[string]string{"X-A": "1"}},
		{"bytes with 304", []byte("hi"), map[string]string{"Content-Length": "9"}, 304, "", map[string]string{}},
		{"object with 204", map[string]any{}, map[string]string{"Content-Type": "text/x"}, 204, "", map[string]string{}},
		{"object without text with 204", func() {}, nil, 204, "", map[string]string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := exchange(t, http.MethodGet, nil, func(w http.ResponseWriter, r *http.Request) error {
				for name, value := range c.set {
					w.Header().Set(name, value)
				}
				return respond.Send(w, r, c.status, c.value)
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.header == nil {
				c.header = map[string]string{}
				for name := range got.header {
					c.header[name] = got.header.Get(name)
				}
			}
			got.check(t, c.status, c.body, c.header)
		})
	}
}

// What res.json does: a string is quoted, nil is null, the type is overridden.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value  any
		status int
		body   string
		header map[string]string
	}{
		{nil, 200, "null", typed(jsonType, `"wm6yxsynvh4"`, 4)},
		{"a<>&\u2028", 200, "\"a<>&\u2028\"", typed(jsonType, `"14noyyex1po7"`, 9)},
		{map[string]int{"a": 1}, 201, `{"a":1}`, typed(jsonType, `"147uiiad94i7"`, 7)},
		{map[string]int{"a": 1}, 204, "", map[string]string{}},
		{map[string]int{"a": 1}, 304, "", map[string]string{}},
	} {
		got, err := exchange(t, http.MethodGet, nil, func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Type", "text/html")
			return respond.JSON(w, r, c.status, c.value)
		})
		if err != nil {
			t.Fatal(err)
		}
		got.check(t, c.status, c.body, c.header)
	}
}

// A request that has the body already is answered 304, whatever its method; a
// request that insists is not.
func TestNotModified(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		value  any
		etag   string
		ifNone string
		extra  http.Header
		fresh  bool
	}{
		{"tag", "x", `"ayxe2glzap1"`, `"ayxe2glzap1"`, nil, true},
		{"weak", map[string]any{"a": 1}, `"147uiiad94i7"`, `W/"147uiiad94i7"`, nil, true},
		{"list", []byte("hi"), `"ddxljx6qoly"`, `"a", "ddxljx6qoly"`, nil, true},
		{"star", "x", `"ayxe2glzap1"`, "*", nil, true},
		{"other", "x", `"ayxe2glzap1"`, `"b"`, nil, false},
		{"no-cache", "x", `"ayxe2glzap1"`, "*", http.Header{"Cache-Control": {"no-cache"}}, false},
		{"max-age=0", "x", `"ayxe2glzap1"`, "*", http.Header{"Cache-Control": {"max-age=0"}}, true},
		{"since", "x", `"ayxe2glzap1"`, "*", http.Header{"If-Modified-Since": {"Thu, 01 Jan 2030 00:00:00 GMT"}}, false},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead, http.MethodDelete} {
			t.Run(c.name+" "+method, func(t *testing.T) {
				t.Parallel()
				header := http.Header{"If-None-Match": {c.ifNone}}
				maps.Copy(header, c.extra)
				got, err := exchange(t, method, header, func(w http.ResponseWriter, r *http.Request) error {
					w.Header().Set("Content-Length", "99")
					return respond.Send(w, r, http.StatusCreated, c.value)
				})
				if err != nil {
					t.Fatal(err)
				}
				if fresh := got.status == http.StatusNotModified; fresh != c.fresh {
					t.Errorf("status %d", got.status)
				}
				if tag := got.header.Get("Etag"); tag != c.etag {
					t.Errorf("tag %s, want %s", tag, c.etag)
				}
				if c.fresh && (got.body != "" || got.header.Get("Content-Length") != "") {
					t.Errorf("304 with %q, length %q", got.body, got.header.Get("Content-Length"))
				}
			})
		}
	}
}

// HEAD gets the headers of GET.
func TestHead(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]func(http.ResponseWriter, *http.Request) error{
		"send": func(w http.ResponseWriter, r *http.Request) error { return respond.Send(w, r, 200, "text") },
		"json": func(w http.ResponseWriter, r *http.Request) error { return respond.JSON(w, r, 200, []int{1}) },
		"large": func(w http.ResponseWriter, r *http.Request) error {
			return respond.Send(w, r, 200, strings.Repeat("x", 1<<20))
		},
		"end":   func(w http.ResponseWriter, _ *http.Request) error { return respond.End(w, 200, "text") },
		"nil":   func(w http.ResponseWriter, r *http.Request) error { return respond.Send(w, r, 200, nil) },
		"empty": func(w http.ResponseWriter, _ *http.Request) error { return respond.End(w, 200, "") },
	} {
		get, err := exchange(t, http.MethodGet, nil, reply)
		if err != nil {
			t.Fatal(err)
		}
		head, err := exchange(t, http.MethodHead, nil, reply)
		if err != nil {
			t.Fatal(err)
		}
		if head.body != "" || fmt.Sprint(head.header) != fmt.Sprint(get.header) || head.status != get.status {
			t.Errorf("%s: HEAD %v, GET %v", name, head, get)
		}
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		header map[string]string
	}{
		{200, "Post: abc", map[string]string{"Content-Length": "9", "X-Content-Type-Options": "nosniff"}},
		{500, "<p>", map[string]string{"Content-Length": "3", "X-Content-Type-Options": "nosniff"}},
		{200, "", map[string]string{"Content-Length": "0"}},
		{204, "x", map[string]string{}},
	} {
		got, err := exchange(t, http.MethodGet, http.Header{"If-None-Match": {"*"}}, func(w http.ResponseWriter, _ *http.Request) error {
			return respond.End(w, c.status, c.body)
		})
		if err != nil {
			t.Fatal(err)
		}
		body := c.body
		if c.status == 204 {
			body = ""
		}
		got.check(t, c.status, body, c.header)
	}
}

// closer notes that it was closed.
type closer struct {
	io.Reader
	closed *bool
}

func (c closer) Close() error { *c.closed = true; return nil }

func TestSendReader(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("stream ", 10_000)
	for _, c := range []struct {
		name, method, contentType string
		status                    int
		body                      string
	}{
		{"plain", http.MethodGet, "", 200, long},
		{"typed", http.MethodGet, "text/csv", 201, "a,b"},
		{"head", http.MethodHead, "", 200, ""},
		{"204", http.MethodGet, "text/csv", 204, ""},
	} {
		var closed bool
		got, err := exchange(t, c.method, http.Header{"If-None-Match": {"*"}}, func(w http.ResponseWriter, r *http.Request) error {
			if c.contentType != "" {
				w.Header().Set("Content-Type", c.contentType)
			}
			return respond.Send(w, r, c.status, closer{strings.NewReader(c.body + strings.Repeat("x", 0)), &closed})
		})
		if err != nil || !closed {
			t.Errorf("%s: %v, closed %v", c.name, err, closed)
		}
		want := c.contentType
		switch {
		case c.status == 204:
			want = ""
		case want == "":
			want = binType
		}
		if got.status != c.status || got.body != c.body || got.header.Get("Content-Type") != want || got.header.Get("Etag") != "" {
			t.Errorf("%s: %d, %d bytes, %v", c.name, got.status, len(got.body), got.header)
		}
	}
}

var errSource = errors.New("the disk is gone")

func TestSendReaderFails(t *testing.T) {
	t.Parallel()
	source := io.MultiReader(strings.NewReader("part"), errReader{})
	w := httptest.NewRecorder()
	if err := respond.Send(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody), 200, source); !errors.Is(err, errSource) {
		t.Errorf("error %v", err)
	}
	if w.Body.String() != "part" {
		t.Errorf("body %q", w.Body)
	}
	var closed bool
	if err := respond.Send(httptest.NewRecorder(), nil, 99, closer{source, &closed}); err == nil || !closed {
		t.Errorf("refused status: error %v, closed %v", err, closed)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errSource }

// An error means that nothing was sent, so that another answer can be.
func TestErrorsSendNothing(t *testing.T) {
	t.Parallel()
	cycle := map[string]any{}
	cycle["self"] = cycle
	for name, c := range map[string]struct {
		reply func(http.ResponseWriter, *http.Request) error
		is    func(error) bool
	}{
		"no text":     {func(w http.ResponseWriter, r *http.Request) error { return respond.JSON(w, r, 200, func() {}) }, isStringify},
		"half a text": {func(w http.ResponseWriter, r *http.Request) error { return respond.Send(w, r, 200, []any{1, cycle}) }, isStringify},
		"status 0":    {func(w http.ResponseWriter, r *http.Request) error { return respond.Send(w, r, 0, "x") }, isStatus},
		"status 100":  {func(w http.ResponseWriter, r *http.Request) error { return respond.JSON(w, r, 100, 1) }, isStatus},
		"status 1000": {func(w http.ResponseWriter, _ *http.Request) error { return respond.End(w, 1000, "x") }, isStatus},
		"status -1":   {func(w http.ResponseWriter, r *http.Request) error { return respond.Send(w, r, -1, nil) }, isStatus},
	} {
		got, err := exchange(t, http.MethodGet, nil, func(w http.ResponseWriter, r *http.Request) error {
			err := c.reply(w, r)
			_ = respond.End(w, 500, "after")
			return err
		})
		if !c.is(err) {
			t.Errorf("%s: error %v", name, err)
		}
		if got.status != 500 || got.body != "after" || len(got.header) != 2 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func isStringify(err error) bool {
	_, ok := errors.AsType[*stringify.Error](err)
	return ok
}

func isStatus(err error) bool {
	_, ok := errors.AsType[*respond.StatusError](err)
	return ok && strings.HasPrefix(err.Error(), "apiroutes: invalid status ")
}

// On Gin's writer the status is on its way only when something is written, and
// a second answer is refused.
func TestOnGin(t *testing.T) {
	t.Parallel()
	gin.SetMode(gin.TestMode)
	for _, first := range []any{nil, "x", map[string]any{}} {
		w := httptest.NewRecorder()
		c, _ := gin.CreateTestContext(w)
		c.Request = httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		if err := respond.Send(c.Writer, c.Request, 201, first); err != nil {
			t.Fatal(err)
		}
		if !c.Writer.Written() || w.Code != 201 {
			t.Errorf("after %v: written %v, status %d", first, c.Writer.Written(), w.Code)
		}
		for name, second := range map[string]func() error{
			"send":   func() error { return respond.Send(c.Writer, c.Request, 200, "y") },
			"json":   func() error { return respond.JSON(c.Writer, c.Request, 200, "y") },
			"end":    func() error { return respond.End(c.Writer, 200, "y") },
			"stream": func() error { return respond.Send(c.Writer, c.Request, 200, bytes.NewReader(nil)) },
		} {
			if err := second(); !errors.Is(err, respond.ErrSent) {
				t.Errorf("second answer by %s: %v", name, err)
			}
		}
	}
}

// discard is a writer that keeps its headers between uses.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func BenchmarkSend(b *testing.B) {
	w, r := &discard{header: http.Header{}}, httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	for name, v := range map[string]any{
		"json":  map[string]any{"message": "Hello from Next.js!"},
		"text":  "Hello from Next.js!",
		"bytes": []byte("Hello from Next.js!"),
		"10KB":  strings.Repeat("0123456789", 1000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = respond.Send(w, r, 200, v)
			}
		})
	}
}
