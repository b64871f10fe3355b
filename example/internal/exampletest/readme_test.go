package exampletest_test

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
)

// program answers with its own address, so that addresses in answers are
// translated too.
func program() {
	addr := flag.String("addr", "127.0.0.1:8099", "`address` to listen on")
	flag.Parse()
	server := &http.Server{Addr: *addr, ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "from %s at %s\n", r.Host, time.Now())
	})}
	fmt.Println("http://" + *addr)
	log.Fatal(server.ListenAndServe())
}

func TestMain(m *testing.M) { exampletest.Main(m, program) }

const good = `# a

    go run ./example/%[1]s
    go test ./example/%[1]s

` + "```console" + `
$ curl -s http://127.0.0.1:8099/a
from 127.0.0.1:8099 at …
$ printf 'two\nlines\n' | tee file
two
lines
$ cat file
two
lines
` + "```\n"

func TestREADME(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	write(t, fmt.Sprintf(good, "001"))
	exampletest.README(t, "-addr", "127.0.0.1:8099")
}

func write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile("README.md", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	const page = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>a</title>
<main><h1>a</h1><label for="b">b</label><input id="b"><output></output><script></script></main>`
	exampletest.Page(t, exampletest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, page)
	})))
}
