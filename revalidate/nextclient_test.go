package revalidate_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

const private = "private, no-cache, no-store, max-age=0, must-revalidate"

// Every answer that Next.js 16.4.6 was seen to give, and what is made of it.
func TestNextOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		onlyGenerated bool
		answer        frontAnswer
		want          revalidate.NextOutcome
		why           string // the error, or the end of it
	}{
		{"page", false, revalidated, revalidate.NextRefreshed, ""},
		{"page on Vercel", false, frontAnswer{200, map[string]string{"X-Vercel-Cache": "REVALIDATED"}}, revalidate.NextRefreshed, ""},
		{"page, header in lower case", false, frontAnswer{200, map[string]string{"X-Nextjs-Cache": "revalidated"}}, revalidate.NextRefreshed, ""},
		{"page with a Cache-Control of next.config.js", false, frontAnswer{200, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": "public, max-age=7"}}, revalidate.NextRefreshed, ""},
		{"page with a private Cache-Control of next.config.js", false, frontAnswer{200, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": "private, no-store"}}, revalidate.NextRefreshed, ""},
		{"notFound with a private Cache-Control of next.config.js", false, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": "private"}}, revalidate.NextRefreshedNotFound, ""},
		{"page, not modified", false, frontAnswer{304, map[string]string{"X-Nextjs-Cache": "REVALIDATED"}}, revalidate.NextRefreshed, ""},
		{"redirect", false, frontAnswer{307, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": "s-maxage=31536000", "Location": "/"}}, revalidate.NextRefreshedRedirect, ""},
		{"notFound", false, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": "s-maxage=31536000"}}, revalidate.NextRefreshedNotFound, ""},
		{"notFound, only generated", true, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": "s-maxage=31536000", "Content-Type": "text/html; charset=utf-8"}}, revalidate.NextRefreshedNotFound, ""},
		{"not generated", true, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "REVALIDATED"}}, revalidate.NextNotGenerated, ""},
		{"not generated, with a private Cache-Control of next.config.js", true, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": "private, no-store"}}, revalidate.NextNotGenerated, ""},
		{"not generated, App Router", true, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": private}}, revalidate.NextNotGenerated, ""},
		{"no such page beside an App Router", false, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": private}}, revalidate.NextNoPage, "404: no such page"},
		{"no such page beside an App Router, wrong id", false, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "HIT", "Cache-Control": private}}, revalidate.NextWrongID, ""},
		{"fallback shell", false, frontAnswer{200, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": private}}, revalidate.NextNotGenerated, ""},

		{"page without getStaticProps", false, frontAnswer{200, map[string]string{"Cache-Control": private}}, revalidate.NextNotCached, "200 but not a cached page: it has no getStaticProps, or the id is wrong and a proxy hides x-nextjs-cache"},
		{"hit", false, frontAnswer{200, map[string]string{"X-Nextjs-Cache": "HIT"}}, revalidate.NextWrongID, "wrong id: answered 200 from the cache (HIT); take previewModeId from the prerender-manifest.json of the build that runs"},
		{"miss", false, frontAnswer{200, map[string]string{"X-Nextjs-Cache": "MISS"}}, revalidate.NextWrongID, ""},
		{"cached notFound", false, frontAnswer{404, map[string]string{"X-Nextjs-Cache": "HIT"}}, revalidate.NextWrongID, ""},
		{"cached redirect", false, frontAnswer{307, map[string]string{"X-Nextjs-Cache": "STALE", "Location": "/"}}, revalidate.NextWrongID, ""},
		{"other trailing slash", false, frontAnswer{308, map[string]string{"Location": "/p/"}}, revalidate.NextWrongPath, "308: send /p/"},
		{"other trailing slash, with a query", false, frontAnswer{308, map[string]string{"Location": "/p/?a=1"}}, revalidate.NextWrongPath, "308: send /p/?a=1"},
		{"login", false, frontAnswer{307, map[string]string{"Location": "/login?next=/p"}}, revalidate.NextDiverted, "307: redirected to /login?next=/p; is there a guard before the front end? See NextConfig.Header"},
		{"another host", false, frontAnswer{301, map[string]string{"Location": "https://example.org/p"}}, revalidate.NextDiverted, ""},
		{"redirect to nowhere", false, frontAnswer{302, nil}, revalidate.NextDiverted, ""},
		{"no such page", false, frontAnswer{404, map[string]string{"Cache-Control": private}}, revalidate.NextNoPage, "404: no such page"},
		{"no such page, only generated", true, frontAnswer{404, map[string]string{"Cache-Control": private}}, revalidate.NextNoPage, "404: no such page"},
		{"guard", false, frontAnswer{401, nil}, revalidate.NextGuarded, "401: not allowed; see NextConfig.Header for a guard, NextConfig.Secret for an API route"},
		{"forbidden", false, frontAnswer{403, map[string]string{"X-Nextjs-Cache": "HIT"}}, revalidate.NextGuarded, ""},
		{"method", false, frontAnswer{405, nil}, revalidate.NextMethod, "405: the method is not allowed; is this a page of Next.js?"},
		{"broken page", false, frontAnswer{500, map[string]string{"Cache-Control": private}}, revalidate.NextFailed, "500: the page could not be rendered, the old one is kept"},
		{"broken page that says so", false, frontAnswer{500, map[string]string{"X-Nextjs-Cache": "REVALIDATED"}}, revalidate.NextFailed, ""},
		{"gateway", false, frontAnswer{502, nil}, revalidate.NextFailed, ""},
		{"malformed", false, frontAnswer{400, nil}, revalidate.NextUnexpected, "400: not an answer that Next.js gives"},
		{"teapot", false, frontAnswer{418, map[string]string{"X-Nextjs-Cache": "REVALIDATED"}}, revalidate.NextUnexpected, ""},
		{"too many", false, frontAnswer{429, nil}, revalidate.NextUnexpected, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			front := newFrontEnd(t, func(*http.Request) frontAnswer { return c.answer })
			client := newNext(t, revalidate.NextConfig{BaseURL: front.URL, Retries: revalidate.NoRetries})
			var options []revalidate.Option
			if c.onlyGenerated {
				options = append(options, revalidate.OnlyGenerated())
			}
			results, err := client.RevalidateAll(t.Context(), []string{"/p"}, options...)
			got := results[0]
			if got.Outcome != c.want || got.Status != c.answer.status || got.Requests != 1 || got.Path != "/p" || got.URL != front.URL+"/p" {
				t.Errorf("got %+v (%s), want outcome %d", got, got.Why(), c.want)
			}
			if (err == nil) != c.want.OK() || (err == nil) != (len(results.Failed()) == 0) {
				t.Errorf("error %v for %s", err, got.Why())
			}
			if c.why != "" && err.Error() != `revalidate: "/p": `+c.why {
				t.Errorf("error  %v\nwanted revalidate: \"/p\": %s", err, c.why)
			}
			var typed *revalidate.NextError
			if err != nil && (!errors.As(err, &typed) || typed.Result.Outcome != c.want) {
				t.Errorf("%v is no NextError of the outcome", err)
			}
			if got.Why() == "" || got.Duration <= 0 {
				t.Errorf("%+v says nothing", got)
			}
			if asked := front.requests(); !slices.Equal(asked, []string{"HEAD /p"}) {
				t.Errorf("asked %q", asked)
			}
			header := front.headers[0]
			if header.Get("X-Prerender-Revalidate") != nextID || (header.Get("X-Prerender-Revalidate-If-Generated") == "1") != c.onlyGenerated {
				t.Errorf("headers %v", header)
			}
		})
	}
}

// Each outcome has words of its own.
func TestNextWhy(t *testing.T) {
	t.Parallel()
	seen := map[string]revalidate.NextOutcome{}
	for outcome := revalidate.NextRefreshed; outcome <= revalidate.NextUnexpected; outcome++ {
		result := revalidate.NextResult{Outcome: outcome, Status: 299, Location: "/x\n", Cache: "HIT"}
		why := result.Why()
		if other, ok := seen[why]; ok || why == "" || strings.Contains(why, "\n") {
			t.Errorf("outcome %d says %q, as %d does", outcome, why, other)
		}
		seen[why] = outcome
	}
	if none := (revalidate.NextResult{}); none.Outcome.OK() {
		t.Error("no outcome is a success")
	}
}

// The pauses are real where no others are given, and end with the call.
func TestNextSleeps(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var asked int
	client, err := revalidate.NewNextClient(revalidate.NextConfig{
		BaseURL: "http://front.example", PreviewModeID: nextID, Backoff: time.Nanosecond, Retries: 3,
		HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if asked++; asked == 3 {
				cancel()
			}
			return answered(r, frontAnswer{status: 503}), nil
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	results, err := client.RevalidateAll(ctx, []string{"/p"})
	if asked != 3 || results[0].Outcome != revalidate.NextFailed || !errors.Is(err, context.Canceled) {
		t.Errorf("%d requests, %v", asked, err)
	}
	hour, err := revalidate.NewNextClient(revalidate.NextConfig{
		BaseURL: "http://front.example", PreviewModeID: nextID, Backoff: time.Hour, TotalTimeout: 10 * time.Millisecond,
		HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return answered(r, frontAnswer{status: 503}), nil
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	if results, err := hour.RevalidateAll(t.Context(), []string{"/p"}); results[0].Outcome != revalidate.NextFailed || results[0].Requests != 1 {
		t.Errorf("%+v, %v", results[0], err)
	}
}

// Which address a path becomes, for each shape of next.config.js.
func TestNextPaths(t *testing.T) {
	t.Parallel()
	plain := revalidate.NextConfig{}
	slash := revalidate.NextConfig{TrailingSlash: true}
	shop := revalidate.NextConfig{BasePath: "/shop"}
	two := revalidate.NextConfig{Locales: []string{"en", "de-AT"}}
	all := revalidate.NextConfig{BasePath: "/shop", Locales: []string{"en", "de"}, TrailingSlash: true}
	for _, c := range []struct {
		config revalidate.NextConfig
		path   string
		want   []string
	}{
		{plain, "/", []string{"/"}},
		{plain, "/p", []string{"/p"}},
		{plain, "/p/", []string{"/p"}},
		{plain, "/p?x=1", []string{"/p"}},
		{plain, "/p#frag?x", []string{"/p"}},
		{plain, "/?a#b", []string{"/"}},
		{plain, "/café", []string{"/caf%C3%A9"}},
		{plain, "/caf%C3%A9", []string{"/caf%C3%A9"}},
		{plain, "/caf%c3%a9", []string{"/caf%c3%a9"}},
		{plain, "/a b+c", []string{"/a%20b+c"}},
		{plain, "/a%2Fb", []string{"/a%2Fb"}},
		{plain, "/[slug]", []string{"/%5Bslug%5D"}},
		{plain, `/"<>^{|}` + "`", []string{"/%22%3C%3E%5E%7B%7C%7D%60"}},
		{plain, "/a:b@c!$&'()*,;=~._-", []string{"/a:b@c!$&'()*,;=~._-"}},
		{plain, "/@evil.example", []string{"/@evil.example"}},
		{plain, "/.well-known/...", []string{"/.well-known/..."}},
		{plain, "/%F0%9F%98%80", []string{"/%F0%9F%98%80"}},
		{plain, "/_next/data/build/p.json", []string{"/_next/data/build/p.json"}},
		{slash, "/", []string{"/"}},
		{slash, "/p", []string{"/p/"}},
		{slash, "/p/", []string{"/p/"}},
		{slash, "/a/b.txt", []string{"/a/b.txt"}},
		{slash, "/a.b/c", []string{"/a.b/c/"}},
		{slash, "/a.b/", []string{"/a.b"}},
		{shop, "/", []string{"/shop"}},
		{shop, "/p", []string{"/shop/p"}},
		{shop, "/shop", []string{"/shop"}},
		{shop, "/shop/", []string{"/shop"}},
		{shop, "/shop/p/", []string{"/shop/p"}},
		{shop, "/shopping", []string{"/shop/shopping"}},
		{two, "/", []string{"/en", "/de-AT"}},
		{two, "/p", []string{"/en/p", "/de-AT/p"}},
		{two, "/de-AT/p", []string{"/de-AT/p"}},
		{two, "/de-at/p", []string{"/de-at/p"}},
		{two, "/de/p", []string{"/en/de/p", "/de-AT/de/p"}},
		{all, "/", []string{"/shop/en/", "/shop/de/"}},
		{all, "/p", []string{"/shop/en/p/", "/shop/de/p/"}},
		{all, "/shop/de/p", []string{"/shop/de/p/"}},
		{all, "/de/a.b", []string{"/shop/de/a.b"}},
	} {
		var asked []string
		config := c.config
		config.BaseURL, config.Concurrency = "http://front.example", 1
		config.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.RequestURI())
			if r.URL.Host != "front.example" || r.Host != "front.example" {
				t.Errorf("%q goes to %s, for %s", c.path, r.URL.Host, r.Host)
			}
			return answered(r, revalidated), nil
		})}
		results, err := newNext(t, config).RevalidateAll(t.Context(), []string{c.path})
		if err != nil || !slices.Equal(asked, c.want) || len(results) != len(c.want) {
			t.Errorf("%+v: %q asks for %q, want %q; %v", c.config, c.path, asked, c.want, err)
		}
		for i, r := range results {
			if r.URL != "http://front.example"+c.want[i] || r.Path != c.path || (r.Locale != "") != (len(config.Locales) > 0) {
				t.Errorf("%q: result %+v", c.path, r)
			}
		}
	}
}

// answered makes a response without a network.
func answered(r *http.Request, a frontAnswer) *http.Response {
	header := make(http.Header)
	for name, value := range a.header {
		header.Set(name, value)
	}
	return &http.Response{StatusCode: a.status, Header: header, Body: http.NoBody, Request: r}
}

// Paths that could lead to another host, or to another page than they seem to,
// are refused before anything is sent (the class of CVE-2024-34351 and
// CVE-2025-57822: requests that a client steers).
func TestNextHostilePaths(t *testing.T) {
	t.Parallel()
	evil := newFrontEnd(t, func(*http.Request) frontAnswer { return revalidated })
	front := newFrontEnd(t, func(*http.Request) frontAnswer { return revalidated })
	client := newNext(t, revalidate.NextConfig{BaseURL: front.URL})
	host := strings.TrimPrefix(evil.URL, "http://")
	hostile := []string{
		"", " ", "p", "//" + host, "//" + host + "/p", "///" + host, "/\\" + host, "\\" + host, "\\\\" + host, "@" + host, "@" + host + "/p",
		evil.URL, evil.URL + "/p", "http:" + host, "https://user@" + host, ":80@" + host, ".evil.example", "?x", "#x", "javascript:alert(1)",
		"/\t/" + host, "/\n/" + host, "/p\r\nHost: " + host, "/p\x00", "/p\x7f", "/a//b", "/a/./b", "/a/../b", "/..", "/.", "/a/%2e%2e/b", "/%2E/b", "/a/.%2e",
		"/100%", "/%zz", "/%", "/%4", "/%ff", "/%C3", "/\xff", "/%ED%A0%80", "/%C0%AF", `/a\b`,
	}
	results, err := client.RevalidateAll(t.Context(), hostile)
	if err == nil || len(results) != len(hostile) {
		t.Fatalf("%d results, %v", len(results), err)
	}
	for i, r := range results {
		if r.Outcome != revalidate.NextBadPath || r.Err == nil || r.URL != "" || r.Requests != 0 || r.Path != hostile[i] {
			t.Errorf("%q: %+v", hostile[i], r)
		}
		if text := r.Err.Error(); strings.ContainsFunc(text, func(c rune) bool { return c < ' ' }) {
			t.Errorf("%q: the message has control characters: %s", hostile[i], text)
		}
	}
	if asked := append(front.requests(), evil.requests()...); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
	if _, ok := errors.AsType[*revalidate.InvalidPathError](results[0].Err); !ok {
		t.Errorf("no InvalidPathError in %v", results[0].Err)
	}
}

// A redirect to another host is reported, not followed: the secret stays here.
func TestNextFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	evil := newFrontEnd(t, func(*http.Request) frontAnswer { return revalidated })
	for _, status := range []int{301, 302, 303, 307, 308} {
		front := newFrontEnd(t, func(*http.Request) frontAnswer {
			return frontAnswer{status, map[string]string{"Location": evil.URL + "/p"}}
		})
		for _, given := range []*http.Client{nil, {}, {CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}} {
			for _, config := range []revalidate.NextConfig{{PreviewModeID: nextID}, {Route: "/api/revalidate", Secret: nextSecret}} {
				config.BaseURL, config.HTTPClient = front.URL, given
				results, err := newNext(t, config).RevalidateAll(t.Context(), []string{"/p"})
				if err == nil || results[0].Outcome != revalidate.NextDiverted || results[0].Location != evil.URL+"/p" {
					t.Errorf("%d: %+v", status, results[0])
				}
			}
		}
	}
	if asked := evil.requests(); len(asked) > 0 {
		t.Errorf("the other host was asked %q", asked)
	}
}

// The secret does not pass through the proxy of the environment, unless an
// HTTPClient is given that uses it. The environment is read once in a process, so
// this has one of its own.
func TestNextProxy(t *testing.T) {
	const inChild = "NEXT_TEST_PROXY"
	if os.Getenv(inChild) != "" {
		for _, given := range []*http.Client{nil, {}} {
			client := newNext(t, revalidate.NextConfig{
				BaseURL: "http://192.0.2.1", PreviewModeID: nextID, HTTPClient: given, // for documentation, RFC 5737
				Retries: revalidate.NoRetries, Timeout: 10 * time.Second, TotalTimeout: 10 * time.Second,
			})
			ctx, cancel := t.Context(), func() {}
			if given == nil { // nobody answers there
				ctx, cancel = context.WithTimeout(ctx, 300*time.Millisecond)
			}
			err := client.Revalidate(ctx, "/p")
			cancel()
			if (err == nil) != (given != nil) {
				t.Errorf("with the client %v: %v", given, err)
			}
		}
		return
	}
	t.Parallel()
	proxy := newFrontEnd(t, func(*http.Request) frontAnswer { return revalidated })
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNextProxy$") //nolint:gosec // this program
	child.Env = append(os.Environ(), inChild+"=1", "HTTP_PROXY="+proxy.URL, "http_proxy="+proxy.URL, "NO_PROXY=", "no_proxy=")
	if output, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
	if asked := proxy.requests(); len(asked) != 1 {
		t.Errorf("the proxy was asked %q, want one request of the client that uses it", asked)
	}
}

// After a deploy the id in the manifest is another one. It is read again when
// the old one is not taken, and the page is asked for once more.
func TestNextDeploy(t *testing.T) {
	t.Parallel()
	const second = "2967a57034e7a42dfc436b44843a5384"
	file := filepath.Join(t.TempDir(), "prerender-manifest.json")
	var running atomic.Value
	running.Store(nextID)
	front := newFrontEnd(t, func(r *http.Request) frontAnswer {
		id, _ := running.Load().(string)
		return takesID(r, id)
	})
	writeManifest(t, file, nextID)
	client := newNext(t, revalidate.NextConfig{BaseURL: front.URL, Manifest: file})
	for _, step := range []struct {
		name     string
		change   func()
		want     revalidate.NextOutcome
		requests int
	}{
		{"at first", func() {}, revalidate.NextRefreshed, 1},
		{"new build, old server", func() { writeManifest(t, file, second) }, revalidate.NextRefreshed, 1},
		{"new server", func() { running.Store(second) }, revalidate.NextRefreshed, 2},
		{"after that", func() {}, revalidate.NextRefreshed, 1},
		{"rolled back, the file not yet", func() { running.Store(nextID) }, revalidate.NextRefreshed, 2},
		{"after that", func() {}, revalidate.NextRefreshed, 1},
		{"file half written", func() {
			if err := os.WriteFile(file, []byte(`{"preview":{"pre`), 0o600); err != nil {
				t.Error(err)
			}
		}, revalidate.NextRefreshed, 1},
		{"server of the half written file", func() { running.Store("another id of 32 characters, new") }, revalidate.NextWrongID, 2},
		{"file away", func() {
			if err := os.Remove(file); err != nil {
				t.Error(err)
			}
		}, revalidate.NextWrongID, 2},
		{"file written", func() { writeManifest(t, file, second); running.Store(second) }, revalidate.NextRefreshed, 2},
	} {
		step.change()
		results, err := client.RevalidateAll(t.Context(), []string{"/p"})
		if got := results[0]; got.Outcome != step.want || got.Requests != step.requests {
			t.Errorf("%s: %+v, %v", step.name, got, err)
		}
	}
}

// A page that is not cached costs a look at the file, and a second request only
// if there is a new id.
func TestNextDeployOfUncachedPage(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "prerender-manifest.json")
	front := newFrontEnd(t, func(*http.Request) frontAnswer { return frontAnswer{status: 200} })
	writeManifest(t, file, nextID)
	client := newNext(t, revalidate.NextConfig{BaseURL: front.URL, Manifest: file})
	for _, want := range []int{1, 1} {
		results, _ := client.RevalidateAll(t.Context(), []string{"/p"})
		if results[0].Requests != want || results[0].Outcome != revalidate.NextNotCached {
			t.Errorf("%+v", results[0])
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := client.Revalidate(t.Context(), "/p"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("that the manifest is away is not said: %v", err)
	}
}

// 5xx and time-outs are tried again, after pauses that grow; nothing else is.
func TestNextRetries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		retries  int
		statuses []int // of the attempts; 0 is no answer in time, -1 no answer at all
		want     revalidate.NextOutcome
		requests int
	}{
		{"at once", 0, []int{200}, revalidate.NextRefreshed, 1},
		{"once broken", 0, []int{500, 200}, revalidate.NextRefreshed, 2},
		{"twice broken", 0, []int{502, 503, 200}, revalidate.NextRefreshed, 3},
		{"always broken", 0, []int{500, 500, 500, 200}, revalidate.NextFailed, 3},
		{"slow once", 0, []int{0, 200}, revalidate.NextRefreshed, 2},
		{"always slow", 0, []int{0, 0, 0, 200}, revalidate.NextTimedOut, 3},
		{"never again", revalidate.NoRetries, []int{500, 200}, revalidate.NextFailed, 1},
		{"seven times", 7, []int{500, 0, 500, 500, 500, 0, 500, 200}, revalidate.NextRefreshed, 8},
		{"no such page", 0, []int{404, 200}, revalidate.NextNoPage, 1},
		{"guard", 0, []int{401, 200}, revalidate.NextGuarded, 1},
		{"too many", 0, []int{429, 200}, revalidate.NextUnexpected, 1},
		{"nobody there", 0, []int{-1, 200}, revalidate.NextUnreachable, 1},
		{"broken, then gone", 0, []int{500, 404, 200}, revalidate.NextNoPage, 2},
	} {
		var attempt int
		var pauses []time.Duration
		client := newNext(t, revalidate.NextConfig{
			BaseURL: "http://front.example", Retries: c.retries, Timeout: time.Minute, Backoff: 100 * time.Millisecond,
			Sleep: func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil },
			HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				status := c.statuses[attempt]
				attempt++
				switch status {
				case 0:
					return nil, os.ErrDeadlineExceeded
				case -1:
					return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
				case 200:
					return answered(r, revalidated), nil
				}
				return answered(r, frontAnswer{status: status}), nil
			})},
		})
		results, _ := client.RevalidateAll(t.Context(), []string{"/p"})
		if got := results[0]; got.Outcome != c.want || got.Requests != c.requests || attempt != c.requests {
			t.Errorf("%s: %+v after %d requests", c.name, got, attempt)
		}
		if len(pauses) != c.requests-1 {
			t.Errorf("%s: %d pauses", c.name, len(pauses))
		}
		for i, pause := range pauses {
			if most := 100 * time.Millisecond << min(i, 5); pause < most/2 || pause > most {
				t.Errorf("%s: pause %d is %s, not between %s and %s", c.name, i, pause, most/2, most)
			}
		}
	}
}

// A front end that does not answer holds nobody longer than Timeout.
func TestNextTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	front := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(front.Close)
	t.Cleanup(func() { close(release) })
	client := newNext(t, revalidate.NextConfig{BaseURL: front.URL, Timeout: 20 * time.Millisecond, Retries: 1})
	results, err := client.RevalidateAll(t.Context(), []string{"/p"})
	if got := results[0]; got.Outcome != revalidate.NextTimedOut || got.Requests != 2 || got.Status != 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v", got, err)
	}
}

// The end of a call ends its requests and its pauses, and what was not asked
// for says so.
func TestNextEndOfTheCall(t *testing.T) {
	t.Parallel()
	gone := errors.New("the user has gone")
	for _, c := range []struct {
		name  string
		total time.Duration
		sleep func(context.Context, context.CancelCauseFunc) error
		want  error
	}{
		{"canceled", 0, func(_ context.Context, cancel context.CancelCauseFunc) error { cancel(gone); return gone }, gone},
		{"TotalTimeout", 20 * time.Millisecond, func(ctx context.Context, _ context.CancelCauseFunc) error { <-ctx.Done(); return ctx.Err() }, context.DeadlineExceeded},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		client := newNext(t, revalidate.NextConfig{
			BaseURL: "http://front.example", TotalTimeout: c.total, Concurrency: 1,
			Sleep: func(ctx context.Context, _ time.Duration) error { return c.sleep(ctx, cancel) },
			HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/slow" {
					return nil, os.ErrDeadlineExceeded
				}
				return answered(r, revalidated), nil
			})},
		})
		results, err := client.RevalidateAll(ctx, []string{"/good", "/slow", "/never"})
		cancel(nil)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		for i, want := range []revalidate.NextOutcome{revalidate.NextRefreshed, revalidate.NextCanceled, revalidate.NextCanceled} {
			if results[i].Outcome != want || results[i].Requests != []int{1, 1, 0}[i] {
				t.Errorf("%s: %+v", c.name, results[i])
			}
		}
	}
}

// A call that is over before it begins sends nothing; one that ends within a
// request ends that.
func TestNextCanceledContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var asked atomic.Int64
	client := newNext(t, revalidate.NextConfig{BaseURL: "http://front.example", HTTPClient: &http.Client{
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			asked.Add(1)
			cancel()
			return nil, r.Context().Err()
		}),
	}})
	if err := client.Revalidate(ctx, "/p"); !errors.Is(err, context.Canceled) || asked.Load() != 1 {
		t.Errorf("%v after %d requests", err, asked.Load())
	}
	if err := client.Revalidate(ctx, "/p"); !errors.Is(err, context.Canceled) || asked.Load() != 1 {
		t.Errorf("%v after %d requests", err, asked.Load())
	}
}

// Pages are asked for some at a time, equal ones once, and the results are in
// the order of the paths.
func TestNextMany(t *testing.T) {
	t.Parallel()
	const most = 3
	var running, peak, total atomic.Int64
	gate := make(chan struct{})
	client := newNext(t, revalidate.NextConfig{
		BaseURL: "http://front.example", Concurrency: most, Locales: []string{"en", "de"}, Retries: revalidate.NoRetries,
		HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			now := running.Add(1)
			defer running.Add(-1)
			for old := peak.Load(); now > old; old = peak.Load() {
				peak.CompareAndSwap(old, now)
			}
			if total.Add(1) == most {
				close(gate) // all places are taken at the same time
			}
			<-gate
			if strings.HasSuffix(r.URL.Path, "/bad") {
				return answered(r, frontAnswer{status: 500}), nil
			}
			return answered(r, revalidated), nil
		})},
	})
	var paths []string
	for i := range 10 {
		paths = append(paths, fmt.Sprintf("/p/%d", i), fmt.Sprintf("/p/%d/?again", i))
	}
	paths = append(paths, "/bad", "no path", "/de/p/0")
	results, err := client.RevalidateAll(t.Context(), paths)
	if err == nil || peak.Load() != most || total.Load() != 22 {
		t.Errorf("%d at a time, %d in all, %v", peak.Load(), total.Load(), err)
	}
	if len(results) != 20*2+2+1+1 || len(results.Failed()) != 3 {
		t.Fatalf("%d results, %d failed", len(results), len(results.Failed()))
	}
	for i, r := range results[:40] {
		if r.Path != paths[i/2] || r.Locale != []string{"en", "de"}[i%2] || r.Outcome != revalidate.NextRefreshed {
			t.Errorf("result %d: %+v", i, r)
		}
	}
	if last := results[43]; last.Path != "/de/p/0" || last.Locale != "de" || last.URL != results[1].URL {
		t.Errorf("%+v", last)
	}
	if text := err.Error(); !strings.Contains(text, `revalidate: "/bad" (de): 500`) || !strings.Contains(text, `revalidate: "no path": not a path`) {
		t.Errorf("error %s", text)
	}
	if results, err := client.RevalidateAll(t.Context(), nil); err != nil || len(results) != 0 {
		t.Errorf("no paths: %v, %v", results, err)
	}
}

// A connection serves one call after another, even if answers come with a body
// that they should not have. It need not be the same to the end: net/http gives
// one up whose own goroutine does not get to run within 50 milliseconds of the
// answer (maxWriteWaitBeforeConnReuse), which happens on a busy machine.
func TestNextReusesConnections(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]revalidate.NextConfig{
		"pages": {PreviewModeID: nextID}, "route": {Route: "/api/revalidate", Secret: nextSecret},
	} {
		var connections atomic.Int64
		front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(make([]byte, 100<<10))
		}))
		front.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				connections.Add(1)
			}
		}
		front.Start()
		t.Cleanup(front.Close)
		config.BaseURL, config.Concurrency = front.URL, 1
		client := newNext(t, config)
		const calls = 20
		for i := range calls {
			if err := client.Revalidate(t.Context(), fmt.Sprintf("/p/%d", i)); err == nil {
				t.Error("404 is a success")
			}
		}
		if n := connections.Load(); n > calls/2 {
			t.Errorf("%s: %d connections for %d calls", name, n, calls)
		}
	}
}

// The user's headers go with every request, the user's map stays his own.
func TestNextHeader(t *testing.T) {
	t.Parallel()
	front := newFrontEnd(t, func(r *http.Request) frontAnswer {
		if r.Header.Get("X-Vercel-Protection-Bypass") != "let me in" {
			return frontAnswer{status: http.StatusUnauthorized}
		}
		return takesID(r, nextID)
	})
	header := http.Header{"x-vercel-protection-bypass": {"let me in"}, "Accept-Language": {"en", "de"}}
	client := newNext(t, revalidate.NextConfig{BaseURL: front.URL + "/", Header: header})
	header.Set("X-Vercel-Protection-Bypass", "changed")
	delete(header, "x-vercel-protection-bypass")
	if err := client.Revalidate(t.Context(), "/p"); err != nil {
		t.Error(err)
	}
	if got := front.headers[0]["Accept-Language"]; !slices.Equal(got, []string{"en", "de"}) {
		t.Errorf("Accept-Language %q", got)
	}
}

// One client may be used from everywhere at once.
func TestNextConcurrentUse(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "prerender-manifest.json")
	writeManifest(t, file, nextID)
	var running atomic.Value
	running.Store(nextID)
	front := newFrontEnd(t, func(r *http.Request) frontAnswer {
		id, _ := running.Load().(string)
		return takesID(r, id)
	})
	client := newNext(t, revalidate.NextConfig{BaseURL: front.URL, Manifest: file})
	const second = "2967a57034e7a42dfc436b44843a5384"
	var group sync.WaitGroup
	for i := range 20 {
		if i == 10 {
			writeManifest(t, file, second)
			running.Store(second)
		}
		group.Go(func() {
			if err := client.Revalidate(t.Context(), fmt.Sprintf("/p/%d", i)); err != nil && i >= 10 {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// Neither a result nor an error shows a secret.
func TestNextKeepsSecrets(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"no answer": func(r *http.Request) (*http.Response, error) { return nil, fmt.Errorf("cannot %s %s", r.Method, r.URL) },
		"broken":    func(r *http.Request) (*http.Response, error) { return answered(r, frontAnswer{status: 500}), nil },
		"wrong id": func(r *http.Request) (*http.Response, error) {
			return answered(r, frontAnswer{200, map[string]string{"X-Nextjs-Cache": "HIT\x1b[31m"}}), nil
		},
	} {
		for _, config := range []revalidate.NextConfig{{PreviewModeID: nextID}, {Route: "/api/revalidate", Secret: nextSecret}} {
			config.BaseURL, config.HTTPClient = "http://front.example", &http.Client{Transport: roundTrip(answer)}
			results, err := newNext(t, config).RevalidateAll(t.Context(), []string{"/p"})
			text := fmt.Sprintf("%v %+v", err, results)
			if err == nil || strings.Contains(text, nextID) || strings.Contains(text, nextSecret) {
				t.Errorf("%s: %s", name, text)
			}
			if strings.Contains(err.Error(), "\x1b") {
				t.Errorf("%s: the message has control characters: %q", name, err)
			}
		}
	}
}

// Any path is refused, or asks the front end for a page whose address, as a
// path, asks for the same.
func FuzzNextPath(f *testing.F) {
	for _, path := range []string{"/", "/p", "/p/", "/café", "/a%2Fb", "//evil", "/\\evil", "@evil", "/a/../b", "/%zz", "/shop/p", "/de/p", "/a b?c#d", "/a.b"} {
		f.Add(path)
	}
	var asked []string
	config := revalidate.NextConfig{
		BaseURL: "http://front.example", PreviewModeID: nextID, BasePath: "/shop", Locales: []string{"en", "de"}, TrailingSlash: true, Concurrency: 1,
		HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.String())
			return answered(r, revalidated), nil
		})},
	}
	client, err := revalidate.NewNextClient(config)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		asked = nil
		results, err := client.RevalidateAll(t.Context(), []string{path})
		if err != nil {
			if len(asked) > 0 || results[0].Outcome != revalidate.NextBadPath {
				t.Errorf("%q: %v, asked %q", path, err, asked)
			}
			return
		}
		first := asked
		for i, address := range first {
			// Next.js finds a locale in any case, and so does the client: "/dE" is a page in German.
			const start = "http://front.example/shop/"
			locale := results[i].Locale
			if results[i].URL != address || !strings.HasPrefix(address, start) || len(address) < len(start+locale) || !strings.EqualFold(address[len(start):len(start+locale)], locale) {
				t.Errorf("%q asks for %q, result %+v", path, address, results[i])
			}
			asked = nil
			again, err := client.RevalidateAll(t.Context(), []string{strings.TrimPrefix(address, "http://front.example")})
			if err != nil || len(asked) != 1 || asked[0] != address {
				t.Errorf("%q asks for %q, which asks for %q: %v, %v", path, address, asked, again, err)
			}
		}
	})
}
