package middleware_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/bytesize"
	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/responselimit"
)

// fields is the part of a Config that its JSON and YAML forms can set.
type fields struct {
	body, response, external middleware.Switch
	size, limit              string
	duration                 time.Duration
	cors                     bool
}

func fieldsOf(c middleware.Config) fields {
	return fields{c.BodyParser, c.ResponseWarning, c.ExternalResolver, c.SizeLimit, c.ResponseLimit, c.MaxDuration, c.CORS != nil}
}

// TestConfigForms reads the same settings from JSON and YAML.
func TestConfigForms(t *testing.T) {
	const on, off = middleware.On, middleware.Off
	tests := map[string]struct {
		json, yaml string
		want       fields
	}{
		"empty":              {`{}`, `{}`, fields{}},
		"empty api":          {`{"api":{}}`, "api: {}", fields{}},
		"null says nothing":  {`{"api":{"bodyParser":null}}`, "api:\n  bodyParser: null", fields{}},
		"documentation":      {`{"api":{"bodyParser":{"sizeLimit":"1mb"}},"maxDuration":5}`, "api:\n  bodyParser:\n    sizeLimit: 1mb\nmaxDuration: 5", fields{body: on, size: "1mb", duration: 5 * second}},
		"no parser":          {`{"api":{"bodyParser":false}}`, "api:\n  bodyParser: false", fields{body: off}},
		"parser":             {`{"api":{"bodyParser":true}}`, "api:\n  bodyParser: true", fields{body: on}},
		"500kb":              {`{"api":{"bodyParser":{"sizeLimit":"500kb"}}}`, "api: {bodyParser: {sizeLimit: 500kb}}", fields{body: on, size: "500kb"}},
		"number of bytes":    {`{"api":{"bodyParser":{"sizeLimit":1000}}}`, "api: {bodyParser: {sizeLimit: 1000}}", fields{body: on, size: "1000"}},
		"exponent":           {`{"api":{"bodyParser":{"sizeLimit":1e3}}}`, "api: {bodyParser: {sizeLimit: 1.0e+3}}", fields{body: on, size: "1000"}},
		"external":           {`{"api":{"externalResolver":true}}`, "api:\n  externalResolver: true", fields{external: on}},
		"not external":       {`{"api":{"externalResolver":false}}`, "api:\n  externalResolver: false", fields{external: off}},
		"no response limit":  {`{"api":{"responseLimit":false}}`, "api:\n  responseLimit: false", fields{response: off}},
		"response limit on":  {`{"api":{"responseLimit":true}}`, "api:\n  responseLimit: true", fields{response: on}},
		"8mb":                {`{"api":{"responseLimit":"8mb"}}`, "api:\n  responseLimit: 8mb", fields{response: on, limit: "8mb"}},
		"1000":               {`{"api":{"responseLimit":1000}}`, "api:\n  responseLimit: 1000", fields{response: on, limit: "1000"}},
		"half a second":      {`{"maxDuration":0.5}`, "maxDuration: 0.5", fields{duration: second / 2}},
		"everything":         {`{"maxDuration":1,"api":{"bodyParser":false,"responseLimit":"1kb","externalResolver":true}}`, "maxDuration: 1\napi: {bodyParser: false, responseLimit: 1kb, externalResolver: true}", fields{off, on, on, "", "1kb", second, false}},
		"numbers in strings": {`{"api":{"responseLimit":"1000"}}`, `api: {responseLimit: "1000"}`, fields{response: on, limit: "1000"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var fromJSON, fromYAML middleware.Config
			if err := json.Unmarshal([]byte(test.json), &fromJSON); err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal([]byte(test.yaml), &fromYAML); err != nil {
				t.Fatal(err)
			}
			if got := fieldsOf(fromJSON); got != test.want {
				t.Errorf("JSON: got %+v, want %+v", got, test.want)
			}
			if got := fieldsOf(fromYAML); got != test.want {
				t.Errorf("YAML: got %+v, want %+v", got, test.want)
			}
			if _, err := middleware.New(fromJSON); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestConfigFaults expects every fault to be named, and the config to stay as
// it was.
func TestConfigFaults(t *testing.T) {
	tests := map[string]struct {
		json  string
		wants []string
	}{
		"not an object":   {`[]`, []string{"middleware: the config is a list; write an object"}},
		"unknown key":     {`{"maxduration":5}`, []string{`maxduration is not known; the keys here are "api", "cors", "maxDuration"`}},
		"unknown api key": {`{"api":{"bodyparser":false}}`, []string{`api.bodyparser is not known; the keys here are "bodyParser", "externalResolver", "responseLimit"`}},
		"unknown size":    {`{"api":{"bodyParser":{"limit":"1mb"}}}`, []string{`api.bodyParser.limit is not known; the keys here are "sizeLimit"`}},
		"bad size":        {`{"api":{"bodyParser":{"sizeLimit":"1k"}}}`, []string{`api.bodyParser.sizeLimit is "1k": bytesize:`}},
		"negative size":   {`{"api":{"bodyParser":{"sizeLimit":-1}}}`, []string{`api.bodyParser.sizeLimit is -1: bytesize:`}},
		"size a list":     {`{"api":{"bodyParser":{"sizeLimit":[]}}}`, []string{`api.bodyParser.sizeLimit is a list; write a number of bytes or a string such as "500kb"`}},
		"parser a string": {`{"api":{"bodyParser":"1mb"}}`, []string{`api.bodyParser is "1mb"; write true, false or {"sizeLimit": "1mb"}`}},
		"external":        {`{"api":{"externalResolver":"yes"}}`, []string{`api.externalResolver is "yes"; write true or false`}},
		"zero duration":   {`{"maxDuration":0}`, []string{`maxDuration is 0; write a positive number of seconds`}},
		"tiny duration":   {`{"maxDuration":1e-10}`, []string{`maxDuration is 1e-10; write a positive number of seconds`}},
		"text duration":   {`{"maxDuration":"5s"}`, []string{`maxDuration is "5s"; write a positive number of seconds`}},
		"long duration":   {`{"maxDuration":1e300}`, []string{`maxDuration is 1e300; write a positive number of seconds`}},
		"bad cors":        {`{"cors":{"nonsense":1}}`, []string{`middleware: CORS: json: unknown field "nonsense"`}},
		"cors off":        {`{"cors":false}`, []string{`middleware: cors is false; write an object such as {"origins": ["https://app.example.com"]}`}},
		"cors of a type":  {`{"cors":{"origins":"*"}}`, []string{`middleware: CORS: origins is of type string; write a list of strings`}},
		"no response":     {`{"api":{"responseLimit":0}}`, []string{`api.responseLimit is 0, which every response reaches; write false to switch the warning off`}},
		"all of them": {
			`{"x":1,"maxDuration":-1,"api":{"bodyParser":1,"responseLimit":"big","externalResolver":0}}`,
			[]string{"x is not known", "maxDuration is -1", "api.bodyParser is 1", `api.responseLimit is "big"`, "api.externalResolver is 0"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			config := middleware.Config{SizeLimit: "7b"}
			err := json.Unmarshal([]byte(test.json), &config)
			if err == nil {
				t.Fatal("got no error")
			}
			for _, want := range test.wants {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, which lacks %q", err, want)
				}
			}
			if got := fieldsOf(config); got != (fields{size: "7b"}) {
				t.Errorf("the config changed: %+v", got)
			}
		})
	}
	var config middleware.Config
	for _, text := range []string{`{"api":`, `{} {}`} {
		if err := config.UnmarshalJSON([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "middleware: the config is") {
			t.Errorf("%s: got %v", text, err)
		}
	}
	if err := config.UnmarshalYAML(func(any) error { return errors.New("broken") }); err == nil {
		t.Error("a YAML error is lost")
	}
}

// TestConstructorFaults expects New and With to refuse what could only fail
// later, all at once.
func TestConstructorFaults(t *testing.T) {
	tests := map[string]struct {
		build func() (gin.HandlerFunc, error)
		wants []string
	}{
		"config": {
			func() (gin.HandlerFunc, error) {
				return middleware.New(middleware.Config{SizeLimit: "1k", ResponseLimit: "x", MaxDuration: -1, BodyParser: 7})
			},
			[]string{`SizeLimit("1k")`, `ResponseLimit("x")`, "MaxDuration(-1ns)", "BodyParser is 7"},
		},
		"contradiction": {
			func() (gin.HandlerFunc, error) {
				return middleware.New(middleware.Config{
					SizeLimit: "1kb", BodyParser: middleware.Off, ResponseWarning: middleware.Off, Response: &responselimit.Config{},
				})
			},
			[]string{"BodyParser is Off and yet has settings", "ResponseWarning is Off and yet has settings"},
		},
		"options": {
			func() (gin.HandlerFunc, error) {
				return middleware.NewWith(middleware.SizeLimit("-1kb"), middleware.ResponseLimit(-5), middleware.MaxDuration(0),
					middleware.ErrorHandler(nil), middleware.Logger(nil), nil)
			},
			[]string{`SizeLimit("-1kb")`, `ResponseLimit("-5")`, "MaxDuration(0s)", "ErrorHandler(nil)", "Logger(nil)", "an option is nil"},
		},
		"parts": {
			func() (gin.HandlerFunc, error) {
				return middleware.NewWith(middleware.BodyParser(bodyparser.Config{SizeLimit: "1k"}), middleware.ResponseWarning(responselimit.Config{Limit: "2k"}))
			},
			[]string{"bodyparser:", "responselimit:"},
		},
		"a warning of everything": {
			func() (gin.HandlerFunc, error) { return middleware.NewWith(middleware.ResponseLimit("0kb")) },
			[]string{`ResponseLimit("0kb") would warn of every response; to warn of none use NoResponseLimit()`},
		},
		"policy": {
			func() (gin.HandlerFunc, error) {
				return middleware.New(middleware.Config{CORS: &middleware.Policy{Origins: []string{"*"}, Credentials: true}})
			},
			[]string{"middleware:"},
		},
		"used config": {
			func() (gin.HandlerFunc, error) {
				return middleware.NewWith(middleware.Use(middleware.Config{SizeLimit: "1k", MaxDuration: -1}))
			},
			[]string{`SizeLimit("1k")`, "MaxDuration(-1ns)"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h, err := test.build()
			if h != nil || err == nil {
				t.Fatalf("got a handler: %v, error: %v", h != nil, err)
			}
			for _, want := range test.wants {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, which lacks %q", err, want)
				}
			}
		})
	}
	for name, build := range map[string]func(){
		"Must": func() { middleware.Must(middleware.Config{SizeLimit: "1k"}) },
		"With": func() { middleware.With(middleware.SizeLimit("1k")) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", name)
				}
			}()
			build()
		}()
	}
}

// TestLimitsAsWritten writes limits in every form that an option takes.
func TestLimitsAsWritten(t *testing.T) {
	type text string
	tests := map[string]struct {
		option middleware.Option
		want   string
	}{
		"string":       {middleware.SizeLimit("0.01kb"), "Body exceeded 0.01kb limit"},
		"int":          {middleware.SizeLimit(10), "Body exceeded 10 limit"},
		"int64":        {middleware.SizeLimit(int64(10)), "Body exceeded 10 limit"},
		"size":         {middleware.SizeLimit(1 * bytesize.KB), "Body exceeded 1KB limit"},
		"named string": {middleware.SizeLimit(text("10b")), "Body exceeded 10b limit"},
		"config":       {middleware.Use(middleware.Config{SizeLimit: "10b"}), "Body exceeded 10b limit"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newEngine(t)
			r.POST("/x", middleware.With(test.option), sees)
			if got := call(t, r, http.MethodPost, "/x", "text/plain", strings.Repeat("x", 1025)).Body.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestSwitches turns parts off at the engine and on again at a route.
func TestSwitches(t *testing.T) {
	var lines strings.Builder
	logger := slog.New(slog.NewTextHandler(&lines, nil))
	r := newEngine(t, middleware.Must(middleware.Config{
		BodyParser: middleware.Off, ResponseWarning: middleware.Off, Logger: logger,
	}))
	large := func(c *gin.Context) { c.String(http.StatusOK, strings.Repeat("x", 100)) }
	r.POST("/off", large)
	r.POST("/on", middleware.With(middleware.Use(middleware.Config{
		BodyParser: middleware.On, ResponseWarning: middleware.On,
	}), middleware.ResponseLimit(100)), large)
	if got := call(t, r, http.MethodPost, "/off", "application/json", "{").Code; got != http.StatusOK || lines.Len() > 0 {
		t.Errorf("off: got %d and log %q", got, lines.String())
	}
	if got := call(t, r, http.MethodPost, "/on", "application/json", "{").Code; got != http.StatusBadRequest {
		t.Errorf("on: got %d", got)
	}
	if call(t, r, http.MethodPost, "/on", "application/json", "{}"); !strings.Contains(lines.String(), "exceeds 100B") {
		t.Errorf("on: the log is %q", lines.String())
	}
}

// same compares all that JSON and YAML can set.
func same(t *testing.T, a, b middleware.Config) bool {
	t.Helper()
	var policies [2]string
	for i, policy := range []*middleware.Policy{a.CORS, b.CORS} {
		text, err := json.Marshal(policy)
		if err != nil {
			t.Fatal(err)
		}
		policies[i] = string(text)
	}
	return fieldsOf(a) == fieldsOf(b) && policies[0] == policies[1]
}

// readConfig reads a config and holds what every reading has to: an error changed nothing, and without one the settings are in force or New says
// what is wrong with the policy.
func readConfig(t *testing.T, text string, unmarshal func([]byte, any) error, config *middleware.Config) (ok bool) {
	t.Helper()
	if unmarshal([]byte(text), config) != nil {
		if fieldsOf(*config) != (fields{}) {
			t.Errorf("%q is an error and changed the config", text)
		}
		return false
	}
	if _, err := middleware.New(*config); err != nil && (config.CORS == nil || !strings.Contains(err.Error(), "middleware: CORS: ")) {
		t.Errorf("%q was read but New says %v", text, err)
	}
	return true
}

var exponent = regexp.MustCompile(`[0-9]e[-+][0-9]`)

// FuzzConfig reads a text as JSON and as YAML. What is read says the same in the other notation, and each key that was
// written says something.
func FuzzConfig(f *testing.F) {
	f.Add(`{"api":{"bodyParser":{"sizeLimit":"500kb"},"responseLimit":false,"externalResolver":true},"maxDuration":5}`)
	f.Add(`{"api":{"bodyParser":false}}`)
	f.Add(`{"maxDuration":1e999}`)
	f.Add(`{"maxDuration":1e-10}`)
	f.Add(`{"cors":{"origins":["*"]}}`)
	f.Add("api:\n  bodyParser:\n    sizeLimit: 1_000\n  responseLimit: 4mb\nmaxDuration: 0.5\ncors:\n  origins: [https://a.example]\n  maxAge: 1h\n")
	f.Add("api: &a {externalResolver: yes}\n")
	f.Add("{api: {responseLimit: 0x10}, maxDuration: .inf}")
	f.Fuzz(func(t *testing.T, text string) {
		var fromJSON, fromYAML middleware.Config
		if readConfig(t, text, json.Unmarshal, &fromJSON) {
			var tree map[string]any
			_ = json.Unmarshal([]byte(text), &tree)
			// A number with an exponent and no point is a text in YAML.
			if written, err := yaml.Marshal(tree); err == nil && !exponent.Match(written) {
				var again middleware.Config
				if err := yaml.Unmarshal(written, &again); err != nil || !same(t, fromJSON, again) {
					t.Errorf("%q is %+v, but as YAML, %q, %+v, %v", text, fieldsOf(fromJSON), written, fieldsOf(again), err)
				}
			}
			if number, ok := tree["maxDuration"].(float64); ok && fromJSON.MaxDuration <= 0 {
				t.Errorf("%q: %v seconds are no deadline", text, number)
			}
		}
		if readConfig(t, text, yaml.Unmarshal, &fromYAML) {
			var tree map[string]any
			if yaml.Unmarshal([]byte(text), &tree) != nil || tree == nil {
				return // several documents, or none
			}
			if written, err := json.Marshal(tree); err == nil {
				var again middleware.Config
				if err := json.Unmarshal(written, &again); err != nil || !same(t, fromYAML, again) {
					t.Errorf("%q is %+v, but as JSON, %s, %+v, %v", text, fieldsOf(fromYAML), written, fieldsOf(again), err)
				}
			}
		}
	})
}
