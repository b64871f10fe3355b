package main_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	main "github.com/gin-apiroutes/apiroutes/example/cors"
	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
)

const (
	site      = "http://127.0.0.1:8085"
	stranger  = "http://localhost:8085"
	lookalike = "http://127.0.0.1:80850"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8084", "-page", "127.0.0.1:8085")
}

func TestPageKnowsTheAPI(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewSite("http://api.example"))
	exampletest.Page(t, base+"/")
	if got := exampletest.Send(t, "GET", base+"/", ""); !strings.Contains(got.Body, `<code id="api">http://api.example</code>`) {
		t.Error("the address of the API is not in the page")
	}
}

// What a script may read is decided by two headers.
func TestAnswers(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewAPI(site))
	for _, test := range []struct {
		method, path, origin string
		status               int
		allowed, credentials string
	}{
		{"GET", "/api/open", site, 200, "*", ""},
		{"GET", "/api/open", stranger, 200, "*", ""},
		{"PUT", "/api/open", stranger, 200, "*", ""},
		{"GET", "/api/me", site, 401, site, "true"}, // a refusal can be read as well
		{"GET", "/api/me", stranger, 401, "", ""},
		{"GET", "/api/me", lookalike, 401, "", ""},
		{"GET", "/api/me", "null", 401, "", ""},
		{"GET", "/api/private", site, 200, "", ""},
	} {
		got := exampletest.Send(t, test.method, base+test.path, "", "Origin", test.origin)
		allowed, credentials := got.Header.Get("Access-Control-Allow-Origin"), got.Header.Get("Access-Control-Allow-Credentials")
		if got.Status != test.status || allowed != test.allowed || credentials != test.credentials {
			t.Errorf("%s %s of %s: got %d %q %q", test.method, test.path, test.origin, got.Status, allowed, credentials)
		}
	}
}

func TestPreflights(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewAPI(site))
	for _, test := range []struct {
		path, origin, method string
		status               int
	}{
		{"/api/open", stranger, "PUT", 204},
		{"/api/open", stranger, "DELETE", 404},
		{"/api/me", site, "PUT", 204},
		{"/api/me", stranger, "PUT", 403},
		{"/api/me", lookalike, "PUT", 403},
		{"/api/private", site, "GET", 404},
	} {
		got := exampletest.Send(t, "OPTIONS", base+test.path, "", "Origin", test.origin, "Access-Control-Request-Method", test.method)
		if allowed := got.Header.Get("Access-Control-Allow-Origin"); got.Status != test.status || (allowed != "") != (test.status == http.StatusNoContent) {
			t.Errorf("%s %s for %s: got %d %q, want %d", test.method, test.path, test.origin, got.Status, allowed, test.status)
		}
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewAPI(site))
	const jsonType = "application/json"
	in := exampletest.Send(t, "PUT", base+"/api/me", `{"name":"Ada"}`, "Content-Type", jsonType, "Origin", site)
	cookie, _, _ := strings.Cut(in.Header.Get("Set-Cookie"), ";")
	if in.Status != http.StatusOK || cookie != "name=Ada" {
		t.Fatalf("got %d %q", in.Status, cookie)
	}
	if got := exampletest.Send(t, "GET", base+"/api/me", "", "Cookie", cookie, "Origin", site); got.Body != `{"name":"Ada"}` {
		t.Errorf("got %d %q", got.Status, got.Body)
	}
	for body, contentType := range map[string]string{
		`name=Ada`:                  "application/x-www-form-urlencoded",
		`Name=Eve`:                  "application/x-www-form-urlencoded", // binds to the field
		`{"name":"Eve"}`:            "text/plain",                        // needs no preflight
		`{}`:                        jsonType,
		`{"name":"` + long + `"}`:   jsonType,
		`{"name":"not closed" , 1}`: jsonType,
	} {
		got := exampletest.Send(t, "PUT", base+"/api/me", body, "Content-Type", contentType)
		if got.Status != http.StatusBadRequest || got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: got %d %v", body, got.Status, got.Header)
		}
	}
}

const long = "0123456789012345678901234567890123456789x"
