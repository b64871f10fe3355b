package revalidate_test

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// routeRequest is the body that the API route gets.
type routeRequest struct {
	Paths         []string `json:"paths"`
	OnlyGenerated *bool    `json:"onlyGenerated"`
}

// newRoute pretends to be pages/api/revalidate; say returns its message for a
// path, "" for success.
func newRoute(t *testing.T, say func(path string) string) (*httptest.Server, *[]routeRequest) {
	t.Helper()
	var requests []routeRequest
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.RequestURI != "/shop/api/revalidate/" || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("X-Prerender-Revalidate") != "" {
			t.Errorf("%s %s %v", r.Method, r.RequestURI, r.Header)
		}
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Revalidate-Secret")), []byte(nextSecret)) != 1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var in routeRequest
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		requests = append(requests, in)
		var out struct {
			Results []map[string]string `json:"results"`
		}
		for _, path := range in.Paths {
			result := map[string]string{"path": path}
			if message := say(path); message != "" {
				result["error"] = message
			}
			out.Results = append(out.Results, result)
		}
		if err := json.NewEncoder(w).Encode(out); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server, &requests
}

// routeConfig is that of a shop with locales and trailing slashes.
func routeConfig(url string) revalidate.NextConfig {
	return revalidate.NextConfig{
		BaseURL: url, BasePath: "/shop", TrailingSlash: true, Locales: []string{"en", "de"}, Concurrency: 1,
		Route: "/api/revalidate", Secret: nextSecret,
	}
}

// What res.revalidate throws becomes the outcome of its path.
func TestNextRouteOutcomes(t *testing.T) {
	t.Parallel()
	messages := map[string]string{
		"/en/nope/":  "Failed to revalidate /en/nope/: Invalid response 404",
		"/en/twice/": "Failed to revalidate /en/twice/: Invalid response 308",
		"/en/odd/":   "Failed to revalidate /en/odd/: Internal: NoFallbackError",
		"/en/evil/":  "\x1b[31mred",
		"/en/boom/":  "Failed to revalidate /en/boom/: Invalid response 500",
	}
	server, requests := newRoute(t, func(path string) string { return messages[path] })
	client := newNext(t, routeConfig(server.URL))
	results, err := client.RevalidateAll(t.Context(), []string{"/en/p", "/shop/en/p/", "/en/nope", "/en/twice", "/en/odd", "/en/evil", "/en/boom", "/q"}, revalidate.OnlyGenerated())
	for i, want := range []struct {
		outcome  revalidate.NextOutcome
		requests int
		text     string
	}{
		{revalidate.NextAccepted, 1, ""},
		{revalidate.NextAccepted, 1, ""},
		{revalidate.NextNoPage, 1, `404: no such page: Failed to revalidate /en/nope/: Invalid response 404`},
		{revalidate.NextWrongPath, 1, `308`},
		{revalidate.NextUnexpected, 1, `Failed to revalidate /en/odd/: Internal: NoFallbackError`},
		{revalidate.NextUnexpected, 1, `"\x1b[31mred"`},
		{revalidate.NextFailed, 3, `500: the page could not be rendered`},
		{revalidate.NextAccepted, 1, ""}, // en
		{revalidate.NextAccepted, 1, ""}, // de
	} {
		got := results[i]
		if got.Outcome != want.outcome || got.Requests != want.requests || (got.Err != nil) != (want.text != "") {
			t.Errorf("%+v, want outcome %d after %d requests", got, want.outcome, want.requests)
		}
		if got.Err != nil && !strings.Contains(got.Err.Error(), want.text) {
			t.Errorf("%v does not say %q", got.Err, want.text)
		}
	}
	if err == nil {
		t.Error("no error")
	}
	if len(*requests) != 3 || !slices.Equal((*requests)[1].Paths, []string{"/en/boom/"}) || !*(*requests)[0].OnlyGenerated {
		t.Errorf("requests %+v", *requests)
	}
}

// Many paths go in batches.
func TestNextRouteBatches(t *testing.T) {
	t.Parallel()
	server, requests := newRoute(t, func(string) string { return "" })
	var paths []string
	for i := range 120 {
		paths = append(paths, fmt.Sprintf("/en/p/%d", i))
	}
	if _, err := newNext(t, routeConfig(server.URL)).RevalidateAll(t.Context(), append(paths, paths...)); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, r := range *requests {
		sizes = append(sizes, len(r.Paths))
		if *r.OnlyGenerated {
			t.Error("only generated")
		}
	}
	if !slices.Equal(sizes, []int{50, 50, 20}) {
		t.Errorf("batches of %v", sizes)
	}
}

// Answers that are not those of the documented handler are no success.
func TestNextRouteAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		status     int
		want       revalidate.NextOutcome
		requests   int
		text       string
	}{
		{"wrong secret", "", 401, revalidate.NextGuarded, 1, "401: not allowed; see NextConfig.Header for a guard, NextConfig.Secret for an API route: that is the answer of the route /shop/api/revalidate/"},
		{"no such route", "<html>", 404, revalidate.NextNoPage, 1, "that is the answer of the route"},
		{"other method", "", 405, revalidate.NextMethod, 1, "405"},
		{"broken route", "Internal Server Error", 500, revalidate.NextFailed, 3, "that is the answer of the route"},
		{"not JSON", "<html>", 200, revalidate.NextUnexpected, 1, "not that of the handler in the documentation"},
		{"empty", "", 200, revalidate.NextUnexpected, 1, "not that of the handler in the documentation"},
		{"nothing said", "{}", 200, revalidate.NextUnexpected, 1, "the route says nothing about it"},
		{"another path", `{"results":[{"path":"/q/"}]}`, 200, revalidate.NextUnexpected, 1, "the route says nothing about it"},
		{"too long", `{"results":[{"path":"` + strings.Repeat("x", 1<<20) + `"}]}`, 200, revalidate.NextUnexpected, 1, "longer than 1048576 bytes"},
		{"created", `{"results":[{"path":"/en/p/"}]}`, 201, revalidate.NextNotCached, 1, ""},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		t.Cleanup(server.Close)
		results, err := newNext(t, routeConfig(server.URL)).RevalidateAll(t.Context(), []string{"/en/p"})
		if got := results[0]; got.Outcome != c.want || got.Requests != c.requests {
			t.Errorf("%s: %+v", c.name, got)
		}
		if err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v does not say %q", c.name, err, c.text)
		}
	}
}

// An answer that breaks off is no answer.
func TestNextRouteBrokenAnswer(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte(`{"results":[{"path":"/en/p/"}]}`))
	}))
	t.Cleanup(server.Close)
	results, err := newNext(t, routeConfig(server.URL)).RevalidateAll(t.Context(), []string{"/en/p"})
	if err == nil || results[0].Outcome != revalidate.NextUnreachable || asked.Load() != 1 {
		t.Errorf("%+v, %v", results[0], err)
	}
	server.Close()
	if err := newNext(t, routeConfig(server.URL)).Revalidate(t.Context(), "/en/p"); err == nil {
		t.Error("a server that is down answers")
	}
	var typed *revalidate.NextError
	if !errors.As(err, &typed) || typed.Unwrap() == nil {
		t.Errorf("%v says nothing of the reason", err)
	}
}
