package bodyparser_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// consumers are ways to read a whole body. Each returns what it got.
var consumers = map[string]func(c *gin.Context, size int) (string, error){
	"GetRawData": func(c *gin.Context, _ int) (string, error) {
		b, err := c.GetRawData()
		return string(b), err
	},
	"ReadFull": func(c *gin.Context, size int) (string, error) {
		b := make([]byte, size)
		_, err := io.ReadFull(c.Request.Body, b)
		return string(b), err
	},
	"ReadFull, then a look for more": func(c *gin.Context, size int) (string, error) {
		b := make([]byte, size)
		_, err := io.ReadFull(c.Request.Body, b)
		if n, err := c.Request.Body.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("%d more bytes, %w", n, err)
		}
		return string(b), err
	},
	"ReadAll": func(c *gin.Context, _ int) (string, error) {
		b, err := io.ReadAll(c.Request.Body)
		return string(b), err
	},
	"Copy": func(c *gin.Context, _ int) (string, error) {
		var b strings.Builder
		_, err := io.Copy(&b, c.Request.Body)
		return b.String(), err
	},
	"Copy without WriteTo": func(c *gin.Context, _ int) (string, error) {
		var b strings.Builder
		_, err := io.Copy(&b, struct{ io.Reader }{c.Request.Body})
		return b.String(), err
	},
	"byte by byte": func(c *gin.Context, _ int) (string, error) {
		b, err := io.ReadAll(iotest.OneByteReader(c.Request.Body))
		return string(b), err
	},
	"ShouldBindJSON": func(c *gin.Context, _ int) (string, error) {
		var v []string
		err := c.ShouldBindJSON(&v)
		return jsonOf(v), err
	},
	"LimitReader, then a look for more": func(c *gin.Context, size int) (string, error) {
		b, err := io.ReadAll(struct{ io.Reader }{io.LimitReader(c.Request.Body, int64(size))})
		if n, err := io.Copy(io.Discard, c.Request.Body); n != 0 || err != nil {
			return "", fmt.Errorf("%d more bytes, %w", n, err)
		}
		return string(b), err
	},
	"MaxBytesReader": func(c *gin.Context, size int) (string, error) {
		b, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, int64(size)))
		return string(b), err
	},
	"half, then Close": func(c *gin.Context, size int) (string, error) {
		b := make([]byte, size/2)
		if _, err := io.ReadFull(c.Request.Body, b); err != nil {
			return "", err
		}
		if err := c.Request.Body.Close(); err != nil {
			return "", err
		}
		b, err := io.ReadAll(c.Request.Body)
		return string(b), err
	},
	"GetBody": func(c *gin.Context, _ int) (string, error) {
		body, err := c.Request.GetBody()
		if err != nil {
			return "", err
		}
		b, err := io.ReadAll(body)
		return string(b), err
	},
	"request of its own": func(c *gin.Context, _ int) (string, error) {
		r := c.Request.Clone(c.Request.Context())
		b, err := io.ReadAll(r.Body)
		return string(b), err
	},
}

func jsonOf(v any) string {
	var b strings.Builder
	if err := jsonText(&b, v); err != nil {
		return err.Error()
	}
	return b.String()
}

// Everything that reads c.Request.Body gets all of it, whoever has read before. The sizes are those at which decoders and
// io.ReadAll happen to ask for exactly what is left.
func TestBodyCanBeReadAgain(t *testing.T) {
	for _, size := range []int{5, 8, 100, 511, 512, 513, 1024, 1536, 2048, 3584, 4096, 8192, 32768, 65536, 70000} {
		body := `["` + strings.Repeat("x", size-4) + `"]`
		s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
			if int64(size) != c.Request.ContentLength {
				t.Errorf("ContentLength is %d, want %d", c.Request.ContentLength, size)
			}
			for first, read := range consumers {
				for second, again := range consumers {
					if looksLikeProbe(size, first, second) {
						continue
					}
					if err := c.Request.Body.Close(); err != nil {
						t.Error(err)
					}
					if got, err := read(c, size); err != nil || got != body {
						t.Errorf("%d bytes: %s: got %d, %v", size, first, len(got), err)
					}
					if got, err := again(c, size); err != nil || got != body {
						t.Errorf("%d bytes: %s after %s: got %d, %v", size, second, first, len(got), err)
					}
				}
			}
		})
		post(t, s, jsonType, body)
		send(t, http.MethodPost, s.URL, chunked(body), "Content-Type", jsonType)
	}
}

// looksLikeProbe tells the pairs of consumers that cannot be told from one that knows the length and looks for more. The second one
// hears the end at once, and all of the body when it reads again.
func looksLikeProbe(size int, first, second string) bool {
	return second == "byte by byte" || size == 8192 && first == "ReadFull" && strings.HasPrefix(second, "ReadFull")
}

func TestEmptyBodyCanBeReadAgain(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		for _, name := range []string{"ReadAll", "Copy", "GetRawData", "ReadAll"} {
			if got, err := consumers[name](c, 0); err != nil || got != "" {
				t.Errorf("%s: got %q, %v", name, got, err)
			}
		}
		var v any
		if err := c.ShouldBindJSON(&v); !errors.Is(err, io.EOF) {
			t.Errorf("ShouldBindJSON: got %v", err)
		}
		if err := c.Request.Body.Close(); err != nil {
			t.Error(err)
		}
	})
	send(t, http.MethodPost, s.URL, http.NoBody)
	send(t, http.MethodPost, s.URL, chunked(""))
	post(t, s, jsonType, "")
}

// A reverse proxy behind the parser forwards the body, also after the handler has read it, and also at the size at which its
// transport asks for exactly what is left.
func TestReverseProxy(t *testing.T) {
	backend := server(t, func(c *gin.Context) {
		b, err := c.GetRawData()
		c.String(200, "%d %v %v", len(b), c.Request.ContentLength, err)
	})
	target, err := url.Parse(backend.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	hidden := httputil.NewSingleHostReverseProxy(target)
	hidden.Transport = wrapBody{http.DefaultTransport}
	for _, p := range []*httputil.ReverseProxy{proxy, hidden} {
		s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
			if strings.HasPrefix(c.Request.URL.Path, "/read") {
				_, _ = c.GetRawData()
			}
			p.ServeHTTP(c.Writer, c.Request)
		})
		for _, size := range []int{1, 512, 4096, 8192, 32768, 65536, 100000} {
			body := strings.Repeat("x", size)
			for _, path := range []string{"/", "/read"} {
				for _, r := range []io.Reader{strings.NewReader(body), chunked(body)} {
					if a := send(t, http.MethodPost, s.URL+path, r); a.body != fmt.Sprintf("%d %d <nil>", size, size) {
						t.Errorf("%d bytes %s: got %d %s", size, path, a.status, a.body)
					}
				}
			}
		}
		if a := send(t, http.MethodGet, s.URL, http.NoBody); a.body != "0 0 <nil>" {
			t.Errorf("no body: got %d %s", a.status, a.body)
		}
	}
}

// wrapBody hides the methods of the body, as instrumented transports do.
type wrapBody struct{ http.RoundTripper }

func (w wrapBody) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r = r.Clone(r.Context())
		r.Body = struct {
			io.Reader
			io.Closer
		}{r.Body, r.Body}
	}
	return w.RoundTripper.RoundTrip(r)
}

func multipartBody(tb testing.TB, fields map[string]string, files map[string][]string) (contentType, body string) {
	tb.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			tb.Fatal(err)
		}
	}
	for name, contents := range files {
		for i, content := range contents {
			part, err := w.CreateFormFile(name, fmt.Sprintf("%s%d.txt", name, i))
			if err != nil {
				tb.Fatal(err)
			}
			if _, err := io.WriteString(part, content); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

// What Gin offers for forms works behind the parser, in any order.
func TestGinForms(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		raw, _ := c.GetRawData()
		file, err := c.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		form, err := c.MultipartForm()
		if err != nil {
			t.Error(err)
			return
		}
		var bound struct {
			Name string                `form:"name"`
			File *multipart.FileHeader `form:"file"`
		}
		for range 2 {
			if err := c.ShouldBind(&bound); err != nil {
				t.Error(err)
			}
		}
		again, _ := c.GetRawData()
		c.String(200, "%s %d %s %v %s %t", c.PostForm("name"), file.Size, form.Value["name"], bound.File.Size, bound.Name, bytes.Equal(raw, again))
	})
	contentType, body := multipartBody(t, map[string]string{"name": "Ada"}, map[string][]string{"file": {"content"}})
	if a := post(t, s, contentType, body); a.body != "Ada 7 [Ada] 7 Ada true" {
		t.Errorf("multipart: got %d %s", a.status, a.body)
	}

	s = server(t, must(t, bodyparser.Config{}), func(c *gin.Context) {
		var bound struct {
			A string `form:"a"`
		}
		for range 2 {
			if err := c.ShouldBind(&bound); err != nil {
				t.Error(err)
			}
		}
		c.String(200, "%s %s %s %v", c.PostForm("a"), c.DefaultPostForm("b", "none"), bound.A, bodyparser.Form(c).Get("a"))
	})
	if a := post(t, s, formType, "a=1"); a.body != "1 none 1 1" {
		t.Errorf("form: got %d %s", a.status, a.body)
	}
}

// Multipart bodies are under the limit too.
func TestMultipartLimit(t *testing.T) {
	s := server(t, must(t, bodyparser.Config{SizeLimit: "1kb"}), echo)
	contentType, body := multipartBody(t, nil, map[string][]string{"file": {strings.Repeat("x", 2000)}})
	for _, r := range []io.Reader{strings.NewReader(body), chunked(body)} {
		if a := send(t, http.MethodPost, s.URL, r, "Content-Type", contentType); a.status != 413 {
			t.Errorf("got %d", a.status)
		}
	}
}

// The temporary files of a form are gone after the handler, whichever request it was parsed on.
func TestTemporaryFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	contentType, body := multipartBody(t, nil, map[string][]string{"file": {strings.Repeat("x", 100<<10), strings.Repeat("y", 100<<10)}})
	type upload struct {
		File []*multipart.FileHeader `form:"file" binding:"required"`
	}
	type missing struct {
		File []*multipart.FileHeader `form:"file"`
		Name string                  `form:"name" binding:"required"`
	}
	replaced := func(c *gin.Context) { c.Request = c.Request.WithContext(c.Request.Context()) }
	for name, handlers := range map[string][]gin.HandlerFunc{
		"FormFile":      {func(c *gin.Context) { _, _ = c.FormFile("file") }},
		"another":       {replaced, func(c *gin.Context) { _, _ = c.FormFile("file") }},
		"another after": {func(c *gin.Context) { _, _ = c.FormFile("file") }, replaced},
		"put back": {func(c *gin.Context) {
			old := c.Request
			_, _ = c.FormFile("file")
			replaced(c)
			c.Next()
			c.Request = old
		}},
		"the one before": {func(c *gin.Context) {
			old := c.Request
			replaced(c)
			_ = old.ParseMultipartForm(1 << 10)
		}},
		"Bind":   {func(c *gin.Context) { _, _ = bodyparser.Bind[upload](c) }},
		"panics": {func(c *gin.Context) { _, _ = c.FormFile("file"); panic("as planned") }},
	} {
		r := gin.New()
		r.MaxMultipartMemory = 1 << 10
		r.Use(gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.AbortWithStatus(500) }))
		seen := false
		handlers = append(handlers, func(*gin.Context) { seen = len(files(t, dir)) > 0 })
		if name == "panics" {
			seen = true
		}
		r.POST("/", append([]gin.HandlerFunc{must(t, bodyparser.Config{SizeLimit: "100mb"})}, handlers...)...)
		s := httptest.NewServer(r)
		post(t, s, contentType, body)
		s.Close()
		if left := files(t, dir); len(left) > 0 || !seen {
			t.Errorf("%s: left %v, there were any: %t", name, left, seen)
		}
	}

	r := gin.New()
	r.MaxMultipartMemory = 1 << 10
	r.POST("/", must(t, bodyparser.Config{SizeLimit: "100mb", Type: bodyparser.TypeOf[missing]()}))
	s := httptest.NewServer(r)
	defer s.Close()
	if a := post(t, s, contentType, body); a.status != 400 || len(files(t, dir)) > 0 {
		t.Errorf("refused: got %d, left %v", a.status, files(t, dir))
	}
}

func files(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	return list
}
