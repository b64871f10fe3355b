package bodyparser_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/internal/cputime"
)

// The names are those of classes of incidents; other tests of the package cover S20 (TestMaxParams), S23
// (TestFormIndexesAllocateNothing), S27 (TestBombs) and S37 (TestDrainIsBounded, TestExpectContinue).

// S19: names with brackets, and many of them, take time in proportion to their length. Not parallel: the work of other tests
// would count.
func TestHostileForms(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{MaxParams: 200000}), echo)
	for name, body := range map[string]string{
		"nested brackets": "a" + strings.Repeat("[a]", 300000) + "=1",
		"many keys": func() string {
			var b strings.Builder
			for i := range 100000 {
				fmt.Fprintf(&b, "k%d&", i)
			}
			return b.String()
		}(),
		"one key":      strings.Repeat("a&", 100000),
		"escapes":      strings.Repeat("%", 1<<19),
		"empty pairs":  strings.Repeat("&", 1<<20),
		"equals signs": strings.Repeat("=", 1<<20),
	} {
		took, known := cputime.Of(func() {
			if a := post(t, s, formType, body); a.status != 200 {
				t.Errorf("%s: got %d", name, a.status)
			}
		})
		if !known {
			t.Skip("this system does not tell the processor time")
		}
		if took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

// S22: names that are special in JavaScript are names.
func TestSpecialNames(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), echo)
	want := `{"__proto__":"1","a[999999999]":"4","constructor":"2","toString":"3"}`
	if a := post(t, s, formType, "__proto__=1&constructor=2&toString=3&a[999999999]=4"); a.body != want {
		t.Error(a.body)
	}
	if a := post(t, s, jsonType, want); a.body != want {
		t.Error(a.body)
	}
}

// S26: forms of very many parts are refused or bounded, and never panic.
func TestHostileMultipart(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{SizeLimit: "4mb"}), func(c *gin.Context) {
		_, err := bodyparser.Bind[struct {
			Files []*multipart.FileHeader `form:"f"`
		}](c)
		show(c, nil, err)
	})
	var before, after runtime.MemStats
	for name, part := range map[string]string{
		"fields":  "--x\r\nContent-Disposition: form-data; name=f\r\n\r\n\r\n",
		"files":   "--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n\r\n",
		"headers": "--x\r\n" + strings.Repeat("A: b\r\n", 2000) + "\r\n\r\n",
	} {
		body := strings.Repeat(part, (3<<20)/len(part)) + "--x--\r\n"
		runtime.ReadMemStats(&before)
		a := post(t, s, "multipart/form-data; boundary=x", body)
		runtime.ReadMemStats(&after)
		if a.status != 400 && name != "headers" || a.status >= 500 || after.TotalAlloc-before.TotalAlloc > 64<<20 {
			t.Errorf("%s: got %d, %d MiB", name, a.status, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
	}
}

// S28: nesting is refused at the cap, whatever would have decoded it.
func TestHostileNesting(t *testing.T) {
	for _, h := range []gin.HandlerFunc{
		must(t, bodyparser.Config{}),
		must(t, bodyparser.Config{Type: bodyparser.TypeOf[map[string]any]()}),
		must(t, bodyparser.Config{JSON: bodyparser.JSONConfig{MaxDepth: 10000}}),
	} {
		s := server(t, h, echo)
		for _, body := range []string{
			strings.Repeat("[", 20000), strings.Repeat("[", 20000) + strings.Repeat("]", 20000),
			strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000), `{"a":` + strings.Repeat("[", 100000),
		} {
			if a := post(t, s, jsonType, body); a.status != 400 || a.body != "Invalid JSON" {
				t.Errorf("got %d %.50s", a.status, a.body)
			}
		}
	}
	s := server(t, must(t, bodyparser.Config{JSON: bodyparser.JSONConfig{MaxDepth: 10000}}), echo)
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	if a := post(t, s, jsonType, deep); a.body != deep {
		t.Errorf("allowed depth: got %d %.50s", a.status, a.body)
	}
}

// S31, S33: what a client sent comes back escaped, as plain text or JSON that no browser takes for HTML.
func TestHostileTextsInAnswers(t *testing.T) {
	const evil = "<script>\r\nSet-Cookie: a=b\x1b[31m\u202e\u2028\x00"
	strict := bodyparser.JSONConfig{DisallowUnknownFields: true}
	for _, hook := range []func(*gin.Context, error){nil, bodyparser.ProblemJSON} {
		s := server(t, must(t, bodyparser.Config{JSON: strict, Type: bodyparser.TypeOf[struct {
			M map[string]int `json:"m"`
		}](), ErrorHandler: hook}), echo)
		for _, body := range []string{jsonOf(map[string]any{evil: 1}), jsonOf(map[string]any{"m": map[string]any{evil: "x"}})} {
			a := post(t, s, jsonType, body)
			if a.status != 400 || strings.ContainsAny(a.body, "\r\n\x1b\u202e\u2028\x00") || a.header.Get("Set-Cookie") != "" ||
				a.header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(a.header.Get("Content-Type"), "html") {
				t.Errorf("got %d %q %v", a.status, a.body, a.header)
			}
		}
	}
}

// One body is never seen by another request.
func TestBodiesAreNotShared(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{SizeLimit: "4mb"}), func(c *gin.Context) {
		raw := bodyparser.Raw(c)
		runtime.Gosched()
		if i := bytes.IndexFunc(raw, func(r rune) bool { return r != rune(raw[0]) }); i >= 0 {
			t.Errorf("byte %d of %d differs", i, len(raw))
		}
	})
	done := make(chan bool)
	for n := range 8 {
		go func() {
			defer func() { done <- true }()
			letter := string(rune('a' + n))
			for i := range 10 {
				body := strings.Repeat(letter, []int{10, 40 << 10, 70 << 10, 1 << 20, 2<<20 + 1}[i%5])
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, chunked(body))
				if err != nil {
					t.Error(err)
					return
				}
				if i%2 == 0 {
					req.Body, req.ContentLength = http.NoBody, 0
					req, err = http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader(body))
					if err != nil {
						t.Error(err)
						return
					}
				}
				res, err := s.Client().Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				res.Body.Close()
			}
		}()
	}
	for range 8 {
		<-done
	}
}
