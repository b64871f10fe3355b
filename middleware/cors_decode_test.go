package middleware_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// written are policies in JSON and YAML.
var written = map[string]struct {
	json, yaml string
	want       middleware.Policy
}{
	"empty":   {`{}`, `{}`, middleware.Policy{}},
	"origins": {`{"origins":["https://app.example.com"]}`, "origins: ['https://app.example.com']", policyFor(app)},
	"seconds": {`{"maxAge":600}`, "maxAge: 600", middleware.Policy{MaxAge: 10 * time.Minute}},
	"text":    {`{"maxAge":"1h30m"}`, "maxAge: 1h30m", middleware.Policy{MaxAge: 90 * time.Minute}},
	"zero":    {`{"maxAge":0}`, "maxAge: 0", middleware.Policy{}},
	"none":    {`{"methods":[],"headers":[]}`, "methods: []\nheaders: []", middleware.Policy{Methods: []string{}, Headers: []string{}}},
	"all": {
		`{"origins":["https://a.example"],"methods":["PUT"],"headers":["X-A"],"exposedHeaders":["X-B"],"credentials":true,"maxAge":1,"privateNetwork":true,"preflightStatus":200}`,
		"origins: ['https://a.example']\nmethods: [PUT]\nheaders: [X-A]\nexposedHeaders: [X-B]\ncredentials: true\nmaxAge: 1\nprivateNetwork: true\npreflightStatus: 200",
		middleware.Policy{
			Origins: []string{"https://a.example"}, Methods: []string{"PUT"}, Headers: []string{"X-A"}, ExposedHeaders: []string{"X-B"},
			Credentials: true, MaxAge: time.Second, PrivateNetwork: true, PreflightStatus: 200,
		},
	},
	"null": {`null`, "", middleware.Policy{}},
}

// miswritten are refused, in both notations where JSON is YAML.
var miswritten = map[string]string{
	`{"origin":["x"]}`:             "unknown field",
	`{"api":{}}`:                   "unknown field",
	`{"origins":"*"}`:              "origins is of type string; write a list of strings",
	`{"origins":[1]}`:              "origins is of type number; write strings in it",
	`{"credentials":"yes"}`:        "credentials is of type string; write true or false",
	`{"maxAge":"10"}`:              "whole number of seconds",
	`{"maxAge":1.5}`:               "whole number of seconds",
	`{"maxAge":true}`:              "whole number of seconds",
	`{"maxAge":9223372036854}`:     "whole number of seconds",
	`{"maxAge":-9223372036854}`:    "whole number of seconds",
	`{"preflightStatus":"200"}`:    "preflightStatus is of type string; write a whole number",
	`[]`:                           "",
	`"https://app.example.com"`:    "",
	`{"origins":["x"]`:             "",
	`{"methods":{"PUT":true}}`:     "methods",
	`{"maxAge":{"seconds":5}}`:     "whole number of seconds",
	`{"privateNetwork":[true]}`:    "privateNetwork",
	`{"exposedHeaders":"X-Total"}`: "exposedHeaders",
}

func TestPolicyDecodes(t *testing.T) {
	t.Parallel()
	for name, c := range written {
		var fromJSON, fromYAML middleware.Policy
		if err := json.Unmarshal([]byte(c.json), &fromJSON); err != nil || !reflect.DeepEqual(fromJSON, c.want) {
			t.Errorf("%s: from JSON %+v, %v; want %+v", name, fromJSON, err, c.want)
		}
		if err := yaml.Unmarshal([]byte(c.yaml), &fromYAML); err != nil || !reflect.DeepEqual(fromYAML, c.want) {
			t.Errorf("%s: from YAML %+v, %v; want %+v", name, fromYAML, err, c.want)
		}
		data, err := json.Marshal(c.want)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var again middleware.Policy
		if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(again, c.want) {
			t.Errorf("%s: %s is read as %+v, %v; want %+v", name, data, again, err, c.want)
		}
	}
}

func TestPolicyDecodeFaults(t *testing.T) {
	t.Parallel()
	for text, want := range miswritten {
		for notation, unmarshal := range map[string]func([]byte, any) error{
			"JSON": json.Unmarshal,
			"YAML": yaml.Unmarshal,
		} {
			policy := middleware.Policy{MaxAge: time.Minute}
			err := unmarshal([]byte(text), &policy)
			if err == nil {
				t.Errorf("%s %s is read as %+v", notation, text, policy)
			} else if !strings.Contains(err.Error(), want) {
				t.Errorf("%s %s: %v; want it to say %q", notation, text, err, want)
			}
			if !reflect.DeepEqual(policy, middleware.Policy{MaxAge: time.Minute}) {
				t.Errorf("%s %s: the policy was changed to %+v", notation, text, policy)
			}
		}
	}
	if err := new(middleware.Policy).UnmarshalJSON([]byte(`{} {}`)); err == nil || !strings.Contains(err.Error(), "followed by more text") {
		t.Errorf("two objects: %v", err)
	}
	failing := func(any) error { return errors.New("no YAML") }
	if err := new(middleware.Policy).UnmarshalYAML(failing); err == nil || !strings.Contains(err.Error(), "no YAML") {
		t.Errorf("failing YAML: %v", err)
	}
	infinite := func(v any) error {
		reflect.ValueOf(v).Elem().Set(reflect.ValueOf(map[string]any{"maxAge": math.Inf(1)}))
		return nil
	}
	if err := new(middleware.Policy).UnmarshalYAML(infinite); err == nil {
		t.Error("an infinite maxAge is accepted")
	}
}

func TestPolicyDecodeKeepsTheRest(t *testing.T) {
	t.Parallel()
	policy := middleware.Policy{Origins: []string{app}, MaxAge: time.Minute, OriginFunc: func(*gin.Context, string) bool { return false }}
	if err := json.Unmarshal([]byte(`{"credentials":true}`), &policy); err != nil {
		t.Fatal(err)
	}
	if len(policy.Origins) != 1 || policy.MaxAge != time.Minute || policy.OriginFunc == nil || !policy.Credentials {
		t.Errorf("a key too many was changed: %+v", policy)
	}
	if _, err := json.Marshal(policy); err == nil {
		t.Error("a policy with a function is written, without the function")
	}
	data, err := json.Marshal(middleware.Policy{MaxAge: 1500 * time.Millisecond})
	if err != nil || string(data) != `{"maxAge":"1.5s"}` {
		t.Errorf("a fraction is written as %s, %v", data, err)
	}
}

// FuzzPolicy: what is read is written so that the same is read again. A policy is refused at the start, or answers whatever is
// asked: the origin itself or "*", never more than that, and credentials only beside an origin by name.
func FuzzPolicy(f *testing.F) {
	for name := range written {
		f.Add(written[name].json, app, "PUT", "x-a")
	}
	for text := range miswritten {
		f.Add(text, app, "", "")
	}
	f.Add(`{"origins":["*"]}`, "https://evil.example", "DELETE", strings.Repeat(",", 100))
	f.Add(`{"origins":["https://*.app.example:*"],"credentials":true,"preflightStatus":299}`, "https://a.app.example:8443", "put", "\x00")
	f.Add(`{"origins":["https://app.example"],"headers":["*"],"methods":["*"],"maxAge":"1h"}`, "null", "PUT ", "a, b")
	f.Fuzz(func(t *testing.T, text, from, method, names string) {
		var policy, again middleware.Policy
		if json.Unmarshal([]byte(text), &policy) != nil {
			return
		}
		data, err := json.Marshal(policy)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatalf("%s, written as %s: %v", text, data, err)
		}
		second, err := json.Marshal(again)
		if err != nil || !bytes.Equal(second, data) {
			t.Fatalf("%s is written as %s and then as %s, %v", text, data, second, err)
		}
		handler, err := middleware.New(middleware.Config{CORS: &policy})
		if err != nil {
			return
		}
		r := gin.New()
		r.PUT("/x", handler, func(c *gin.Context) { c.Status(http.StatusTeapot) })
		r.Use(handler)
		for _, asked := range []string{http.MethodPut, http.MethodOptions} {
			request := httptest.NewRequestWithContext(t.Context(), asked, "/x", http.NoBody)
			request.Header = http.Header{"Origin": {from}, "Access-Control-Request-Method": {method}, "Access-Control-Request-Headers": {names}}
			w := httptest.NewRecorder()
			r.ServeHTTP(w, request)
			checkCORS(t, &policy, from, asked == http.MethodOptions, w)
		}
	})
}

// checkCORS holds an answer to what its policy can allow at most.
func checkCORS(t *testing.T, policy *middleware.Policy, from string, options bool, w *httptest.ResponseRecorder) {
	t.Helper()
	header := w.Header()
	allowed, credentials := header["Access-Control-Allow-Origin"], header.Get("Access-Control-Allow-Credentials")
	all := slices.Contains(policy.Origins, "*")
	switch {
	case len(allowed) > 1, len(allowed) == 1 && allowed[0] != from && !all, len(allowed) == 1 && all && allowed[0] != "*":
		t.Errorf("%+v: %q is answered by %q", *policy, from, allowed)
	case credentials != "" && (credentials != "true" || !policy.Credentials || len(allowed) == 0 || allowed[0] == "*"):
		t.Errorf("%+v: credentials %q for %q", *policy, credentials, allowed)
	case slices.Contains(policy.Origins, from) && from != "*" && len(allowed) == 0:
		t.Errorf("%+v: %q is not allowed", *policy, from)
	case !all && !slices.Contains(header.Values("Vary"), "Origin"):
		t.Errorf("%+v: Vary is %q", *policy, header["Vary"])
	case !options && w.Code != http.StatusTeapot:
		t.Errorf("%+v: the handler is answered by %d", *policy, w.Code)
	}
}
