package main_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

const jsonType = "application/json"

func TestRoutes(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 5*time.Second)
	for _, test := range []struct {
		method, path, contentType, body string
		status                          int
		want                            string
	}{
		{"GET", "/api/hello", "", "", 200, `{"message":"Hello from Next.js!"}`},

		{"GET", "/api/echo", "", "", 200, `{"body":null,"cookies":{},"method":"GET","query":{}}`},
		{"PUT", "/api/echo?x=1&x=2&y=%20", jsonType, `{"a":[1,2]}`, 200, `{"body":{"a":[1,2]},"cookies":{},"method":"PUT","query":{"x":["1","2"],"y":" "}}`},
		{"POST", "/api/echo", "application/x-www-form-urlencoded", "a=1&a=2&b=+", 200, `{"body":{"a":["1","2"],"b":" "},"cookies":{},"method":"POST","query":{}}`},
		{"DELETE", "/api/echo", "text/plain", "hi", 200, `{"body":"hi","cookies":{},"method":"DELETE","query":{}}`},
		{"POST", "/api/echo", jsonType, `{"a":1} x`, 400, "Invalid JSON"},
		{"POST", "/api/echo", "text/plain", strings.Repeat("x", 1<<20+1), 413, "Body exceeded 1mb limit"},

		{"GET", "/api/post/create", "", "", 200, "Post: new"},
		{"GET", "/api/post/abc", "", "", 200, "Post: abc"},
		{"GET", "/api/post/a%2Fb", "", "", 200, "Post: a/b"},
		{"GET", "/api/post/a/b/c", "", "", 200, "Post: a, b, c"},
		{"POST", "/api/post/a/b/c", "", "", 200, "Post: a, b, c"},
		{"GET", "/api/docs", "", "", 200, `{}`},
		{"GET", "/api/docs?page=2", "", "", 200, `{"page":"2"}`},
		{"GET", "/api/docs/a?page=2&slug=x", "", "", 200, `{"page":"2","slug":["a"]}`},
		{"GET", "/api/docs/a/b", "", "", 200, `{"slug":["a","b"]}`},

		{"POST", "/api/form", "application/x-www-form-urlencoded", "name=Ada", 307, "/"},
		{"POST", "/api/form", "application/x-www-form-urlencoded", "", 400, "a form with a name, please"},

		{"POST", "/api/validate", jsonType, `{"name":"Ada","email":"ada@example.com","age":36}`, 200, `{"welcome":"Ada"}`},
		{"POST", "/api/typed", jsonType, `{"title":"Bread","tags":["shop","today"]}`, 201, `{"id":1,"title":"Bread"}`},
		{"POST", "/api/typed", jsonType, `{"title":"Milk"}`, 409, "There is enough milk"},
		{"POST", "/api/typed", jsonType, `{"title":`, 400, "Invalid JSON"},

		{"GET", "/api/nowhere", "", "", 404, "404 page not found"},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			t.Parallel()
			got := send(t, test.method, base+test.path, test.body, "Content-Type", test.contentType)
			if got.status != test.status || got.body != test.want && !sameJSON(got.body, test.want) {
				t.Errorf("got %d %q, want %d %q", got.status, got.body, test.status, test.want)
			}
		})
	}
}

func TestEchoShowsCookies(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 5*time.Second)
	got := send(t, "GET", base+"/api/echo", "", "Cookie", "a=1; b=%20x; a=2")
	if want := `{"body":null,"cookies":{"a":"1","b":" x"},"method":"GET","query":{}}`; !sameJSON(got.body, want) {
		t.Errorf("got %s, want %s", got.body, want)
	}
}

func TestFormRedirectsToAPageThatTakesTheSameMethod(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 5*time.Second)
	const form = "application/x-www-form-urlencoded"
	got := send(t, "POST", base+"/api/form", "name=Ada", "Content-Type", form)
	if location := got.header.Get("Location"); location != "/" {
		t.Fatalf("Location is %q", location)
	}
	home := send(t, "POST", base+"/", "name=Ada", "Content-Type", form)
	if home.status != http.StatusOK || !strings.Contains(home.body, "GET /api/hello") {
		t.Errorf("got %d %q", home.status, home.body)
	}
}

func TestValidateReportsEveryFault(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 5*time.Second)
	got := send(t, "POST", base+"/api/validate", `{"name":"A","email":"nobody","age":7}`, "Content-Type", jsonType)
	if got.status != http.StatusBadRequest || got.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d %s", got.status, got.header)
	}
	for _, pointer := range []string{`"/name"`, `"/email"`, `"/age"`} {
		if !strings.Contains(got.body, pointer) {
			t.Errorf("%s is not in %s", pointer, got.body)
		}
	}
}

func TestTypedRouteRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 5*time.Second)
	for _, body := range []string{`{}`, `{"title":1}`, `[]`, ``} {
		if got := send(t, "POST", base+"/api/typed", body, "Content-Type", jsonType); got.status != http.StatusBadRequest {
			t.Errorf("%q: got %d %q", body, got.status, got.body)
		}
	}
}

// form returns a form with one file of n bytes, and its content type.
func form(t *testing.T, n int) (body, contentType string) {
	t.Helper()
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	part, err := w.CreateFormFile("file", "large.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(bytes.Repeat([]byte{'x'}, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return text.String(), w.FormDataContentType()
}

func TestUploadHasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	base, _ := start(t, time.Minute)
	body, contentType := form(t, 9<<20)
	if got := send(t, "POST", base+"/api/upload", body, "Content-Type", contentType); got.status != http.StatusOK || !strings.Contains(got.body, `"bytes":9437184`) {
		t.Errorf("9 MB: got %d %q", got.status, got.body)
	}
	body, contentType = form(t, 10<<20)
	if got := send(t, "POST", base+"/api/upload", body, "Content-Type", contentType); got.status != http.StatusRequestEntityTooLarge || got.body != "Body exceeded 10mb limit" {
		t.Errorf("10 MB and the form around it: got %d %q", got.status, got.body)
	}
	if got := send(t, "POST", base+"/api/upload", "x", "Content-Type", "text/plain"); got.status != http.StatusBadRequest {
		t.Errorf("no form: got %d %q", got.status, got.body)
	}
}

func TestUploadAnswersAtItsDeadline(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 50*time.Millisecond)
	body, contentType := form(t, 1)
	got := send(t, "POST", base+"/api/upload?wait=10m", body, "Content-Type", contentType)
	if got.status != http.StatusGatewayTimeout {
		t.Errorf("got %d %q", got.status, got.body)
	}
}

// The secret, the payload and the signature are GitHub's published example.
func TestWebhookChecksTheSignature(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 5*time.Second)
	const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
	for _, test := range []struct {
		name, payload, signature string
		status                   int
	}{
		{"as published", "Hello, World!", signature, 200},
		{"another payload", "Hello, World?", signature, 401},
		{"another signature", "Hello, World!", strings.Replace(signature, "7", "8", 1), 401},
		{"a part of the signature", "Hello, World!", signature[:40], 401},
		{"odd digits", "Hello, World!", signature[:40] + "0", 401},
		{"no scheme", "Hello, World!", strings.TrimPrefix(signature, "sha256="), 401},
		{"not hexadecimal", "Hello, World!", "sha256=zz", 401},
		{"no signature", "Hello, World!", "", 401},
		{"not even JSON", `{"a":`, signature, 401},
		{"as large as no event is", strings.Repeat("x", 25<<20+1), signature, 413},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := send(t, "POST", base+"/api/webhook", test.payload, "Content-Type", jsonType, "X-Hub-Signature-256", test.signature)
			if got.status != test.status {
				t.Errorf("got %d %q, want %d", got.status, got.body, test.status)
			}
		})
	}
}

func TestLargeAnswerIsWholeAndWarnedOf(t *testing.T) {
	t.Parallel()
	base, log := start(t, 5*time.Second)
	got := send(t, "GET", base+"/api/large", "")
	if got.status != http.StatusOK || len(got.body) < 4<<20 {
		t.Errorf("got %d and %d bytes", got.status, len(got.body))
	}
	waitFor(t, "the warning", func() bool { return log.String() != "" })
	if text := log.String(); !strings.Contains(text, "API response for /api/large exceeds 4MB") {
		t.Errorf("logged %q", text)
	}
}

func TestCORSIsOnItsRouteOnly(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 5*time.Second)
	const friend, stranger = "https://app.example.com", "https://app.example.com.evil.example"
	for _, test := range []struct {
		name, method, path, origin, allowed string
	}{
		{"allowed", "GET", "/api/cors", friend, friend},
		{"a look-alike", "GET", "/api/cors", stranger, ""},
		{"preflight", "OPTIONS", "/api/cors", friend, friend},
		{"preflight of a look-alike", "OPTIONS", "/api/cors", stranger, ""},
		{"another route", "GET", "/api/hello", friend, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			headers := []string{"Origin", test.origin}
			if test.method == "OPTIONS" {
				headers = append(headers, "Access-Control-Request-Method", "GET")
			}
			got := send(t, test.method, base+test.path, "", headers...)
			if allowed := got.header.Get("Access-Control-Allow-Origin"); allowed != test.allowed {
				t.Errorf("Access-Control-Allow-Origin is %q, want %q", allowed, test.allowed)
			}
		})
	}
}

func TestPageIsRenderedWhenARouteSaysSo(t *testing.T) {
	t.Parallel()
	base, _ := start(t, 5*time.Second)
	for i, test := range []struct{ method, path, state, want string }{
		{"GET", "/page", "MISS", "render 1"},
		{"GET", "/page", "HIT", "render 1"},
		{"POST", "/api/revalidate", "", `{"revalidated":true}`},
		{"GET", "/page", "HIT", "render 2"},
	} {
		got := send(t, test.method, base+test.path, "")
		if state := got.header.Get("X-Nextjs-Cache"); got.status != http.StatusOK || got.body != test.want || state != test.state {
			t.Errorf("%d: %s %s: got %d %s %q, want %s %q", i, test.method, test.path, got.status, state, got.body, test.state, test.want)
		}
	}
}
