//go:build unix

package revalidate_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Against a real Next.js, built and started by the test.
func TestNextLive(t *testing.T) {
	prepareFront(t)
	front := startFront(t, ".next")
	shop := startFront(t, ".next-shop", "FRONT=shop")
	t.Run("outcomes", func(t *testing.T) { liveOutcomes(t, front) })
	t.Run("fresh", func(t *testing.T) { liveFresh(t, front) })
	t.Run("broken page", func(t *testing.T) { liveBroken(t, front) })
	t.Run("route", func(t *testing.T) { liveRoute(t, shop) })
	t.Run("shop", func(t *testing.T) { liveShop(t, shop) })
	t.Run("draft cookies", func(t *testing.T) { liveDraftCookies(t, front) })
	t.Run("draft mode", func(t *testing.T) { liveDraftMode(t, front) })
	t.Run("preview data", func(t *testing.T) { livePreviewData(t, front) })
	t.Run("deploy", func(t *testing.T) { liveDeploy(t, front) }) // last: it changes the keys
}

func liveOutcomes(t *testing.T, front *realFront) {
	t.Helper()
	right := newNext(t, revalidate.NextConfig{BaseURL: front.url, Manifest: front.manifest()})
	wrong := newNext(t, revalidate.NextConfig{BaseURL: front.url, PreviewModeID: strings.Repeat("f", 32)})
	only := []revalidate.Option{revalidate.OnlyGenerated()}
	for _, c := range []struct {
		client  *revalidate.NextClient
		path    string
		options []revalidate.Option
		want    revalidate.NextOutcome
	}{
		{right, "/", nil, revalidate.NextRefreshed},
		{right, "/p/built", nil, revalidate.NextRefreshed},
		{right, "/p/built/", nil, revalidate.NextRefreshed},
		{right, "/p/built?x=1#y", nil, revalidate.NextRefreshed},
		{right, "/p/private", only, revalidate.NextNotGenerated},
		{right, "/p/private", nil, revalidate.NextRefreshed},
		{right, "/p/private", only, revalidate.NextRefreshed},
		{wrong, "/p/private", nil, revalidate.NextWrongID},
		{right, "/p/never", only, revalidate.NextNotGenerated},
		{right, "/p/new", nil, revalidate.NextRefreshed},
		{right, "/p/new", only, revalidate.NextRefreshed},
		{right, "/p/gone", nil, revalidate.NextRefreshedNotFound},
		{right, "/p/gone", only, revalidate.NextRefreshedNotFound},
		{right, "/p/away", nil, revalidate.NextRefreshedRedirect},
		{right, "/p/café", nil, revalidate.NextRefreshed},
		{right, "/p/caf%C3%A9", only, revalidate.NextRefreshed},
		{right, "/p/a b", nil, revalidate.NextRefreshed},
		{right, "/p/a%2Fb", nil, revalidate.NextRefreshed},
		{right, "/p/[slug]", nil, revalidate.NextRefreshed},
		{right, `/p/"<>^{|}`, nil, revalidate.NextRefreshed},
		{right, "/fixed/listed", nil, revalidate.NextRefreshed},
		{right, "/fixed/nope", nil, revalidate.NextNoPage},
		{right, "/shell/a", nil, revalidate.NextNotGenerated},
		{right, "/ssr", nil, revalidate.NextNotCached},
		{right, "/still", nil, revalidate.NextNotCached},
		{right, "/api/state", nil, revalidate.NextNotCached},
		{right, "/nope", nil, revalidate.NextNoPage},
		{right, "/index", nil, revalidate.NextNoPage},
		{wrong, "/p/built", nil, revalidate.NextWrongID},
		{wrong, "/p/gone", nil, revalidate.NextWrongID},
		{wrong, "/p/away", nil, revalidate.NextWrongID},
		{wrong, "/p/missed", nil, revalidate.NextWrongID},
		{wrong, "/ssr", nil, revalidate.NextNotCached},
		{wrong, "/nope", nil, revalidate.NextNoPage},
	} {
		results, err := c.client.RevalidateAll(t.Context(), []string{c.path}, c.options...)
		if results[0].Outcome != c.want || (err == nil) != c.want.OK() {
			t.Errorf("%s: %s (%d), want %d; %v", c.path, results[0].Why(), results[0].Outcome, c.want, err)
		}
	}
}

// After the call the next visitor has the new page, from the cache.
func liveFresh(t *testing.T, front *realFront) {
	t.Helper()
	client := newNext(t, revalidate.NextConfig{BaseURL: front.url, Manifest: front.manifest()})
	for _, path := range []string{"/p/built", "/p/fresh-1", "/p/für dich", "/"} {
		escaped := strings.ReplaceAll(path, " ", "%20")
		_, before := front.page(t, escaped, "")
		if err := client.Revalidate(t.Context(), path); err != nil {
			t.Error(err)
		}
		response, after := front.page(t, escaped, "")
		if after.N != before.N+1 || response.Header.Get("X-Nextjs-Cache") != "HIT" {
			t.Errorf("%s: %+v, then %+v, %v", path, before, after, response.Header)
		}
	}
}

// A page that cannot be rendered stays as it was.
func liveBroken(t *testing.T, front *realFront) {
	t.Helper()
	client := newNext(t, revalidate.NextConfig{BaseURL: front.url, Manifest: front.manifest(), Retries: 1})
	_, before := front.page(t, "/p/flaky", "")
	front.call(t, http.MethodGet, "/api/state?broken=flaky", "", "")
	results, err := client.RevalidateAll(t.Context(), []string{"/p/flaky", "/p/built"})
	if results[0].Outcome != revalidate.NextFailed || results[0].Requests != 2 || results[1].Outcome != revalidate.NextRefreshed {
		t.Errorf("%v", err)
	}
	front.call(t, http.MethodGet, "/api/state", "", "")
	if _, after := front.page(t, "/p/flaky", ""); after.N != before.N {
		t.Errorf("%+v, then %+v", before, after)
	}
}

// The documented API route, with the secret and without.
func liveRoute(t *testing.T, shop *realFront) {
	t.Helper()
	config := routeConfig(shop.url)
	client := newNext(t, config)
	_, before := shop.page(t, "/shop/de/p/routed/", "")
	results, err := client.RevalidateAll(t.Context(), []string{"/p/routed", "/en/nope", "/shop/en/p/built/", "/ssr"})
	for i, want := range []revalidate.NextOutcome{
		revalidate.NextAccepted, revalidate.NextAccepted, revalidate.NextNoPage, revalidate.NextAccepted, revalidate.NextAccepted, revalidate.NextAccepted,
	} {
		if results[i].Outcome != want {
			t.Errorf("%s %s: %s", results[i].Path, results[i].Locale, results[i].Why())
		}
	}
	if err == nil || !strings.Contains(err.Error(), "Failed to revalidate /en/nope/: Invalid response 404") {
		t.Errorf("error %v", err)
	}
	if _, after := shop.page(t, "/shop/de/p/routed/", ""); after.N != before.N+1 {
		t.Errorf("%+v, then %+v", before, after)
	}
	config.Secret = nextSecret + "x"
	results, _ = newNext(t, config).RevalidateAll(t.Context(), []string{"/en/p/built"})
	if results[0].Outcome != revalidate.NextGuarded || results[0].Status != http.StatusUnauthorized {
		t.Errorf("with a wrong secret: %+v", results[0])
	}
	config.Secret, config.TrailingSlash = nextSecret, false
	results, _ = newNext(t, config).RevalidateAll(t.Context(), []string{"/en/p/built"})
	if results[0].Outcome != revalidate.NextWrongPath || results[0].Location != "/shop/api/revalidate/" {
		t.Errorf("with a wrong path: %+v", results[0])
	}
}

// basePath, locales and trailing slash.
func liveShop(t *testing.T, shop *realFront) {
	t.Helper()
	config := revalidate.NextConfig{BaseURL: shop.url, Manifest: shop.manifest(), BasePath: "/shop", Locales: []string{"en", "de"}, TrailingSlash: true}
	client := newNext(t, config)
	paths := []string{"/", "/p/built", "/shop/de/p/one", "/p/a.b", "/DE/p/two"}
	results, err := client.RevalidateAll(t.Context(), paths)
	if err != nil || len(results) != 8 {
		t.Errorf("%d results: %v", len(results), err)
	}
	_, counts := shop.call(t, http.MethodGet, "/shop/api/state/", "", "")
	for _, name := range []string{`"en/index":1`, `"de/index":1`, `"de/one":1`, `"en/a.b":1`, `"de/a.b":1`, `"de/two":1`} {
		if !strings.Contains(counts, name) {
			t.Errorf("not rendered: %s in %s", name, counts)
		}
	}
	_, before := shop.page(t, "/shop/p/built/", "") // the default locale
	if err := client.Revalidate(t.Context(), "/en/p/built"); err != nil {
		t.Error(err)
	}
	if _, after := shop.page(t, "/shop/p/built/", ""); after.N != before.N+1 {
		t.Errorf("the page of the default locale: %+v, then %+v", before, after)
	}
	config.TrailingSlash = false
	err = newNext(t, config).Revalidate(t.Context(), "/de/p/one")
	if err == nil || err.Error() != `revalidate: "/de/p/one" (de): 308: send /shop/de/p/one/` {
		t.Errorf("without the slash: %v", err)
	}
}

// A deploy makes other keys: the client reads them again by itself.
func liveDeploy(t *testing.T, front *realFront) {
	t.Helper()
	client := newNext(t, revalidate.NextConfig{BaseURL: front.url, Manifest: front.manifest()})
	id, signing := front.keys(t)
	replace := strings.NewReplacer(id, strings.Repeat("0123456789abcdef", 2), signing, strings.Repeat("5", 64))
	for _, step := range []struct {
		name     string
		change   func()
		requests int
	}{
		{"before", func() {}, 1},
		{"new files, old server", func() { front.deploy(t, replace.Replace) }, 1},
		{"new server", func() { front.stop(); front.start(t) }, 2},
		{"after", func() {}, 1},
	} {
		step.change()
		results, err := client.RevalidateAll(t.Context(), []string{"/p/built"})
		if err != nil || results[0].Requests != step.requests {
			t.Errorf("%s: %+v, %v", step.name, results[0], err)
		}
	}
}

// liveDraft returns a draft mode with the keys of the front end.
func liveDraft(t *testing.T, front *realFront) *revalidate.Draft {
	t.Helper()
	draft, err := revalidate.NewDraft(revalidate.DraftConfig{Manifest: front.manifest()})
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

// Both sides write the same lines.
func liveDraftCookies(t *testing.T, front *realFront) {
	t.Helper()
	draft := liveDraft(t, front)
	id, _ := front.keys(t)
	in := "__prerender_bypass=" + id
	for _, c := range []struct {
		method, path, cookie string
		handler              gin.HandlerFunc
	}{
		{http.MethodGet, "/api/draft?enable=1", "", draft.Enable},
		{http.MethodGet, "/api/draft?enable=0", in, draft.Disable},
		{http.MethodDelete, "/api/preview", "", func(c *gin.Context) { _ = draft.ClearPreviewData(c) }},
		{http.MethodDelete, "/api/preview?path=/blog", in, func(c *gin.Context) { _ = draft.ClearPreviewData(c, revalidate.PreviewPath("/blog")) }},
		{http.MethodGet, "/api/draft", "__prerender_bypass=wrong", func(c *gin.Context) { draft.Enabled(c) }},
		{http.MethodGet, "/api/draft", "__next_preview_data=x", func(c *gin.Context) { draft.Enabled(c) }},
		{http.MethodGet, "/api/draft", in, func(c *gin.Context) { draft.Enabled(c) }},
		{http.MethodGet, "/api/draft", in + "; __next_preview_data=x", func(c *gin.Context) { draft.Enabled(c) }},
		{http.MethodGet, "/api/draft", "__prerender_bypass=", func(c *gin.Context) { draft.Enabled(c) }},
		{http.MethodGet, "/p/built", "__prerender_bypass=wrong", func(c *gin.Context) { draft.Enabled(c) }},
		{http.MethodGet, "/p/built", in, func(c *gin.Context) { draft.Enabled(c) }},
	} {
		response, _ := front.call(t, c.method, c.path, c.cookie, "")
		want, got := response.Header["Set-Cookie"], visit(c.cookie, c.handler).Header["Set-Cookie"]
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s %s with %q:\n%q, Next.js writes\n%q", c.method, c.path, c.cookie, got, want)
		}
	}
}

// A session that one side begins is one on the other side.
func liveDraftMode(t *testing.T, front *realFront) {
	t.Helper()
	draft := liveDraft(t, front)
	ours := cookiesOf(visit("", draft.Enable))
	_, seen := front.call(t, http.MethodGet, "/api/draft", ours, "")
	if want := `{"draftMode":true,"preview":true,"previewData":{}}`; seen != want {
		t.Errorf("Next.js reads %s, want %s", seen, want)
	}
	response, props := front.page(t, "/p/built", ours)
	if props.DraftMode == nil || !*props.DraftMode || response.Header.Get("Cache-Control") != private {
		t.Errorf("page %+v, %v", props, response.Header)
	}
	signed, err := revalidate.NewDraft(revalidate.DraftConfig{Manifest: front.manifest(), Signed: true, MaxAge: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if _, props := front.page(t, "/p/built", cookiesOf(visit("", signed.Enable))); props.DraftMode == nil || !*props.DraftMode {
		t.Errorf("a signed session: page %+v", props)
	}
	response, _ = front.call(t, http.MethodGet, "/api/draft?enable=1", "", "")
	theirs := cookiesOf(response)
	visit(theirs, func(c *gin.Context) {
		if !draft.Enabled(c) || signed.Enabled(c) {
			t.Errorf("the session of Next.js: %+v, where it must be signed: %+v", draft.State(c), signed.State(c))
		}
	})
}

// Data that one side writes is read on the other side.
func livePreviewData(t *testing.T, front *realFront) {
	t.Helper()
	draft := liveDraft(t, front)
	for _, data := range []any{map[string]any{"a": 1.0, "b": "é<&>\u2028😀", "n": nil}, []any{}, []any{1.5}, "s", map[string]any{}, true, 0.0} {
		ours := cookiesOf(visit("", func(c *gin.Context) {
			if err := draft.SetPreviewData(c, data, revalidate.PreviewMaxAge(time.Minute)); err != nil {
				t.Error(err)
			}
		}))
		_, props := front.page(t, "/p/built", ours)
		if !reflect.DeepEqual(props.PreviewData, data) || props.DraftMode == nil {
			t.Errorf("written here: %v, Next.js reads %v", data, props.PreviewData)
		}
		text := mustJSON(t, data)
		response, _ := front.call(t, http.MethodPost, "/api/preview?maxAge=60", "", text)
		visit(cookiesOf(response), func(c *gin.Context) {
			if got, on := draft.PreviewData(c); !on || !reflect.DeepEqual(got, data) {
				t.Errorf("written by Next.js: %s, read here: %v, %t", text, got, on)
			}
		})
	}
	// Keys of two builds: Next.js answers 500, here the cookies are dropped.
	id, signing := front.keys(t)
	mixed := revalidate.MustDraft(revalidate.DraftConfig{ID: id, SigningKey: signing, EncryptionKey: strings.Repeat("0", 64)})
	cookie := cookiesOf(visit("", func(c *gin.Context) { _ = mixed.SetPreviewData(c, 1) }))
	if response, _ := front.call(t, http.MethodGet, "/p/built", cookie, ""); response.StatusCode != http.StatusInternalServerError {
		t.Errorf("Next.js answers %d", response.StatusCode)
	}
	visit(cookie, func(c *gin.Context) {
		if s := draft.State(c); s.Enabled || !errors.As(s.Err, new(*revalidate.DraftCookieError)) || len(c.Writer.Header()["Set-Cookie"]) != 2 {
			t.Errorf("%+v, %v", s, c.Writer.Header())
		}
	})
	// The longest text that fits is the same on both sides.
	for size, fits := range map[int]bool{625: true, 626: false} {
		response, _ := front.call(t, http.MethodPost, "/api/preview", "", fmt.Sprintf("%q", strings.Repeat("x", size)))
		if (response.StatusCode == http.StatusOK) != fits {
			t.Errorf("%d characters: Next.js answers %d", size, response.StatusCode)
		}
	}
}
