package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	main "github.com/gin-apiroutes/apiroutes/example"
)

// answers holds, for each curl line in the order in which they are printed,
// parts of what it writes.
var answers = [][]string{
	{`{"message":"Hello from Next.js!"}`},
	{`"method":"POST"`, `"query":{"x":["1","2"]}`, `"cookies":{"theme":"dark"}`, `"body":{"a":[1,2]}`},
	{"Post: new"},
	{"Post: abc"},
	{"Post: a, b, c"},
	{"{}"},
	{`"page":"2"`, `"slug":["a","b"]`},
	{`"name":"hello.txt"`, `"bytes":5`},
	{`{"accepted":13}`},
	{"307 Temporary Redirect", "Location: /\r\n"},
	{"200 49999"},
	{`"/name"`, `"/email"`, `"/age"`},
	{`{"id":1,"title":"Bread"}`},
	{"200 OK", "Access-Control-Allow-Origin: https://app.example.com\r\n"},
	{"204 No Content", "Access-Control-Allow-Origin: https://app.example.com\r\n", "Access-Control-Allow-Methods: GET"},
	{"PUT, from a plain http.Handler"},
	{"200 OK", "X-Nextjs-Cache: ", "render "},
	{`{"revalidated":true}`},
}

// The lines that the program prints are run as a reader would, by a shell.
func TestPrintedCurlLines(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("curl is missing; the system step of .ci/run installs it")
		}
		t.Skip("curl is not installed here")
	}
	base, _ := start(t, 5*time.Second)
	var printed bytes.Buffer
	if err := main.PrintTour(&printed, base); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(printed.String()) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "curl ") {
			lines = append(lines, line)
		}
	}
	if len(lines) != len(answers) {
		t.Fatalf("%d curl lines are printed, %d answers are known", len(lines), len(answers))
	}
	for i, line := range lines {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			out, err := exec.CommandContext(t.Context(), "sh", "-c", line).Output()
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range answers[i] {
				if !strings.Contains(string(out), part) {
					t.Errorf("%q is not in %q", part, out)
				}
			}
		})
	}
}
