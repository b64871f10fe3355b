package catchall_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// FuzzPattern: a pattern is refused with a reason, or mounted and found again by a path made from it, with its
// parameters.
func FuzzPattern(f *testing.F) {
	for _, pattern := range pages {
		f.Add(pattern)
	}
	for _, test := range faultCases {
		f.Add(test.patterns[0])
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		var got answer
		engine := rawEngine()
		err := tryMount(engine.Group("/api"), &got, pattern)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "catchall: ") {
				t.Errorf("Mount(%q): %v", pattern, err)
			}
			return
		}
		var path strings.Builder
		path.WriteString("/api")
		params := 0
		for _, segment := range refSplit(pattern) {
			if refRank(segment) > 1 {
				segment = "v"
				params++
			}
			path.WriteString("/" + segment)
		}
		recorder := send(t, engine, http.MethodGet, path.String())
		if got.Handler != pattern || len(got.Slices) != params {
			t.Errorf("pattern %q, path %q: %d by %q with %q", pattern, path.String(), recorder.Code, got.Handler, got.Slices)
		}
		for name, values := range got.Slices {
			if len(values) != 1 || values[0] != "v" || got.Query.Get(name) != "v" {
				t.Errorf("pattern %q: %q = %q", pattern, name, values)
			}
		}
	})
}

// FuzzPath: whatever the request line, a path is answered by the pattern that the reference chooses, or not by a
// pattern; a redirect stays on this host, and following it ends.
func FuzzPath(f *testing.F) {
	for _, test := range nextPathCases {
		f.Add(test.path)
	}
	var got answer
	engines := map[string]*gin.Engine{"default": gin.New(), "raw": rawEngine(), "next": gin.New(catchall.NextPaths)}
	for _, engine := range engines {
		mount(f, engine, &got, pages...)
	}
	f.Fuzz(func(t *testing.T, target string) {
		if !strings.HasPrefix(target, "/") || strings.ContainsAny(target, " \r\n") {
			return
		}
		for name, engine := range engines {
			next := target
			for hop := 0; ; hop++ {
				got = answer{}
				recorder := send(t, engine, http.MethodGet, next)
				location := headersOf(recorder, "Location")
				if location == "" {
					checkAnswer(t, name, next, recorder.Code, got)
					break
				}
				if got.Handler != "" || location[0] != '/' || strings.HasPrefix(location, "//") || strings.HasPrefix(location, `/\`) || hop > 3 {
					t.Fatalf("%s: %q: %d to %q after %d redirects", name, next, recorder.Code, location, hop)
				}
				next = location
			}
		}
	})
}

// checkAnswer holds an answer that is no redirect against the reference.
func checkAnswer(t *testing.T, name, target string, status int, got answer) {
	t.Helper()
	if got.Handler == "" {
		if status != http.StatusNotFound && status != http.StatusBadRequest {
			t.Errorf("%s: %q: %d by no handler", name, target, status)
		}
		return
	}
	path, _, _ := strings.Cut(target, "?")
	if strings.Contains(path, "/.") || strings.Contains(path, "/%2") {
		return // resolved first, which the reference does not do; the table has these
	}
	want, params := refMatch(pages, strings.TrimPrefix(path, "/api"))
	if got.Handler != want || len(got.Slices) != len(params) {
		t.Errorf("%s: %q: %q with %q, want %q with %q", name, target, got.Handler, got.Slices, want, params)
	}
}
