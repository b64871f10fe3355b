package browser_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/conformance/browser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// newAccounts has a session, in a cookie with the attribute.
func newAccounts(sameSite http.SameSite, policy middleware.Policy) *gin.Engine {
	engine := gin.New()
	r := middleware.Routes(engine)
	r.Use(middleware.Must(middleware.Config{CORS: &policy}))
	r.PUT("/me", func(c *gin.Context) {
		c.SetSameSite(sameSite)
		c.SetCookie("name", "Ada", 0, "/", "", true, true)
		c.String(http.StatusOK, "in")
	})
	r.GET("/me", func(c *gin.Context) { c.String(http.StatusOK, "you are "+apiroutes.Cookies(c)["name"]) })
	return engine
}

// Cookies go along to another origin if the script asks for it, the cookie is
// for it, and the user lets it. Whether the script may read the answer is the
// policy's to say.
func TestCredentials(t *testing.T) {
	site := serveTLS(t, blank)
	policy := middleware.Policy{
		Origins:     []string{site.at("app.test"), site.at("app.shop.test")},
		Methods:     []string{"GET", "PUT"},
		Credentials: true,
	}
	none, lax := serveTLS(t, newAccounts(http.SameSiteNoneMode, policy)), serveTLS(t, newAccounts(http.SameSiteLaxMode, policy))
	const ada, nobody = "200 you are Ada", "200 you are "
	for cookies, tests := range map[browser.Cookies][]struct {
		name, page, api, want string
	}{
		browser.ThirdParty: {
			{"another site, SameSite=None", site.at("app.test"), none.at("api.test"), ada},
			{"another site, SameSite=Lax", site.at("app.test"), lax.at("api.test"), nobody},
			{"the same site, SameSite=Lax", site.at("app.shop.test"), lax.at("api.shop.test"), ada},
			{"a stranger, SameSite=None", site.at("other.test"), none.at("api.test"), networkError},
			{"a stranger on the same site", site.at("other.shop.test"), lax.at("api.shop.test"), networkError},
		},
		browser.FirstParty: {
			{"another site, blocked", site.at("app.test"), none.at("api.test"), nobody},
			{"the same site", site.at("app.shop.test"), lax.at("api.shop.test"), ada},
		},
	} {
		b := browser.Start(t, cookies)
		for _, test := range tests {
			p := b.Open(t, test.page)
			fetch(p, `'`+test.api+`/me', { method: 'PUT', credentials: 'include' }`)
			if got := fetch(p, `'`+test.api+`/me', { credentials: 'include' }`); got != test.want {
				t.Errorf("%s: got %q, want %q (%q)", test.name, got, test.want, p.Refusals())
			}
			if test.want != networkError {
				if got := fetch(p, `'`+test.api+`/me'`); got != nobody {
					t.Errorf("%s, without credentials: got %q", test.name, got)
				}
			}
		}
	}
}
