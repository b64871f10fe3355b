package browser_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/conformance/browser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// newAPI has a policy for all its routes.
func newAPI(policy middleware.Policy) *gin.Engine {
	engine := gin.New()
	engine.Use(gin.Recovery())
	r := middleware.Routes(engine)
	r.Use(middleware.Must(middleware.Config{SizeLimit: "1kb", CORS: &policy}))
	r.Any("/hello", func(c *gin.Context) {
		c.Header("X-Shown", "1")
		c.Header("X-Hidden", "2")
		c.String(http.StatusOK, c.Request.Method)
	})
	r.GET("/panic", func(*gin.Context) { panic("no") })
	r.GET("/error", apiroutes.HandlerE(func(*apiroutes.Request, *apiroutes.Response) error { return errors.New("no") }))
	r.GET("/moved", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect("/hello") }))
	r.GET("/kept", func(c *gin.Context) {
		c.Header("Cache-Control", "max-age=60")
		c.String(http.StatusOK, "kept")
	})
	return engine
}

const jsonPUT = `{ method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{}' }`

// What a script comes to, why the browser refuses it, and what reached the
// server: a refused preflight keeps the request from being sent, and a request
// that needs none is carried out whoever asks.
func TestCORS(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	site := serve(t, blank)
	api := serve(t, newAPI(middleware.Policy{
		Origins:        []string{site.at("app.test")},
		Methods:        []string{"GET", "PUT"},
		Headers:        []string{"Content-Type", "X-Token"},
		ExposedHeaders: []string{"X-Shown"},
	}))
	const (
		app, other  = "app.test", "other.test"
		noOrigin    = "MissingAllowOriginHeader"
		noPreflight = "PreflightMissingAllowOriginHeader"
		large       = `{ method: 'PUT', body: 'x'.repeat(2000) }`
	)
	for _, test := range []struct {
		name, page, path, init string
		want, reason           string
		asked                  string
	}{
		{"simple", app, "/hello", `{}`, "200 GET", "", "GET /hello"},
		{"simple POST", app, "/hello", `{ method: 'POST', body: 'a=1' }`, "200 POST", "", "POST /hello"},
		{"PUT", app, "/hello", `{ method: 'PUT' }`, "200 PUT", "", "OPTIONS /hello, PUT /hello"},
		{"JSON", app, "/hello", jsonPUT, "200 PUT", "", "OPTIONS /hello, PUT /hello"},
		{"a header", app, "/hello", `{ headers: { 'X-Token': '1' } }`, "200 GET", "", "OPTIONS /hello, GET /hello"},
		{"a redirect", app, "/moved", `{}`, "200 GET", "", "GET /moved, GET /hello"},

		{"404", app, "/nothing", `{}`, "404 404 page not found", "", "GET /nothing"},
		{"413", app, "/hello", large, "413 Body exceeded 1kb limit", "", "OPTIONS /hello, PUT /hello"},
		{"400", app, "/hello", strings.Replace(jsonPUT, "{}", "{", 1), "400 Invalid JSON", "", "OPTIONS /hello, PUT /hello"},
		{"500 of an error", app, "/error", `{}`, "500 Internal Server Error", "", "GET /error"},
		{"500 of a panic", app, "/panic", `{}`, "500 ", "", "GET /panic"},

		{"another method", app, "/hello", `{ method: 'DELETE' }`, networkError, "MethodDisallowedByPreflightResponse", "OPTIONS /hello"},
		{"another header", app, "/hello", `{ headers: { 'X-Other': '1' } }`, networkError, "HeaderDisallowedByPreflightResponse", "OPTIONS /hello"},
		{"credentials", app, "/hello", `{ credentials: 'include' }`, networkError, "InvalidAllowCredentials", "GET /hello"},

		{"stranger, simple", other, "/hello", `{}`, networkError, noOrigin, "GET /hello"},
		{"stranger, PUT", other, "/hello", `{ method: 'PUT' }`, networkError, noPreflight, "OPTIONS /hello"},
		{"stranger, JSON", other, "/hello", jsonPUT, networkError, noPreflight, "OPTIONS /hello"},
		{"stranger, 404", other, "/nothing", `{}`, networkError, noOrigin, "GET /nothing"},
		{"stranger, 413", other, "/hello", strings.Replace(large, "PUT", "POST", 1), networkError, noOrigin, "POST /hello"},
		{"stranger, redirect", other, "/moved", `{}`, networkError, noOrigin, "GET /moved"},
		{"stranger who does not read", other, "/hello", `{ mode: 'no-cors' }`, "0 ", "", "GET /hello"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := b.Open(t, site.at(test.page))
			if got := fetch(p, `'`+api.at("api.test")+test.path+`', `+test.init); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			said := p.Refusals
			if test.reason != "" {
				said = p.Refused
			}
			if got := strings.Join(said(), ", "); got != test.reason {
				t.Errorf("the browser says %q, want %q", got, test.reason)
			}
			if got := strings.Join(api.asked(), ", "); got != test.asked {
				t.Errorf("the server was asked %q, want %q", got, test.asked)
			}
		})
	}
}

// Of the headers a script sees those that the policy exposes.
func TestExposedHeaders(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	site := serve(t, blank)
	api := serve(t, newAPI(middleware.Policy{Origins: []string{"*"}, ExposedHeaders: []string{"X-Shown"}}))
	p := b.Open(t, site.at("app.test"))
	got := browser.Eval[[]*string](p, `fetch('`+api.at("api.test")+`/hello').then((r) => ['x-shown', 'x-hidden'].map((name) => r.headers.get(name)))`)
	if got[0] == nil || *got[0] != "1" || got[1] != nil {
		t.Errorf("got %v", got)
	}
}

// Names that only resemble the ones of the policy.
func TestLookalikes(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	site, elsewhere, secure := serve(t, blank), serve(t, blank), serveTLS(t, blank)
	api := serve(t, newAPI(middleware.Policy{Origins: []string{
		site.at("app.test"), site.at("*.wild.test"), site.at("localhost"), "http://ports.test:*",
	}}))
	p := b.Open(t, site.at("app.test"))
	const readable, refused = "200 GET", networkError
	for page, want := range map[string]string{
		site.at("app.test"):           readable,
		elsewhere.at("app.test"):      refused, // another port
		secure.at("app.test"):         refused, // another scheme
		site.at("xapp.test"):          refused,
		site.at("www.app.test"):       refused,
		site.at("app.test.evil.test"): refused,
		site.at("app-test.test"):      refused,
		site.at("a.wild.test"):        readable,
		site.at("a.b.wild.test"):      readable,
		site.at("wild.test"):          refused,
		site.at("xwild.test"):         refused,
		site.at("a.wild.test.test"):   refused,
		site.at("ports.test"):         readable,
		elsewhere.at("ports.test"):    readable,
		site.at("localhost"):          readable,
		site.at("sub.localhost"):      refused,
		site.at("127.0.0.1"):          refused,
		elsewhere.at("localhost"):     refused,

		"data:text/html,<title>of no origin</title>": refused, // it says null
	} {
		p.Go(page)
		// The machine itself may be asked from pages of https too.
		if got := fetch(p, `'`+api.at("127.0.0.1")+`/hello'`); got != want {
			t.Errorf("%s: got %q, want %q (%q)", page, got, want, p.Refusals())
		}
	}
}

// A browser asks once for as long as the policy says, for each URL.
func TestPreflightsAreKept(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	site := serve(t, blank)
	policy := middleware.Policy{Origins: []string{site.at("app.test")}, MaxAge: 10 * time.Minute}
	api := serve(t, newAPI(policy))
	p := b.Open(t, site.at("app.test"))
	put := func(s *server, path string) {
		t.Helper()
		if got := fetch(p, `'`+s.at("api.test")+path+`', `+jsonPUT); got != "200 PUT" {
			t.Errorf("got %q (%q)", got, p.Refusals())
		}
	}

	for range 3 {
		put(api, "/hello")
	}
	equal(t, "three times", api.asked(), []string{"OPTIONS /hello", "PUT /hello", "PUT /hello", "PUT /hello"})
	put(api, "/hello?a=1")
	equal(t, "another URL", api.asked(), []string{"OPTIONS /hello", "PUT /hello"})

	// A policy that says nothing stands for five seconds. Of two that are asked in turn, it is the one with a second
	// that sees another preflight first, unless the machine stood still for the difference.
	policy.MaxAge = 0
	silent := serve(t, newAPI(policy))
	policy.MaxAge = time.Second
	brief := serve(t, newAPI(policy))
	begin, slowest := time.Now(), time.Duration(0)
	for asked := 0; asked < 2; {
		round := time.Now()
		put(silent, "/hello")
		put(brief, "/hello")
		asked += brief.count("OPTIONS /hello")
		slowest = max(slowest, time.Since(round))
		if time.Since(begin) > time.Minute {
			t.Fatal("the browser does not ask again")
		}
	}
	if n := silent.count("OPTIONS /hello"); n != 1 && slowest < 3*time.Second {
		t.Errorf("%d preflights where the policy says nothing, as many as where it says a second", n)
	}
}

// The cache of the browser keeps an answer for one origin. Vary keeps it from
// being given to another one, for which it says nothing.
func TestCachedAnswersAreOfOneOrigin(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	site := serve(t, blank)
	api := serve(t, newAPI(middleware.Policy{Origins: []string{site.at("*.site.test")}}))
	p := b.Open(t, site.at("a.site.test"))
	kept := `'` + api.at("api.site.test") + `/kept'`
	for range 2 {
		if got := fetch(p, kept); got != "200 kept" {
			t.Errorf("got %q", got)
		}
	}
	equal(t, "one origin", api.asked(), []string{"GET /kept"})
	p.Go(site.at("b.site.test")) // the same site, which has one cache
	if got := fetch(p, kept); got != "200 kept" {
		t.Errorf("another origin: got %q (%q)", got, p.Refusals())
	}
	equal(t, "another origin", api.asked(), []string{"GET /kept"})
}
