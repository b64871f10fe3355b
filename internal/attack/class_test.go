package attack_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// ask sends a request through an engine; header has names and values in turn.
func ask(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestForwardedHeadersChangeNothing compares answers with and without the headers that proxies write.
func TestForwardedHeadersChangeNothing(t *testing.T) {
	r := gin.New()
	pages := revalidate.Must(r, revalidate.Config{})
	t.Cleanup(func() { _ = pages.Close(t.Context()) })
	r.Use(middleware.Must(middleware.Config{CORS: &middleware.Policy{Origins: []string{originA}}}))
	r.GET("/page", pages.Page(revalidate.Never), func(c *gin.Context) { c.String(http.StatusOK, c.Request.Host) })
	r.GET("/away", func(c *gin.Context) { _ = revalidate.RedirectLocal(c, http.StatusSeeOther, "/page?a=1") })
	r.GET("/api", apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) { res.JSON(req.Query()) }))
	forged := []string{
		"X-Forwarded-For", "127.0.0.1", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "X-Forwarded-Port", "1",
		"X-Forwarded-Prefix", "//evil.example", "Forwarded", "for=127.0.0.1;host=evil.example", "X-Real-Ip", "127.0.0.1",
		"X-Original-Url", "/admin", "X-Rewrite-Url", "/admin", "X-Http-Method-Override", "DELETE", "Origin", originA,
	}
	for _, path := range []string{"/page", "/away", "/api?a=1", "/nowhere"} {
		ask(r, path) // a page is rendered at the first request
		want, got := ask(r, path, "Origin", originA), ask(r, path, forged...)
		if got.Code != want.Code || got.Body.String() != want.Body.String() || got.Header().Get("Location") != want.Header().Get("Location") {
			t.Errorf("%s: got %d %q %v, want %d %q %v", path, got.Code, got.Body, got.Header(), want.Code, want.Body, want.Header())
		}
		if strings.Contains(got.Body.String(), "evil") {
			t.Errorf("%s: %q", path, got.Body)
		}
	}
}

// TestPathsAreDecodedOnce looks for a guard that one decoding would pass and a second one open.
func TestPathsAreDecodedOnce(t *testing.T) {
	raw := gin.New()
	raw.UseRawPath, raw.UnescapePathValues = true, true
	for name, r := range map[string]*gin.Engine{"default": gin.New(), "raw": raw, "as Next.js": gin.New(catchall.NextPaths)} {
		routes := catchall.New()
		routes.GET("/admin", func(c *gin.Context) { c.String(http.StatusOK, "admin") })
		routes.GET("/[name]", func(c *gin.Context) { c.String(http.StatusOK, "name "+catchall.Param(c, "name")) })
		routes.GET("/all/[...rest]", func(c *gin.Context) {
			c.String(http.StatusOK, "rest "+strings.Join(catchall.Slice(c, "rest"), "|"))
		})
		if err := routes.Mount(&r.RouterGroup); err != nil {
			t.Fatal(err)
		}
		// Routes of Gin have other names for the same, and no entry of the set before them.
		r.GET("/files/*path", func(c *gin.Context) {
			slice, query, params := catchall.Slice(c, "path"), catchall.QueryOf(c).Slice("path"), catchall.Params(c).Slice("path")
			if !slices.Equal(slice, query) || !slices.Equal(slice, params) {
				t.Errorf("%s: %s: Slice %q, QueryOf %q, Params %q", name, c.Request.RequestURI, slice, query, params)
			}
			c.String(http.StatusOK, "files "+strings.Join(slice, "|"))
		})
		r.GET("/user/:id/x", func(c *gin.Context) { c.String(http.StatusOK, "user "+catchall.Slice(c, "id")[0]) })
		for path, want := range map[string]string{
			"/admin": "admin", "/%2561dmin": "name %61dmin", "/%252e%252e": "name %2e%2e", "/a%252Fb": "name a%2Fb", "/%2525": "name %25",
			"/all/%252e%252e/admin": "rest %2e%2e|admin", "/all/a%252Fb": "rest a%2Fb", "/all/%252561/%2525": "rest %2561|%25",
			// Spelled as no encoder does, so that net/url keeps what was sent.
			"/%2561dmi%6E": "name %61dmin", "/%25%36%31dmin": "name %61dmin", "/all/%2561%2Fb/%25%32%66": "rest %61/b|%2f", "/all/x%6e/%252e%252e": "rest xn|%2e%2e",
			"/files/%2561dmin": "files %61dmin", "/files/a%252Fb/%252e%252e": "files a%2Fb|%2e%2e", "/files/%252561/%2525": "files %2561|%25",
			"/files/x%6e/%252e%252e": "files xn|%2e%2e", "/files/%2561%2Fb/%25%32%66": "files %61/b|%2f", "/user/%2561/x": "user %61", "/user/%25%36%31/x": "user %61",
			"/all/./%252e%252e/x": "rest %2e%2e|x",
		} {
			w := ask(r, path)
			if w.Code == http.StatusPermanentRedirect { // only one engine resolves dots itself
				w = ask(r, w.Header().Get("Location"))
			}
			if got := w.Body.String(); got != want {
				t.Errorf("%s: %s: got %q, want %q", name, path, got, want)
			}
		}
	}
}

// TestAcceptNeverMakesHTML sends what a client wrote back to it, under each Accept that asks for HTML, over a connection: it is the
// server that guesses types.
func TestAcceptNeverMakesHTML(t *testing.T) {
	const evil = "<script>alert(1)</script>"
	r := gin.New()
	r.GET("/send", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.Send(evil) }))
	r.GET("/json", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.JSON(evil) }))
	r.GET("/end", apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.End(evil) }))
	r.GET("/error", apiroutes.HandlerE(func(*apiroutes.Request, *apiroutes.Response) error {
		return apiroutes.NewError(http.StatusBadRequest, evil)
	}))
	s := httptest.NewServer(r)
	defer s.Close()
	for _, path := range []string{"/send", "/json", "/end", "/error"} {
		for _, accept := range []string{"text/html", "text/html;q=1,*/*;q=0", "application/xhtml+xml"} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept", accept)
			res, err := s.Client().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			contentType := res.Header.Get("Content-Type")
			if strings.Contains(contentType, "html") || !strings.Contains(contentType, "json") && res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s for %s: %v", path, accept, res.Header)
			}
		}
	}
}

// TestNoTextBreaksOutOfAHeader lets each helper that writes a header write one with line ends, over a connection.
func TestNoTextBreaksOutOfAHeader(t *testing.T) {
	const evil = "/a\r\nX-Injected: 1\r\n\r\n<script>"
	helpers := map[string]func(*apiroutes.Request, *apiroutes.Response){
		"/set":    func(_ *apiroutes.Request, res *apiroutes.Response) { res.SetHeader("X-Text", evil).End("x") },
		"/append": func(_ *apiroutes.Request, res *apiroutes.Response) { res.AppendHeader("X-Text", evil).End("x") },
		"/name": func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.SetHeader("X-A: 1\r\nX-Injected", "1").End("x")
		},
		"/cookie": func(_ *apiroutes.Request, res *apiroutes.Response) {
			res.SetCookie(&http.Cookie{Name: "a", Value: evil}).End("x")
		},
		"/redirect": func(_ *apiroutes.Request, res *apiroutes.Response) { res.Redirect(evil) },
	}
	r := gin.New()
	for path, helper := range helpers {
		r.GET(path, apiroutes.Handler(helper))
	}
	r.GET("/plain", func(c *gin.Context) { _ = revalidate.Redirect(c, evil) })
	r.GET("/local", func(c *gin.Context) { _ = revalidate.RedirectLocal(c, http.StatusSeeOther, evil) })
	s := httptest.NewServer(r)
	defer s.Close()
	for _, route := range r.Routes() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+route.Path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Client().Transport.RoundTrip(request)
		if err != nil {
			t.Errorf("%s: %v", route.Path, err)
			continue
		}
		_ = res.Body.Close()
		if res.Header.Get("X-Injected") != "" {
			t.Errorf("%s: %v", route.Path, res.Header)
		}
	}
}

// TestLateHandlerLeavesTheDeadlinesAnswer lets a ported handler answer, fail and panic after its deadline, over HTTP/2, where what is
// cut is told.
func TestLateHandlerLeavesTheDeadlinesAnswer(t *testing.T) {
	for name, deed := range map[string]func(*apiroutes.Response) error{
		"answers": func(res *apiroutes.Response) error { res.JSON("late"); return nil },
		"fails":   func(*apiroutes.Response) error { return errors.New("late") },
		"panics":  func(*apiroutes.Response) error { panic("late") },
	} {
		t.Run(name, func(t *testing.T) { late(t, deed) })
	}
}

// late has a handler do something when its deadline has passed.
func late(t *testing.T, deed func(*apiroutes.Response) error) {
	t.Helper()
	r := gin.New()
	r.GET("/", middleware.With(middleware.MaxDuration(time.Millisecond)), apiroutes.HandlerE(func(req *apiroutes.Request, res *apiroutes.Response) error {
		<-req.Context().Done()
		return deed(res)
	}))
	s := httptest.NewUnstartedServer(r)
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.ProtoMajor != 2 || res.StatusCode != http.StatusGatewayTimeout || string(body) != "Gateway Timeout" {
		t.Errorf("%s %d %q, %v", res.Proto, res.StatusCode, body, err)
	}
}
