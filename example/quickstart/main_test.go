package main_test

import (
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	main "github.com/gin-apiroutes/apiroutes/example/quickstart"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	os.Exit(m.Run())
}

func TestQuickstart(t *testing.T) {
	t.Parallel()
	engine := main.NewEngine()
	for _, test := range []struct {
		method, target, body string
		status               int
		want                 string // a part of the answer
	}{
		{"POST", "/api/upload", `{"title":"x","data":"aGVsbG8="}`, 200, `{"bytes":5,"title":"x"}`},
		{"POST", "/api/upload", `{"title":"x","data":"` + strings.Repeat("AAAA", 1<<19) + `"}`, 200, `{"bytes":1572864,"title":"x"}`},
		{"POST", "/api/upload", `{"title":"x","data":"` + strings.Repeat("AAAA", 3<<20) + `"}`, 413, "Body exceeded 10mb limit"},
		{"POST", "/api/upload", `{}`, 400, `"pointer":"/title"`},
		{"GET", "/api/post/create", "", 200, "Post: new"},
		{"GET", "/api/post/a%2Fb", "", 200, "Post: a/b"},
		{"GET", "/api/docs", "", 200, "null"},
		{"GET", "/api/docs/a/b", "", 200, `["a","b"]`},
	} {
		request := httptest.NewRequestWithContext(t.Context(), test.method, test.target, strings.NewReader(test.body))
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		engine.ServeHTTP(recorder, request)
		if recorder.Code != test.status || !strings.Contains(recorder.Body.String(), test.want) {
			t.Errorf("%s %s: got %d %.200q, want %d %q", test.method, test.target, recorder.Code, recorder.Body, test.status, test.want)
		}
	}
}

// The lines of the README that begin with "$ " print what stands below them.
func TestREADME(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("curl is missing; the system step of .ci/run installs it")
		}
		t.Skip("curl is not installed here")
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(main.NewEngine())
	t.Cleanup(server.Close)
	_, console, _ := strings.Cut(string(text), "\n```console\n")
	console, _, _ = strings.Cut(console, "\n```\n")
	lines := strings.Split(console, "\n")
	if len(lines) < 4 || len(lines)%2 != 0 {
		t.Fatalf("the README has the lines %q", lines)
	}
	for i := 0; i < len(lines); i += 2 {
		command := strings.ReplaceAll(strings.TrimPrefix(lines[i], "$ "), "http://127.0.0.1:8080", server.URL)
		output, err := exec.CommandContext(t.Context(), "sh", "-c", command).Output()
		if err != nil || string(output) != lines[i+1] {
			t.Errorf("%s\nprints  %s\ninstead %s\n(%v)", lines[i], output, lines[i+1], err)
		}
	}
}
