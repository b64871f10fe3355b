package revalidate_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// engines are the ways in which Gin reads paths.
var engines = map[string]func(*gin.Engine){
	"as it comes":           func(*gin.Engine) {},
	"raw":                   func(e *gin.Engine) { e.UseRawPath = true },
	"raw, values unescaped": func(e *gin.Engine) { e.UseRawPath, e.UnescapePathValues = true, false },
	"escaped":               func(e *gin.Engine) { e.UseEscapedPath = true },
	"extra slashes removed": func(e *gin.Engine) { e.RemoveExtraSlash = true },
	"raw, and removed":      func(e *gin.Engine) { e.UseRawPath, e.RemoveExtraSlash = true, true },
	"fixed":                 func(e *gin.Engine) { e.RedirectFixedPath = true },
}

// guarded mounts routes of which some are behind a guard, at every depth, and
// answers with the route and its parameters.
func guarded(e *gin.Engine, page gin.HandlerFunc) {
	show := func(c *gin.Context) {
		var values []string
		for _, p := range c.Params {
			value, err := url.PathUnescape(p.Value) // which page it is does not depend on its spelling
			if err != nil {
				value = p.Value
			}
			values = append(values, value)
		}
		c.String(http.StatusOK, "%s %q", c.FullPath(), values)
	}
	guard := func(c *gin.Context) {
		if !revalidate.IsRender(c) && c.GetHeader("Authorization") == "" {
			c.AbortWithStatus(http.StatusUnauthorized)
		}
	}
	for _, route := range []string{"/", "/:a", "/x/", "/x/:a", "/x/:a/y", "/f/*rest"} {
		e.GET(route, page, show)
		e.HEAD(route, page, show)
	}
	for _, route := range []string{"/admin", "/é", "/a,b", "/x/admin", "/x/admin/y", "/x/a+b"} {
		e.GET(route, guard, page, show)
	}
}

// TestGuardAndPageAgreeOnThePath asks for guarded routes in all spellings, of
// visitors that may see them and such that may not. Whatever Gin takes a path
// for, with the cache around it is the same route that answers: the pattern that
// the guard was chosen by is the one that was rendered (S8, CVE-2026-44574; at
// depth one and for / too: S9, CVE-2024-51479).
func TestGuardAndPageAgreeOnThePath(t *testing.T) {
	parts := []string{
		"/", "//", "/x", "/x/", "/%78", "/%78/", "/admin", "/%61dmin", "/%2561dmin", "/ADMIN", "/adm%69n", "%2Fadmin", "%2fadmin", "/x%2Fadmin", "/é", "/%C3%A9", "/%c3%a9",
		"/a,b", "/a%2Cb", "/a%2cb", "/a+b", "/a%2Bb", "/a%20b", "/..", "/.", "/%2e%2e", "/;", ";x=1", "/y", "/%79", "/f", "/*", "/:a", "?x=/admin", "%3Fx", "%00", ".json",
	}
	for name, set := range engines {
		t.Run(name, func(t *testing.T) {
			gin.SetMode(gin.TestMode)
			bare := gin.New()
			set(bare)
			guarded(bare, func(*gin.Context) {})
			s := newSite(t, revalidate.Config{Secret: secret})
			set(s.Engine)
			guarded(s.Engine, s.pages.Page(time.Hour))
			random := rand.New(rand.NewPCG(8, 9))
			cached := 0
			for range 1000 {
				var drawn []string
				for range 1 + random.IntN(3) {
					drawn = append(drawn, parts[random.IntN(len(parts))])
				}
				path := strings.Join(drawn, "")
				if !strings.HasPrefix(path, "/") {
					path = "/" + path
				}
				var header []string
				if random.IntN(2) == 0 {
					header = []string{"Authorization", "me"}
				}
				if random.IntN(8) == 0 {
					header = append(header, "X-Prerender-Revalidate", secret)
				}
				want, ok := serve(t, bare, path, header...)
				if !ok {
					continue
				}
				got, _ := serve(t, s.Engine, path, header...)
				if got.Code != want.Code || want.Code == http.StatusOK && got.Body.String() != want.Body.String() {
					t.Fatalf("%s with %q: got %d %q (%s), want %d %q", path, header, got.Code, got.Body, got.Header().Get("X-Nextjs-Cache"), want.Code, want.Body)
				}
				if state := got.Header().Get("X-Nextjs-Cache"); state == "HIT" {
					cached++
				}
			}
			if cached < 100 {
				t.Errorf("only %d answers came from the cache", cached)
			}
		})
	}
}

// serve asks for a path as it is; it is false if no server would read it.
func serve(t *testing.T, handler http.Handler, path string, header ...string) (*httptest.ResponseRecorder, bool) {
	t.Helper()
	target, err := url.ParseRequestURI(path)
	if err != nil {
		return nil, false
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	r.URL, r.RequestURI = target, path
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w, true
}

// TestNoRequestSaysWhereARenderGoes sends what made other servers send requests
// of their own elsewhere (S10, CVE-2024-34351 and CVE-2026-44578), with the
// first request and with one that revalidates.
func TestNoRequestSaysWhereARenderGoes(t *testing.T) {
	const evil = "evil.example"
	for _, target := range []string{"/p", "http://" + evil + "/p", "//" + evil + "/p", "/\\" + evil, "/@" + evil, "/p?url=//" + evil, "/%2F%2F" + evil} {
		for _, header := range [][]string{
			nil,
			{"X-Forwarded-Host", evil},
			{"Forwarded", "host=" + evil},
			{"Location", "//" + evil},
			{"Upgrade", "websocket", "Connection", "Upgrade"},
			{"Next-Url", "//" + evil},
			{"X-Original-Url", "http://" + evil},
			{"Origin", "http://" + evil},
			{"Referer", "http://" + evil},
		} {
			for _, more := range [][]string{nil, {"X-Prerender-Revalidate", secret}} {
				s := newSite(t, revalidate.Config{Secret: secret, Host: "own.example"})
				var sent []string
				s.GET("/*path", s.pages.Page(time.Hour), func(c *gin.Context) {
					r := c.Request
					if revalidate.IsRender(c) {
						sent = append(sent, fmt.Sprintf("%s %s %s %v", r.Host, r.URL.Host, r.URL.User, r.Header))
					}
					c.String(http.StatusOK, "x")
				})
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
				r.Host = evil
				sets := slices.Concat(header, more)
				for i := 0; i+1 < len(sets); i += 2 {
					r.Header.Set(sets[i], sets[i+1])
				}
				s.ServeHTTP(httptest.NewRecorder(), r)
				if len(sent) != 1 || sent[0] != "own.example   map[]" {
					t.Errorf("%s with %q: the renders were sent to %q", target, sets, sent)
				}
			}
		}
	}
}

// TestForwardedHeadersNeverReachAPage has a first visitor forge what proxies
// say, and handlers that answer with all that they can learn of it (S30,
// CVE-2020-28483 and CVE-2023-41338). The engine trusts every proxy, as Gin does
// by default.
func TestForwardedHeadersNeverReachAPage(t *testing.T) {
	forged := []string{
		"X-Forwarded-For", "203.0.113.9", "X-Real-Ip", "203.0.113.9", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https",
		"X-Forwarded-Port", "1", "X-Forwarded-Prefix", "//evil.example", "Forwarded", "for=203.0.113.9", "Cf-Connecting-Ip", "203.0.113.9",
		"True-Client-Ip", "203.0.113.9", "X-Appengine-Remote-Addr", "203.0.113.9", "X-Forwarded-Uri", "/evil",
	}
	for _, page := range []struct {
		name  string
		state string
		asked [][]string // headers
	}{
		{"a first visitor", "HIT", [][]string{forged}},
		{"a call on demand", "HIT", [][]string{slices.Concat(forged, []string{"X-Prerender-Revalidate", secret})}},
		{"nobody", "MISS", nil},
	} {
		s := newSite(t, revalidate.Config{Secret: secret})
		s.GET("/p", s.pages.Page(time.Hour), func(c *gin.Context) {
			c.String(http.StatusOK, "%s %s %s %s %v %v", c.ClientIP(), c.RemoteIP(), c.Request.Host, c.Request.RequestURI, c.Request.TLS, c.Request.Header)
		})
		for _, header := range page.asked {
			s.do(t.Context(), http.MethodGet, "/p", header...)
		}
		s.expect(t, "/p", page.state, "127.0.0.1 127.0.0.1 localhost /p <nil> map[]")
	}
}
