package browser_test

import (
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/conformance/browser"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter, gin.DefaultErrorWriter = io.Discard, io.Discard
	slog.SetDefault(slog.New(slog.DiscardHandler)) // of errors that tests provoke
	os.Exit(browser.Main(m))
}

// server serves a handler under every name, and remembers what it was asked.
type server struct {
	port, scheme string

	mu   sync.Mutex
	seen []string
}

func serve(t *testing.T, handler http.Handler) *server {
	t.Helper()
	return newServer(t, handler, (*httptest.Server).Start)
}

func serveTLS(t *testing.T, handler http.Handler) *server {
	t.Helper()
	return newServer(t, handler, (*httptest.Server).StartTLS)
}

func newServer(t *testing.T, handler http.Handler, start func(*httptest.Server)) *server {
	t.Helper()
	s := new(server)
	listener := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" { // browsers ask for it by themselves
			http.NotFound(w, r)
			return
		}
		s.mu.Lock()
		s.seen = append(s.seen, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	listener.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that a closed tab leaves
	start(listener)
	t.Cleanup(listener.Close)
	u, err := url.Parse(listener.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.scheme, s.port = u.Scheme, u.Port()
	return s
}

// at returns the origin that the server is under a name of this machine.
func (s *server) at(host string) string { return s.scheme + "://" + host + ":" + s.port }

// asked returns the requests since the last call, such as "OPTIONS /a".
func (s *server) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	s.seen = nil
	return seen
}

// count returns how many requests since the last call were of a kind.
func (s *server) count(kind string) int {
	n := 0
	for _, request := range s.asked() {
		if request == kind {
			n++
		}
	}
	return n
}

// blank is a page of any site, for scripts to run on.
var blank = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, `<!doctype html><html lang="en"><title>blank</title>`)
})

// fetch lets a script of the page call fetch with the arguments, which are
// JavaScript. It returns "200 text", or the name of the error.
func fetch(p *browser.Page, arguments string) string {
	return browser.Eval[string](p, `fetch(`+arguments+`).then(async (r) => r.status + ' ' + await r.text(), (e) => e.name)`)
}

// networkError is all that fetch tells a script about an answer it must not
// read.
const networkError = "TypeError"

func equal(t *testing.T, name string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", name, got, want)
	}
}
