package middleware_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// TestCORSConfigAnswersLikeContrib holds the answers to allowed origins against those of gin-contrib/cors itself.
func TestCORSConfigAnswersLikeContrib(t *testing.T) {
	t.Parallel()
	defaults := cors.DefaultConfig()
	defaults.AllowOrigins = []string{app}
	for name, config := range map[string]cors.Config{
		"default":     defaults,
		"minimal":     {AllowOrigins: []string{app}},
		"all":         {AllowAllOrigins: true, AllowMethods: []string{"PUT"}, MaxAge: time.Hour},
		"star":        {AllowOrigins: []string{"*"}, ExposeHeaders: []string{"x-total", "X-TOTAL", "etag"}},
		"wildcard":    {AllowOrigins: []string{"https://*.example.com"}, AllowWildcard: true},
		"function":    {AllowOriginFunc: func(origin string) bool { return origin == app }},
		"context":     {AllowOriginWithContextFunc: func(c *gin.Context, origin string) bool { return c.FullPath() == "/x" && origin == app }},
		"two":         {AllowOriginFunc: func(string) bool { return false }, AllowOriginWithContextFunc: func(_ *gin.Context, origin string) bool { return origin == app }},
		"credentials": {AllowOrigins: []string{app}, AllowCredentials: true, AllowHeaders: []string{"authorization", "X-A"}, AllowMethods: []string{"PUT", "PATCH"}, AllowPrivateNetwork: true},
		"status":      {AllowOrigins: []string{app}, OptionsResponseStatusCode: http.StatusOK},
		"extension":   {AllowOrigins: []string{app, "chrome-extension://abc", "tauri://localhost"}, AllowBrowserExtensions: true, CustomSchemas: []string{"tauri://"}},
	} {
		ours, theirs := gin.New(), gin.New()
		ours.Any("/x", middleware.With(middleware.CORSConfig(config)), ok)
		theirs.Any("/x", cors.New(config), ok)
		for _, request := range [][]string{
			{http.MethodGet, "Origin: " + app},
			{http.MethodOptions, "Origin: " + app, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-a", "Access-Control-Request-Private-Network: true"},
		} {
			got, want := send(t, ours, request[0], "/x", request[1:]...), send(t, theirs, request[0], "/x", request[1:]...)
			if got.Code != want.Code || corsHeaders(got.Header()) != corsHeaders(want.Header()) || got.Body.String() != want.Body.String() {
				t.Errorf("%s: %s: %d %s\nwant %d %s", name, request[0], got.Code, corsHeaders(got.Header()), want.Code, corsHeaders(want.Header()))
			}
		}
	}
}

// TestCORSConfigRefuses has what gin-contrib/cors cannot mean, or what would admit others.
func TestCORSConfigRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config cors.Config
		want   []string
	}{
		"nothing":                {cors.Config{}, []string{"all origins disabled"}},
		"all and a list":         {cors.Config{AllowAllOrigins: true, AllowOrigins: []string{app}}, []string{"conflict settings"}},
		"all and a function":     {cors.Config{AllowAllOrigins: true, AllowOriginFunc: func(string) bool { return true }}, []string{"conflict settings"}},
		"no scheme":              {cors.Config{AllowOrigins: []string{"example.com"}}, []string{"bad origin"}},
		"wildcard without leave": {cors.Config{AllowOrigins: []string{app, "https://*.example.com"}}, []string{`AllowOrigins[1]`, "AllowWildcard"}},
		"two faults":             {cors.Config{AllowOrigins: []string{"x", "https://*.example.com"}}, []string{"bad origin", "AllowWildcard"}},
		"prefix wildcard":        {cors.Config{AllowOrigins: []string{"https://app*"}, AllowWildcard: true}, []string{"whole leftmost labels"}},
		"suffix wildcard":        {cors.Config{AllowOrigins: []string{"*.example.com"}, AllowWildcard: true}, []string{"has no scheme"}},
		"regular expression":     {cors.Config{AllowOrigins: []string{`/https?://(?:.+\.)?example\.com/g`}}, []string{"regular expressions"}},
		"any with credentials":   {cors.Config{AllowAllOrigins: true, AllowCredentials: true}, []string{"Credentials"}},
		"star with credentials":  {cors.Config{AllowOrigins: []string{"*"}, AllowCredentials: true}, []string{"Credentials"}},
		"files":                  {cors.Config{AllowOrigins: []string{"file://x"}, AllowFiles: true}, []string{`"null"`}},
		"method in lower case":   {cors.Config{AllowOrigins: []string{app}, AllowMethods: []string{"put"}}, []string{"write PUT"}},
	} {
		_, err := middleware.NewWith(middleware.CORSConfig(c.config))
		if err == nil {
			t.Errorf("%s: it is accepted", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error does not say %q:\n%v", name, want, err)
			}
		}
		if !strings.HasPrefix(err.Error(), "middleware: CORS: ") {
			t.Errorf("%s: the error begins %q", name, err)
		}
	}
}

// TestPolicyFromWidensNothing sends what the translation could have let in.
func TestPolicyFromWidensNothing(t *testing.T) {
	t.Parallel()
	policy, err := middleware.PolicyFrom(cors.Config{AllowOriginFunc: func(origin string) bool { return strings.HasSuffix(origin, "example.com") }})
	if err != nil {
		t.Fatal(err)
	}
	if policy.Methods == nil || policy.Headers == nil {
		t.Error("lists that gin-contrib/cors leaves empty have become the default ones")
	}
	engine := gin.New()
	engine.Any("/x", middleware.With(middleware.CORS(policy)), ok)
	for _, origin := range []string{"null", "HTTPS://app.example.com", "https://user@example.com", "evil.example.com", "https://a b.example.com"} {
		if w := send(t, engine, http.MethodGet, "/x", "Origin: "+origin); allowedOrigin(w) != "" {
			t.Errorf("%q is admitted by a function that saw no origin", origin)
		}
	}
}
