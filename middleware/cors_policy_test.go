package middleware_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// TestCORSFaults gives policies that must be refused, and what the error must say.
func TestCORSFaults(t *testing.T) {
	t.Parallel()
	any1 := func(*gin.Context, string) bool { return true }
	for name, c := range map[string]struct {
		policy middleware.Policy
		want   []string
	}{
		"zero":                    {middleware.Policy{}, []string{"Origins is empty", "NoCORS()"}},
		"star with credentials":   {middleware.Policy{Origins: []string{"*"}, Credentials: true}, []string{`Origins is "*" and Credentials is true`}},
		"star and others":         {policyFor(app, "*"), []string{"leave out the others"}},
		"star and function":       {middleware.Policy{Origins: []string{"*"}, OriginFunc: any1}, []string{"OriginFunc is never asked"}},
		"null":                    {policyFor("null"), []string{`Origins[0] "null"`, "sandboxed"}},
		"slash":                   {policyFor(app, app+"/"), []string{`Origins[1] "https://app.example.com/"`, "write https://app.example.com"}},
		"regular expression":      {policyFor(`/https?:\/\/(?:.+\.)?example\.com/g`), []string{"regular expressions are not supported"}},
		"prefix wildcard":         {policyFor("https://app*"), []string{"whole leftmost labels"}},
		"suffix wildcard":         {policyFor("https://*example.com"), []string{"whole leftmost labels"}},
		"public suffix":           {policyFor("https://*.com", "https://*.co.uk"), []string{`"https://*.com"`, `"https://*.co.uk"`, "public suffix"}},
		"http with credentials":   {middleware.Policy{Origins: []string{"http://example.com"}, Credentials: true}, []string{"write https://"}},
		"method is no token":      {middleware.Policy{Origins: []string{app}, Methods: []string{"PUT,DELETE", ""}}, []string{`Methods[0] "PUT,DELETE"`, `Methods[1] ""`}},
		"method in lower case":    {middleware.Policy{Origins: []string{app}, Methods: []string{"patch"}}, []string{"write PATCH"}},
		"method of no script":     {middleware.Policy{Origins: []string{app}, Methods: []string{"CONNECT", "TRACE", "TRACK"}}, []string{"Methods[0]", "Methods[1]", "Methods[2]"}},
		"method star":             {middleware.Policy{Origins: []string{app}, Methods: []string{"PUT", "*"}, Credentials: true}, []string{`Methods[1] is "*"`}},
		"header is no token":      {middleware.Policy{Origins: []string{app}, Headers: []string{"X-A: b", "X\r\nSet-Cookie"}}, []string{"Headers[0]", "Headers[1]"}},
		"header star":             {middleware.Policy{Origins: []string{app}, Headers: []string{"*"}, Credentials: true}, []string{`Headers[0] is "*"`}},
		"exposed header":          {middleware.Policy{Origins: []string{app}, ExposedHeaders: []string{"set-cookie", "Set-Cookie2", "é"}}, []string{"ExposedHeaders[0]", "ExposedHeaders[1]", "ExposedHeaders[2]"}},
		"exposed star":            {middleware.Policy{Origins: []string{app}, ExposedHeaders: []string{"*"}, Credentials: true}, []string{`ExposedHeaders[0] is "*"`}},
		"negative age":            {middleware.Policy{Origins: []string{app}, MaxAge: -time.Second}, []string{"MaxAge is -1s"}},
		"age with a fraction":     {middleware.Policy{Origins: []string{app}, MaxAge: 1500 * time.Millisecond}, []string{"MaxAge is 1.5s", "whole seconds"}},
		"age without its unit":    {middleware.Policy{Origins: []string{app}, MaxAge: 600}, []string{"MaxAge is 600ns"}},
		"status":                  {middleware.Policy{Origins: []string{app}, PreflightStatus: 302}, []string{"PreflightStatus is 302"}},
		"status below":            {middleware.Policy{Origins: []string{app}, PreflightStatus: 199}, []string{"PreflightStatus is 199"}},
		"every fault at once":     {middleware.Policy{Origins: []string{"null", "x"}, Methods: []string{"get"}, MaxAge: -1, PreflightStatus: 1}, []string{"Origins[0]", "Origins[1]", "Methods[0]", "MaxAge", "PreflightStatus"}},
		"star and faults besides": {middleware.Policy{Origins: []string{"*", "null"}, Methods: []string{"get"}, Credentials: true}, []string{"leave out the others", "Credentials", "Methods[0]"}},
	} {
		_, err := middleware.NewWith(middleware.CORS(c.policy))
		if err == nil {
			t.Errorf("%s: it is accepted", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error does not say %q:\n%v", name, want, err)
			}
		}
		for line := range strings.Lines(err.Error()) {
			if !strings.HasPrefix(line, "middleware: CORS: ") {
				t.Errorf("%s: a line of the error is %q", name, line)
			}
		}
	}
}

// TestCORSGoodPolicies has what is unusual and yet accepted.
func TestCORSGoodPolicies(t *testing.T) {
	t.Parallel()
	for name, policy := range map[string]middleware.Policy{
		"credentials on localhost":  {Origins: []string{"http://localhost:*", "http://127.0.0.1:3000", "http://[::1]:3000"}, Credentials: true},
		"credentials of an app":     {Origins: []string{"tauri://localhost"}, Credentials: true},
		"http without credentials":  {Origins: []string{"http://example.com"}},
		"stars without credentials": {Origins: []string{app}, Methods: []string{"*"}, Headers: []string{"*"}, ExposedHeaders: []string{"*"}},
		"twice":                     {Origins: []string{app, app}, Methods: []string{"PUT", "PUT"}},
		"other methods":             {Origins: []string{app}, Methods: []string{"PURGE", "M-SEARCH"}},
	} {
		if _, err := middleware.NewWith(middleware.CORS(policy)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCORSCopiesThePolicy changes a policy after it was given.
func TestCORSCopiesThePolicy(t *testing.T) {
	t.Parallel()
	policy := middleware.Policy{Origins: []string{app}, Methods: []string{"PUT"}}
	engine := gin.New()
	engine.Any("/x", middleware.With(middleware.CORS(policy)), ok)
	policy.Origins[0], policy.Methods[0] = "https://evil.net", "DELETE"
	w := preflight(t, engine, app, "PUT", "/x")
	if allowedOrigin(w) != app || w.Header().Get("Access-Control-Allow-Methods") != "PUT" {
		t.Errorf("the change came through: %s", corsHeaders(w.Header()))
	}
}

func TestWithCORSPanics(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(){
		"bad policy":  func() { middleware.WithCORS(middleware.Policy{}, ok) },
		"nil handler": func() { middleware.WithCORS(policyFor(app), nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: it does not panic", name)
				}
			}()
			call()
		}()
	}
}

// TestPolicyNeedsKeys holds the field that makes literals without keys a compile error, so that fields can be added.
func TestPolicyNeedsKeys(t *testing.T) {
	t.Parallel()
	if first := reflect.TypeFor[middleware.Policy]().Field(0); first.Name != "_" || first.Type.Size() != 0 {
		t.Errorf("the first field of Policy is %s of %d bytes", first.Name, first.Type.Size())
	}
}
