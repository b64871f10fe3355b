package attack_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// credentials is the header that lets a foreign page act in the name of a user.
const credentials = "Access-Control-Allow-Credentials"

// crossing sends a request of another origin and its preflight.
func crossing(h http.Handler, origin string) (actual, preflight *httptest.ResponseRecorder) {
	actual = ask(h, "/x", "Origin", origin)
	r := httptest.NewRequest(http.MethodOptions, "/x", http.NoBody)
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", http.MethodGet)
	preflight = httptest.NewRecorder()
	h.ServeHTTP(preflight, r)
	return actual, preflight
}

// guarded is an engine with one route behind a layer; preflights meet the layer too.
func guarded(layer gin.HandlerFunc) *gin.Engine {
	r := gin.New()
	r.GET("/x", layer, func(c *gin.Context) { c.String(http.StatusOK, "answer") })
	r.OPTIONS("/x", layer)
	return r
}

// readConfig reads a config object, as from a file.
func readConfig(t *testing.T, text string) middleware.Config {
	t.Helper()
	var config middleware.Config
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		t.Fatal(err)
	}
	return config
}

// TestNoForeignOriginIsAllowed sends look-alikes of the origins that a wildcard with credentials allows, past each way to write it.
func TestNoForeignOriginIsAllowed(t *testing.T) {
	t.Parallel()
	origins := []string{"https://*.example.com", "https://foo.example.org"}
	layers := map[string]gin.HandlerFunc{
		"policy":       middleware.With(middleware.CORS(middleware.Policy{Origins: origins, Credentials: true})),
		"gin-contrib":  middleware.With(middleware.CORSConfig(cors.Config{AllowOrigins: origins, AllowWildcard: true, AllowCredentials: true, AllowMethods: []string{"GET"}})),
		"config":       middleware.Must(readConfig(t, `{"cors":{"origins":["https://*.example.com","https://foo.example.org"],"credentials":true}}`)),
		"lesser first": middleware.With(middleware.CORS(middleware.Policy{Origins: []string{"https://foo.example.org", "https://*.example.com"}, Credentials: true})),
	}
	foreign := []string{
		"https://example.com", "https://.example.com", "https://evilexample.com", "https://a.example.com.evil.net", "https://a.example.comevil.net",
		"https://a.example.com.", "https://a.example.com:8443", "https://a.example.com:443", "http://a.example.com", "https://a.example.com@evil.net",
		"https://evil.net@a.example.com", "https://evil.net#.example.com", "https://evil.net/.example.com", "https://evil.net?.example.com",
		`https://evil.net\.example.com`, "https://evil.net:.example.com", "https://evil.net,https://a.example.com", "https://a.example.com, https://evil.net", "https://A.example.com",
		"HTTPS://a.example.com", "https://a.еxample.com", "https://a.example。com", "https://*.example.com", "null", "file://a.example.com", "*", "https://",
		"https://barfoo.example.org", "https://foo.example.orgx", "https://xn--foo.example.org", "https://foo.example.com.foo.example.org", "https://a\x00.example.com", "https:// a.example.com",
	}
	for name, layer := range layers {
		r := guarded(layer)
		for _, origin := range foreign {
			actual, preflight := crossing(r, origin)
			for _, w := range []*httptest.ResponseRecorder{actual, preflight} {
				if w.Header().Get("Access-Control-Allow-Origin") != "" || w.Header().Get(credentials) != "" {
					t.Errorf("%s: %q is answered %d %v", name, origin, w.Code, w.Header())
				}
			}
			if preflight.Code != http.StatusForbidden {
				t.Errorf("%s: the preflight of %q is answered %d", name, origin, preflight.Code)
			}
		}
		for _, origin := range []string{"https://a.example.com", "https://a.b.example.com", "https://foo.example.org"} {
			actual, preflight := crossing(r, origin)
			for _, w := range []*httptest.ResponseRecorder{actual, preflight} {
				if w.Header().Get("Access-Control-Allow-Origin") != origin || w.Header().Get(credentials) != "true" {
					t.Errorf("%s: %q is answered %d %v", name, origin, w.Code, w.Header())
				}
			}
		}
	}
}

// TestAnyOriginIsNeverReflected holds "*" to what it says: to none does it become a name, and credentials are for nobody.
func TestAnyOriginIsNeverReflected(t *testing.T) {
	t.Parallel()
	layers := map[string]gin.HandlerFunc{
		"policy":         middleware.With(middleware.CORS(middleware.Policy{Origins: []string{"*"}})),
		"gin-contrib":    middleware.With(middleware.CORSConfig(cors.Config{AllowAllOrigins: true})),
		"gin-contrib, *": middleware.With(middleware.CORSConfig(cors.Config{AllowOrigins: []string{"*"}})),
		"config":         middleware.Must(readConfig(t, `{"cors":{"origins":["*"]}}`)),
		"as wrapper":     middleware.WithCORS(middleware.Policy{Origins: []string{"*"}}, func(c *gin.Context) { c.String(http.StatusOK, "answer") }),
		"after another":  middleware.With(middleware.CORS(middleware.Policy{Origins: []string{originA}, Credentials: true}), middleware.CORS(middleware.Policy{Origins: []string{"*"}})),
	}
	for name, layer := range layers {
		r := guarded(layer)
		for _, origin := range []string{originA, "https://evil.example", "null", "*", "file://", "x", "https://a.example, https://evil.example"} {
			actual, preflight := crossing(r, origin)
			for _, w := range []*httptest.ResponseRecorder{actual, preflight} {
				if got := w.Header().Values("Access-Control-Allow-Origin"); len(got) != 1 || got[0] != "*" || w.Header().Get(credentials) != "" {
					t.Errorf("%s: %q is answered %d %v", name, origin, w.Code, w.Header())
				}
			}
		}
	}
}

// TestAnyOriginWithCredentialsDoesNotStart tries each way to configure it.
func TestAnyOriginWithCredentialsDoesNotStart(t *testing.T) {
	t.Parallel()
	config := readConfig(t, `{"cors":{"origins":["*"],"credentials":true}}`)
	policy := middleware.Policy{Origins: []string{"*"}, Credentials: true}
	for name, start := range map[string]func() error{
		"New":  func() error { _, err := middleware.New(config); return err },
		"With": func() error { _, err := middleware.NewWith(middleware.CORS(policy)); return err },
		"Use":  func() error { _, err := middleware.NewWith(middleware.Use(config)); return err },
		"among others": func() error {
			_, err := middleware.NewWith(middleware.CORS(middleware.Policy{Origins: []string{originA, "*"}, Credentials: true}))
			return err
		},
		"gin-contrib": func() error {
			_, err := middleware.NewWith(middleware.CORSConfig(cors.Config{AllowAllOrigins: true, AllowCredentials: true}))
			return err
		},
		"gin-contrib, *": func() error {
			_, err := middleware.NewWith(middleware.CORSConfig(cors.Config{AllowOrigins: []string{"*"}, AllowCredentials: true}))
			return err
		},
		"any subdomain": func() error {
			_, err := middleware.NewWith(middleware.CORS(middleware.Policy{Origins: []string{"https://*"}, Credentials: true}))
			return err
		},
	} {
		if start() == nil {
			t.Errorf("%s: it starts", name)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("WithCORS: it starts")
		}
	}()
	middleware.WithCORS(policy, func(*gin.Context) {})
}
