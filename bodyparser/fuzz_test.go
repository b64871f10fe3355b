package bodyparser_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/querystring"
)

// FuzzParse holds for every content type and body: an error with an answer, or a body of one of the documented types, raw bytes
// as sent and a request body that can be read again.
func FuzzParse(f *testing.F) {
	for _, contentType := range []string{"", jsonType, formType, "text/plain; charset=utf-16", "text/plain; charset=latin1", "application/octet-stream", "multipart/form-data; boundary=x", "application/vnd.api+json"} {
		for _, body := range []string{"", `{"name":"a","price":1}`, `{"name":5,"items":[{}],"a":{"b":null}}`, "name=a&price=x&a=%zz", "\xff\xfe\x00", "\uFEFF[1]", "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--x--\r\n"} {
			f.Add(contentType, "", []byte(body), false)
			f.Add(contentType, "gzip", []byte(coded(f, body, "gzip")), true)
			f.Add(contentType, "zstd, br", []byte(coded(f, body, "zstd", "br")), true)
		}
	}
	strict := bodyparser.JSONConfig{DisallowUnknownFields: true, DisallowDuplicateKeys: true, MaxDepth: 20}
	configs := []bodyparser.Config{
		{SizeLimit: "4kb"},
		{SizeLimit: "4kb", JSON: strict, MaxParams: 5, Inflate: allCodings, Type: bodyparser.TypeOf[order](), ErrorHandler: bodyparser.ProblemJSON},
	}
	var parsers []*bodyparser.Parser
	for i := range configs {
		p, err := bodyparser.NewParser(configs[i])
		if err != nil {
			f.Fatal(err)
		}
		parsers = append(parsers, p)
	}
	f.Fuzz(func(t *testing.T, contentType, encoding string, body []byte, unknownLength bool) {
		for i, p := range parsers {
			length := int64(len(body))
			if unknownLength {
				length = -1
			}
			w := httptest.NewRecorder()
			c, _ := gin.CreateTestContext(w)
			c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
			c.Request.Body, c.Request.ContentLength = io.NopCloser(bytes.NewReader(body)), length
			c.Request.Header["Content-Type"] = []string{contentType}
			c.Request.Header["Content-Encoding"] = []string{encoding}
			if err := p.Parse(c); err != nil {
				p.Refuse(c, err)
				if w.Code < 400 || w.Code > 415 || bytes.ContainsAny(w.Body.Bytes(), "\x00\r\n\x1b") || !utf8.Valid(w.Body.Bytes()) {
					t.Fatalf("answered %d %q to %v", w.Code, w.Body, err)
				}
				continue
			}
			consistent(t, c, body, i == 0)
			p.Release(c)
		}
	})
}

func consistent(t *testing.T, c *gin.Context, body []byte, asSent bool) {
	t.Helper()
	raw := bodyparser.Raw(c)
	if asSent && !bytes.Equal(raw, body) {
		t.Fatalf("Raw is %q", raw)
	}
	for range 2 {
		if again, err := io.ReadAll(c.Request.Body); err != nil || !bytes.Equal(again, raw) || c.Request.ContentLength != int64(len(raw)) {
			t.Fatalf("the request has %q, %v, length %d", again, err, c.Request.ContentLength)
		}
	}
	switch v := bodyparser.Body(c).(type) {
	case nil, bool, float64, map[string]any, []any:
	case string:
		if !utf8.ValidString(v) {
			t.Fatalf("%q is no UTF-8", v)
		}
	case []byte:
		if !bytes.Equal(v, raw) {
			t.Fatalf("Body is %q", v)
		}
	case querystring.Values:
		if fmt.Sprint(v) != fmt.Sprint(bodyparser.Form(c)) {
			t.Fatalf("Form is %v", bodyparser.Form(c))
		}
	default:
		t.Fatalf("Body is a %T", v)
	}
	_, err := bodyparser.Bind[order](c)
	if failed, ok := errors.AsType[*bodyparser.BindError](err); ok && len(failed.Faults) == 0 {
		t.Fatal("a BindError without faults")
	}
}

// FuzzReplay holds that a body read in any pieces is whole, and is whole again after its end.
func FuzzReplay(f *testing.F) {
	f.Add([]byte("some body"), []byte{1, 2, 3})
	f.Add(bytes.Repeat([]byte("x"), 512), []byte{255, 255})
	f.Add([]byte("ab"), []byte{0})                            // one Read takes all, and the next may be a look for more
	f.Add(bytes.Repeat([]byte("x"), 257), []byte{255, 0, 10}) // so too, and the pass behind it has other sizes
	f.Add([]byte("abcdef"), []byte{0, 1, 2})                  // the last Read is full by chance, in one pass and not in another
	f.Add([]byte("abc"), []byte{0, 200})                      // the last Read has room to spare
	f.Add([]byte("\xef\xbb\xbf\x00\xff"), []byte{1, 1})       // bytes that are no text are replayed too
	f.Fuzz(func(t *testing.T, body, pieces []byte) {
		if len(body) == 0 || len(pieces) == 0 {
			return
		}
		p, err := bodyparser.NewParser(bodyparser.Config{})
		if err != nil {
			t.Fatal(err)
		}
		c := newRequest(t, -1, io.NopCloser(bytes.NewReader(body)))
		if err := p.Parse(c); err != nil {
			return
		}
		for pass := range 3 {
			var got []byte
			for i := 0; ; i++ {
				room := int(pieces[i%len(pieces)])%512 + 2 // single bytes may be taken for a look for more
				b := make([]byte, room)
				n, err := c.Request.Body.Read(b)
				got = append(got, b[:n]...)
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil || n == 0 || len(got) > len(body) {
					t.Fatalf("pass %d: %d bytes, %v", pass, n, err)
				}
			}
			if !bytes.Equal(got, body) {
				t.Fatalf("pass %d: got %q", pass, got)
			}
		}
	})
}

// FuzzBody holds that JSON means what it means to encoding/json.
func FuzzBody(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-2.50,3e2,1E-3,123456789012345,1234567890123456789,0.1,1.7976931348623157e308,5e-324,-0,0.30000000000000004,999999999999999,0.000001],"b":null}`,
		` [ true , false , "" , "\u00e9\ud83d\ude00\ud800\ud800\u0041\b\f\n\r\t\/\\\"" , {} , [ ] ] `,
		`{"a":1,"a":2,"":3,"\u0061":{"b":[]}}`, `"x"`, `5`, `null`, `[[[]]]`, `{"k":"\"","k2":"\\"}`, `[100000000000000000000000,12345678901234567890.5]`,
		`[{"id":1,"name":"a"},{"id":2,"name":"b"},{"di":3}]`,
	} {
		f.Add([]byte(text))
	}
	p, err := bodyparser.NewParser(bodyparser.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) || len(text) == 0 {
			return
		}
		c := newRequest(t, int64(len(text)), io.NopCloser(bytes.NewReader(text)))
		c.Request.Header.Set("Content-Type", jsonType)
		if p.Parse(c) != nil {
			return
		}
		var want any
		if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\uFEFF")), &want); err != nil {
			t.Fatalf("accepted %q: %v", text, err)
		}
		if got := bodyparser.Body(c); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got %#v, want %#v", text, got, want)
		}
	})
}

// FuzzDeclared holds that a declared type makes no difference to what is answered, nor to what it is filled with.
func FuzzDeclared(f *testing.F) {
	for _, body := range onceBodies {
		f.Add([]byte(body), false)
	}
	f.Add([]byte(`{"own":{"name":"x","own":[1,{"a":"\\\""}]},"any":{"x":[1.5e9,"\u00e9"]}}`), true)
	pairs := map[bool][2]binding{false: declaredOrNot[witness](f, 0), true: declaredOrNot[any](f, 3)}
	f.Fuzz(func(t *testing.T, body []byte, dynamic bool) {
		got, gotErr := pairs[dynamic][0](t, body)
		want, wantErr := pairs[dynamic][1](t, body)
		if fmt.Sprintf("%T %v", gotErr, gotErr) != fmt.Sprintf("%T %v", wantErr, wantErr) || gotErr == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\ndeclared: %#v %v\nin the handler: %#v %v", body, got, gotErr, want, wantErr)
		}
		if gotErr == nil && len(body) > 0 && !json.Valid(bytes.TrimPrefix(body, []byte("\uFEFF"))) {
			t.Fatalf("accepted %q", body)
		}
	})
}

// binding is a way from a body to a value.
type binding func(*testing.T, []byte) (any, error)

// declaredOrNot returns two ways to a T: declared, and bound afterwards.
func declaredOrNot[T any](f *testing.F, maxDepth int) [2]binding {
	f.Helper()
	parsing := func(config bodyparser.Config) binding {
		config.JSON.MaxDepth = maxDepth
		p, err := bodyparser.NewParser(config)
		if err != nil {
			f.Fatal(err)
		}
		return func(t *testing.T, body []byte) (any, error) {
			t.Helper()
			c := newRequest(t, int64(len(body)), io.NopCloser(bytes.NewReader(body)))
			c.Request.Header.Set("Content-Type", jsonType)
			if err := p.Parse(c); err != nil {
				return nil, err
			}
			return bodyparser.Bind[T](c)
		}
	}
	return [2]binding{parsing(bodyparser.Config{Type: bodyparser.TypeOf[T]()}), parsing(bodyparser.Config{})}
}
