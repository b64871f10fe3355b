package main_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
	main "github.com/gin-apiroutes/apiroutes/example/upload"
)

const (
	kb  = 1 << 10
	mb  = 1 << 20
	png = "\x89PNG\r\n\x1a\n"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8087")
}

func TestPage(t *testing.T) {
	t.Parallel()
	exampletest.Page(t, exampletest.Serve(t, main.NewEngine())+"/")
}

func TestLimits(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	for _, test := range []struct {
		name, method, path, contentType, body string
		status                                int
		want                                  string
	}{
		{"a note at its limit", "POST", "/api/note", "application/json", jsonOf(100 * kb), 200, `{"letters":102389}`},
		{"a note over it", "POST", "/api/note", "application/json", jsonOf(100*kb + 1), 413, "Body exceeded 100kb limit"},
		{"a note without text", "POST", "/api/note", "application/json", "{}", 400, "/text is required"},
		{"a video at its limit", "PUT", "/api/video", "video/mp4", strings.Repeat("x", 50*mb), 200, `{"bytes":52428800,"type":"video/mp4"}`},
		{"a video over it", "PUT", "/api/video", "video/mp4", strings.Repeat("x", 50*mb+1), 413, "Body exceeded 50mb limit"},
		{"no video", "PUT", "/api/video", "text/plain", "hello", 415, "a video, please"},
		{"no form", "POST", "/api/avatar", "image/png", png, 400, "send a form with a file named avatar"},
	} {
		got := exampletest.Send(t, test.method, base+test.path, test.body, "Content-Type", test.contentType)
		if got.Status != test.status || got.Body != test.want {
			t.Errorf("%s: got %d %q, want %d %q", test.name, got.Status, got.Body, test.status, test.want)
		}
	}
}

// jsonOf returns a note of size bytes.
func jsonOf(size int) string {
	return `{"text":"` + strings.Repeat("x", size-len(`{"text":""}`)) + `"}`
}

func TestAvatar(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	for _, test := range []struct {
		name, field, file string
		status            int
		want              string
	}{
		{"an image", "avatar", png + strings.Repeat("x", 500*kb), 200, `{"bytes":512008,"type":"image/png"}`},
		{"above the limit of the engine, under that of the route", "avatar", png + strings.Repeat("x", 1000*kb), 200, `{"bytes":1024008,"type":"image/png"}`},
		{"too large", "avatar", png + strings.Repeat("x", mb), 413, "Body exceeded 1mb limit"},
		{"a page under the name of an image", "avatar", "<script>", 415, "an image, please; this is text/html; charset=utf-8"},
		{"an empty file", "avatar", "", 415, "an image, please; this is text/plain; charset=utf-8"},
		{"another field", "file", png, 400, "send a form with a file named avatar"},
	} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile(test.field, "me.png")
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, test.file)
		form.Close()
		got := exampletest.Send(t, "POST", base+"/api/avatar", body.String(), "Content-Type", form.FormDataContentType())
		if got.Status != test.status || got.Body != test.want {
			t.Errorf("%s: got %d %q, want %d %q", test.name, got.Status, got.Body, test.status, test.want)
		}
	}
}
