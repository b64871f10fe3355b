package compat_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/conformance/compat/shop"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// adoption is what the README says under "Adding it to an app that runs
// already", for the application in shop.
func adoption(config middleware.Config) shop.Adoption {
	one := func(layer gin.HandlerFunc) []gin.HandlerFunc { return []gin.HandlerFunc{layer} }
	return shop.Adoption{
		Engine: one(middleware.Must(config)),
		Login:  one(middleware.With()),
		Upload: one(middleware.With(middleware.SizeLimit("2mb"))),
		Stream: one(middleware.With(middleware.NoBodyParser())),
	}
}

// visitor is a client of one shop: it keeps cookies, and what it sees of an
// answer is text that can be compared.
type visitor struct {
	t       *testing.T
	server  *httptest.Server
	cookies map[string]string
	log     *bytes.Buffer
	handled sync.WaitGroup // requests, also on connections that were taken over
}

// open starts a shop. Its log can be read when it is closed.
func open(t *testing.T, on shop.Adoption) *visitor {
	t.Helper()
	folder, log := t.TempDir(), new(bytes.Buffer)
	for name, text := range map[string]string{
		"templates/home.html": "<h1>Hello {{.User}}</h1>{{range .Items}}<p>{{.Name}}</p>{{end}}",
		"public/index.html":   "<h1>Shop</h1>",
		"public/app.js":       strings.Repeat("console.log('shop')\n", 200),
		"uploads/none":        "",
	} {
		file := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600), os.Chtimes(file, time.Unix(0, 0), time.Unix(1e9, 0))); err != nil {
			t.Fatal(err)
		}
	}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	app := shop.New(folder, logger, on)
	v := &visitor{t: t, cookies: map[string]string{}, log: log}
	v.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.handled.Add(1)
		defer v.handled.Done()
		app.ServeHTTP(w, r)
	}))
	t.Cleanup(v.server.Close)
	return v
}

// closed ends the shop, behind the last of its requests, and returns its log.
// Requests that were under way together stand in it in any order.
func (v *visitor) closed() []string {
	v.server.Close()
	v.handled.Wait()
	return slices.Sorted(strings.Lines(v.log.String()))
}

// ask sends a request; headers are alternately names and values. The caller
// closes the body.
func (v *visitor) ask(method, path, body string, headers ...string) *http.Response {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.server.URL+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "identity")
	request.Header.Set("X-Request-Id", method+" "+path)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range v.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := v.server.Client().Transport.RoundTrip(request)
	if err != nil {
		v.t.Fatal(err)
	}
	return response
}

// What differs from one run to the next: the values of sessions are encrypted,
// and the times of what is new differ.
var (
	cookieValue = regexp.MustCompile(`^shop=[^;]+`)
	moment      = regexp.MustCompile(`\w{3}, \d\d \w{3} 20[2-9]\d [\d:]{8} GMT`)
)

// sees returns what there is to see of the answer to a request.
func (v *visitor) sees(method, path, body string, headers ...string) string {
	v.t.Helper()
	response := v.ask(method, path, body, headers...)
	data, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		v.t.Fatal(err)
	}
	for _, cookie := range response.Cookies() {
		v.cookies[cookie.Name] = cookie.Value
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s, %d bytes, %q, trailer %v, closed %v\n", response.Proto, response.Status, response.ContentLength,
		response.TransferEncoding, response.Trailer, response.Close)
	delete(response.Header, "Date")
	for _, name := range slices.Sorted(maps.Keys(response.Header)) {
		for _, value := range response.Header[name] {
			fmt.Fprintf(&text, "%s: %s\n", name, moment.ReplaceAllString(cookieValue.ReplaceAllString(value, "shop=…"), "…"))
		}
	}
	return text.String() + "\n" + string(data)
}

// call is a request of the walk through the shop.
type call struct {
	method, path, body string
	headers            []string
}

const (
	jsonBody = "application/json"
	formBody = "application/x-www-form-urlencoded"
)

// walk is what visitors do, in this order: some answers depend on those before.
func walk(t *testing.T) []call {
	t.Helper()
	files, filesType := twoFiles(t, 600<<10)
	of := func(kind string, more ...string) []string { return append([]string{"Content-Type", kind}, more...) }
	unzipped, zipped := []string{"Accept-Encoding", "identity"}, []string{"Accept-Encoding", "gzip"}
	origin := []string{"Origin", "https://shop.example"}
	return []call{
		{"GET", "/", "", zipped},
		{"GET", "/app.js", "", zipped},
		{"GET", "/app.js", "", unzipped},
		{"GET", "/app.js", "", []string{"Range", "bytes=10-19"}},
		{"GET", "/app.js", "", []string{"If-Modified-Since", time.Unix(1e9, 0).UTC().Format(http.TimeFormat)}},
		{"HEAD", "/files/app.js", "", nil},
		{"GET", "/files/", "", nil},
		{"GET", "/home", "", zipped},
		{"GET", "/home", "", unzipped},
		{"GET", "/me", "", nil},
		{"POST", "/orders", "item=1", of(formBody)},
		{"POST", "/login", `{"user":"Ada","password":"guess"}`, of(jsonBody)},
		{"POST", "/login", `user=Ada&password=open+sesame`, of(formBody)},
		{"GET", "/me", "", nil},
		{"POST", "/orders", "item=1", of(formBody)},
		{"GET", "/home", "", nil},
		{"POST", "/logout", "", nil},
		{"POST", "/login", `{"user":"Ada","password":"open sesame"}`, of(jsonBody, origin...)},
		{"GET", "/old", "", nil},
		{"GET", "/broken", "", zipped},
		{"GET", "/nowhere", "", nil},
		{"POST", "/nowhere", "{", of(jsonBody)},
		{"DELETE", "/login", "", nil},
		{"POST", "/login/", `{}`, of(jsonBody)},

		{"GET", "/api/items?page=2&tag=a&tag=b", "", append(zipped, origin...)},
		{"HEAD", "/api/items", "", nil},
		{"OPTIONS", "/api/items", "", append(origin, "Access-Control-Request-Method", "PUT")},
		{"OPTIONS", "/api/items", "", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "PUT"}},
		{"GET", "/api/items", "", []string{"Origin", "https://evil.example"}},
		{"POST", "/api/items", `{"name":"Bread","price":3,"tags":["new"]}`, of(jsonBody, origin...)},
		{"POST", "/api/items", `{"name":"","price":-3}`, of(jsonBody)},
		{"POST", "/api/items", `{"name":7}`, of(jsonBody)},
		{"POST", "/api/items", ``, of(jsonBody)},
		{"GET", "/api/items/2", "", zipped},
		{"GET", "/api/items/x", "", nil},
		{"PUT", "/api/items/2", `{"name":"Rye <bread>","price":3.25}`, of("application/json; charset=utf-8")},
		{"PUT", "/api/items/2", `{"price":3.25}`, of(jsonBody)},
		{"PATCH", "/api/items/2", `{"price":4}`, of(jsonBody)},
		{"PATCH", "/api/items/2", `{"prize":4}`, of(jsonBody)},
		{"DELETE", "/api/items/2", "", nil},
		{"DELETE", "/api/items/2", "", nil},
		{"POST", "/api/search?sort=up", "text=a+b%26c&tag=x&tag=y", of(formBody)},
		{"POST", "/api/search?sort=up", "", nil},
		{"POST", "/api/either", `{"name":"Ada"}`, of(jsonBody)},
		{"POST", "/api/either", `["Ada","Grace"]`, of(jsonBody)},
		{"POST", "/api/either", `7`, of(jsonBody)},
		{"POST", "/api/xml", `<in><name>Ada</name></in>`, of("application/xml")},
		{"POST", "/api/hook", "\x00\xff, as it is", of("application/octet-stream")},
		{"POST", "/api/hook", `{"a": 1}`, of(jsonBody)},
		{"POST", "/api/hook", "no type", nil},
		{"POST", "/api/reminders/7", "to=Ada", of(formBody)},
		{"GET", "/api/reminders", "", nil},
		{"GET", "/api/export", "", unzipped},
		{"GET", "/api/export", "", zipped},

		{"POST", "/api/uploads", files, of(filesType)},
		{"POST", "/api/uploads", "no form", of("text/plain")},
		{"GET", "/api/uploads/large.bin", "", nil},
		{"PUT", "/api/uploads/raw", strings.Repeat("raw", 1<<20), of(jsonBody)},
		{"GET", "/api/uploads/raw", "", []string{"Range", "bytes=0-99"}},
		{"POST", "/api/legacy/count", strings.Repeat("x", 3<<20), of("text/plain")},
		{"GET", "/api/legacy/count", "", nil},

		{"GET", "/debug/pprof/cmdline", "", nil},
		{"GET", "/debug/pprof/cmdline", "", []string{"Authorization", "Basic cm9vdDpzZWNyZXQ="}},
		{"POST", "/debug/pprof/symbol", "0x0", []string{"Authorization", "Basic cm9vdDpzZWNyZXQ="}},
		{"GET", "/shout", "", nil},
	}
}

// twoFiles is a form with a title, a small file and a large one.
func twoFiles(t *testing.T, size int) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	err := errors.Join(w.SetBoundary("a-boundary-that-stays-the-same"), w.WriteField("title", "Two files"))
	for name, text := range map[string]string{"small.txt": "small", "large.bin": strings.Repeat("\x00\xff", size/2)} {
		file, created := w.CreateFormFile("files", name)
		if created != nil {
			t.Fatal(created)
		}
		_, written := io.WriteString(file, text)
		err = errors.Join(err, written)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

// TestAdoptedApplication walks through an application as it was and with the
// toolkit on top. All that a client sees is the same, and so is the log. The
// shops are open one after the other: requestid keeps its setting in a variable
// of the package.
func TestAdoptedApplication(t *testing.T) {
	calls := walk(t)
	before := open(t, shop.Adoption{})
	answers := make([]string, len(calls))
	for i, c := range calls {
		answers[i] = before.sees(c.method, c.path, c.body, c.headers...)
	}
	heard, shouted := before.hears(), before.shouts()
	log := before.closed()

	for name, config := range map[string]middleware.Config{
		"defaults":   {},
		"a deadline": {MaxDuration: time.Minute, ErrorHandler: bodyparser.ProblemJSON},
	} {
		t.Run(name, func(t *testing.T) {
			after := open(t, adoption(config))
			for i, c := range calls {
				if got := after.sees(c.method, c.path, c.body, c.headers...); got != answers[i] {
					t.Errorf("%d: %s %s: with the toolkit, %d bytes:\n%.600s\nwithout, %d bytes:\n%.600s", i, c.method, c.path, len(got), got, len(answers[i]), answers[i])
				}
			}
			if got := after.hears(); got != heard {
				t.Errorf("events: with the toolkit %q, without %q", got, heard)
			}
			if got := after.shouts(); got != shouted {
				t.Errorf("upgrade: with the toolkit %q, without %q", got, shouted)
			}
			if got := after.closed(); !slices.Equal(got, log) {
				t.Errorf("the log: with the toolkit\n%s\nwithout\n%s", difference(got, log), difference(log, got))
			}
		})
	}
}

// difference returns the lines of a that are not in b.
func difference(a, b []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(a), func(line string) bool { return slices.Contains(b, line) }), "")
}

// hears listens to events: the first comes while the handler waits, the next
// one when an item is added. Then it leaves.
func (v *visitor) hears() string {
	v.t.Helper()
	response := v.ask("GET", "/events", "", "Accept", "text/event-stream")
	lines := bufio.NewReader(response.Body)
	event := func() string {
		var text strings.Builder
		for !strings.HasSuffix(text.String(), "\n\n") {
			line, err := lines.ReadString('\n')
			if err != nil {
				v.t.Fatal(err)
			}
			text.WriteString(line)
		}
		return text.String()
	}
	heard := response.Status + response.Header.Get("Content-Type") + "\n" + event()
	v.sees("POST", "/api/items", `{"name":"Cake"}`, "Content-Type", jsonBody)
	heard += event()
	if err := response.Body.Close(); err != nil {
		v.t.Fatal(err)
	}
	return heard
}

// shouts takes over a connection.
func (v *visitor) shouts() string {
	v.t.Helper()
	conn, err := new(net.Dialer).DialContext(v.t.Context(), "tcp", v.server.Listener.Addr().String())
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		v.t.Fatal(err)
	}
	fmt.Fprint(conn, "GET /shout HTTP/1.1\r\nHost: shop\r\nX-Request-Id: shout\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\nearly\n")
	lines, text := bufio.NewReader(conn), ""
	for _, send := range []string{"", "late\n"} {
		fmt.Fprint(conn, send)
		for end := strings.ToUpper(strings.TrimSpace(send)); !strings.HasSuffix(text, end+"\n") || !strings.Contains(text, "EARLY"); {
			line, err := lines.ReadString('\n')
			if err != nil {
				v.t.Fatalf("after %q: %v", text, err)
			}
			text += line
		}
	}
	return text
}

// TestAdoptedLimits: what is new.
func TestAdoptedLimits(t *testing.T) {
	large, largeType := twoFiles(t, 3<<20)
	within, withinType := twoFiles(t, 1500<<10)
	big := `{"name":"` + strings.Repeat("x", 1<<20) + `"}`
	v := open(t, adoption(middleware.Config{}))
	for _, test := range []struct {
		call
		status int
		want   string
	}{
		{call{"POST", "/api/items", `{"name":`, []string{"Content-Type", jsonBody}}, 400, "Invalid JSON"},
		{call{"POST", "/api/items", big, []string{"Content-Type", jsonBody}}, 413, "Body exceeded 1mb limit"},
		{call{"PATCH", "/api/items/1", big, []string{"Content-Type", jsonBody, "Accept-Encoding", "gzip"}}, 413, "Body exceeded 1mb limit"},
		{call{"POST", "/login", "user=" + big, []string{"Content-Type", formBody}}, 413, "Body exceeded 1mb limit"},
		{call{"POST", "/orders", "item=" + big, []string{"Content-Type", formBody}}, 401, `{"error":"log in first"}`},
		{call{"POST", "/api/uploads", within, []string{"Content-Type", withinType}}, 201, `"large.bin":1536000`},
		{call{"POST", "/api/uploads", large, []string{"Content-Type", largeType}}, 413, "Body exceeded 2mb limit"},
		{call{"PUT", "/api/uploads/raw", large, []string{"Content-Type", jsonBody}}, 201, fmt.Sprintf(`{"bytes":%d}`, len(large))},
		{call{"POST", "/nowhere", big, []string{"Content-Type", jsonBody}}, 404, `{"error":"no such page"}`},
		{call{"GET", "/api/items", "", nil}, 200, `"Tea \u0026 cake"`},
	} {
		headers := slices.Concat(test.headers, []string{"Origin", "https://shop.example"})
		got := v.sees(test.method, test.path, test.body, headers...)
		if !strings.HasPrefix(got, fmt.Sprintf("HTTP/1.1 %d ", test.status)) || !strings.Contains(got, test.want) {
			t.Errorf("%s %s: got %.600s, want %d %s", test.method, test.path, got, test.status, test.want)
		}
		// What the application does for every answer, it does for these.
		for _, header := range []string{"Access-Control-Allow-Origin: https://shop.example\n", "X-Request-Id: " + test.method + " " + test.path + "\n"} {
			if !strings.Contains(got, header) {
				t.Errorf("%s %s: got %.600s without %s", test.method, test.path, got, header)
			}
		}
	}
	log := strings.Join(v.closed(), "")
	for _, part := range []string{"path=/api/items route=/api/items status=400 ", "path=/api/uploads route=/api/uploads status=413 "} {
		if !strings.Contains(log, part) {
			t.Errorf("%q is not in the log", part)
		}
	}
}

// TestLoginOfARoute: bodies are checked where the last layer of a route stands,
// so a login behind it comes too late.
func TestLoginOfARoute(t *testing.T) {
	for name, test := range map[string]struct {
		login []gin.HandlerFunc
		want  string
	}{
		"no layer behind the login": {nil, "HTTP/1.1 400 "},
		"a layer behind the login":  {adoption(middleware.Config{}).Login, "HTTP/1.1 401 "},
	} {
		on := adoption(middleware.Config{})
		on.Login = test.login
		if got := open(t, on).sees("POST", "/orders", "{", "Content-Type", jsonBody); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: a stranger gets %.300s, want %s", name, got, test.want)
		}
	}
}
