package browser_test

import (
	"fmt"
	"html"
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/conformance/browser"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

const published, draft = "published", "draft"

// newSite has a post that says whether the visitor is in draft mode, and tells
// the page around it, if it is in a frame.
func newSite(config revalidate.DraftConfig) *gin.Engine {
	mode := revalidate.MustDraft(config)
	r := gin.New()
	r.GET("/api/draft", func(c *gin.Context) {
		mode.Enable(c)
		_ = revalidate.RedirectLocal(c, http.StatusTemporaryRedirect, "/post")
	})
	r.GET("/api/leave", func(c *gin.Context) {
		mode.Disable(c)
		_ = revalidate.RedirectLocal(c, http.StatusTemporaryRedirect, "/post")
	})
	r.GET("/post", func(c *gin.Context) {
		state := published
		if mode.Enabled(c) {
			state = draft
		}
		c.Data(http.StatusOK, "text/html; charset=utf-8", fmt.Appendf(nil, `<!doctype html><html lang="en"><title>post</title>
<h1>%s</h1><script>parent.postMessage(document.querySelector('h1').textContent, '*')</script>`, state))
	})
	return r
}

// cms is a page that shows the address in its query in a frame, and what the
// frame says of itself.
var cms = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><title>frame</title><h1></h1>
<script>addEventListener('message', (event) => { document.querySelector('h1').textContent = event.data })</script>
<iframe src="%s"></iframe>`, html.EscapeString(r.URL.Query().Get("show")))
})

// A CMS shows the site in a frame and begins a draft session there. Whether the
// browser keeps its cookie depends on the attributes and on what the user
// allows; whether others see the draft must not depend on luck.
func TestDraftModeInAFrame(t *testing.T) {
	around := serveTLS(t, cms)
	lasting := revalidate.DraftConfig{Partitioned: true, Signed: true, MaxAge: time.Hour}
	for cookies, tests := range map[browser.Cookies][]struct {
		name               string
		config             revalidate.DraftConfig
		frame, other, site string // in the frame, in that of another site, and on the site itself
	}{
		browser.ThirdParty: {
			{"none", revalidate.DraftConfig{}, draft, draft, draft},
			{"partitioned", revalidate.DraftConfig{Partitioned: true}, draft, published, published},
			{"lax", revalidate.DraftConfig{SameSite: http.SameSiteLaxMode}, published, published, published},
			{"strict", revalidate.DraftConfig{SameSite: http.SameSiteStrictMode}, published, published, published},
		},
		browser.FirstParty: {
			{"none", revalidate.DraftConfig{}, published, published, published},
			{"partitioned", revalidate.DraftConfig{Partitioned: true}, draft, published, published},
			{"partitioned and signed", lasting, draft, published, published},
		},
	} {
		b := browser.Start(t, cookies)
		for _, test := range tests {
			site := serveTLS(t, newSite(test.config))
			p := b.Open(t, "about:blank")
			inFrame := func(host, path string) string {
				t.Helper()
				p.Go(around.at(host) + "/?show=" + site.at("blog.test") + path)
				p.Wait(`document.querySelector('h1').textContent`)
				return p.Text("h1")
			}
			begun := inFrame("cms.test", "/api/draft")
			kept := inFrame("cms.test", "/post")
			other := inFrame("other.test", "/post")
			p.Go(site.at("blog.test") + "/post")
			if alone := p.Text("h1"); begun != test.frame || kept != test.frame || other != test.other || alone != test.site {
				t.Errorf("%s, %s: got %s, %s in the frame, %s in another one, %s without", test.name, cookies, begun, kept, other, alone)
			}
			if left := inFrame("cms.test", "/api/leave"); left != published {
				t.Errorf("%s, %s: %s after leaving", test.name, cookies, left)
			}
			if left := inFrame("cms.test", "/post"); left != published {
				t.Errorf("%s, %s: %s a page after leaving", test.name, cookies, left)
			}
		}
	}
}

// On the site itself, with and without https.
func TestDraftMode(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	secure := serveTLS(t, newSite(revalidate.DraftConfig{}))
	lax := serveTLS(t, newSite(revalidate.DraftConfig{SameSite: http.SameSiteLaxMode, Partitioned: true}))
	local := serve(t, newSite(revalidate.DraftConfig{Insecure: true}))
	plain := serve(t, newSite(revalidate.DraftConfig{}))
	for site, want := range map[string]string{
		secure.at("blog.test"): draft,
		lax.at("blog.test"):    draft,
		local.at("localhost"):  draft,
		local.at("blog.test"):  draft,
		plain.at("localhost"):  draft,     // Chromium takes it for secure
		plain.at("blog.test"):  published, // Secure keeps the cookie off plain http
	} {
		p := b.Open(t, site+"/api/draft")
		begun := p.Text("h1")
		p.Go(site + "/post")
		kept := p.Text("h1")
		if script := browser.Eval[string](p, `document.cookie`); script != "" {
			t.Errorf("%s: a script reads %q", site, script)
		}
		p.Go(site + "/api/leave")
		left := p.Text("h1")
		if begun != want || kept != want || left != published {
			t.Errorf("%s: got %s, %s, and %s after leaving; want %s", site, begun, kept, left, want)
		}
	}
}
