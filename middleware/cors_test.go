package middleware_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// TestCORSOrigins sends each origin to each policy, as a request and as a preflight.
func TestCORSOrigins(t *testing.T) {
	t.Parallel()
	origins := []string{
		app, "https://example.com", "https://a.b.example.com", "http://app.example.com", "https://app.example.com:8443", "http://localhost:3000",
		"https://xn--bcher-kva.example", "https://app.example.org",
		// Look-alikes, and then what is no origin: no policy but "*" may admit that.
		evil, "https://evilexample.com",
		"https://app.example.com:443", "https://APP.example.com", "HTTPS://app.example.com", "https://app.example.com/",
		"https://app.example.com@evil.net", "https://evil.net@app.example.com", "https://evil.net#.example.com", "https://evil.net?.example.com", "https://.example.com", "https://app.example.com.",
		"https://bücher.example", "https://app.еxample.com", "null", "file://", "*", "https://*.example.com", "https://app.example.com, https://evil.net", "http://localhost:3000.evil.net",
	}
	for name, c := range map[string]struct {
		policy middleware.Policy
		admits []string
	}{
		"one":           {policyFor(app), []string{app}},
		"upper case":    {policyFor("HTTPS://APP.example.com"), []string{app}},
		"default port":  {policyFor(app + ":443"), []string{app}},
		"international": {policyFor("https://bücher.example"), []string{"https://xn--bcher-kva.example"}},
		"several":       {policyFor(app, "http://app.example.com"), []string{app, "http://app.example.com"}},
		"subdomains":    {policyFor("https://*.example.com"), []string{app, "https://a.b.example.com"}},
		"port":          {policyFor(app + ":8443"), []string{app + ":8443"}},
		"ports":         {policyFor("https://*.example.com:*", "http://localhost:*"), []string{app, "https://a.b.example.com", app + ":8443", "http://localhost:3000"}},
		"common suffix": {policyFor("https://example.com", "https://*.b.example.com"), []string{"https://example.com", "https://a.b.example.com"}},
		"credentials":   {middleware.Policy{Origins: []string{app, "http://localhost:*"}, Credentials: true}, []string{app, "http://localhost:3000"}},
		"function": {middleware.Policy{OriginFunc: func(_ *gin.Context, o string) bool {
			return strings.HasSuffix(o, ".org")
		}}, []string{"https://app.example.org"}},
		"function that admits all": {middleware.Policy{OriginFunc: func(*gin.Context, string) bool { return true }}, origins[:10]},
		"list and function": {middleware.Policy{Origins: []string{app}, OriginFunc: func(c *gin.Context, o string) bool {
			return o != app && c.FullPath() == "/x" && strings.HasSuffix(o, ".org")
		}}, []string{app, "https://app.example.org"}},
	} {
		engine := gin.New()
		engine.Any("/x", middleware.With(middleware.CORS(c.policy)), ok)
		for _, origin := range origins {
			want := ""
			for _, admitted := range c.admits {
				if origin == admitted {
					want = origin
				}
			}
			w := send(t, engine, http.MethodGet, "/x", "Origin: "+origin)
			if allowedOrigin(w) != want || w.Body.String() != "GET /x" {
				t.Errorf("%s: GET from %q: %q, allowed %q; want it answered, allowed %q", name, origin, w.Body, allowedOrigin(w), want)
			}
			if w.Header().Get("Vary") != "Origin" {
				t.Errorf("%s: GET from %q: Vary is %q", name, origin, w.Header()["Vary"])
			}
			wantStatus := http.StatusForbidden
			if want != "" {
				wantStatus = http.StatusNoContent
			}
			w = preflight(t, engine, origin, http.MethodPut, "/x")
			if allowedOrigin(w) != want || w.Code != wantStatus || w.Body.Len() > 0 {
				t.Errorf("%s: preflight from %q: %d %q, allowed %q; want %d, allowed %q", name, origin, w.Code, w.Body, allowedOrigin(w), wantStatus, want)
			}
			if want == "" && strings.Contains(corsHeaders(w.Header()), "Allow-") {
				t.Errorf("%s: preflight from %q: it is refused with %s", name, origin, corsHeaders(w.Header()))
			}
		}
	}
}

// TestCORSHeaders compares whole answers.
func TestCORSHeaders(t *testing.T) {
	t.Parallel()
	const varyAll = "Vary: Origin|Access-Control-Request-Method|Access-Control-Request-Headers"
	full := middleware.Policy{
		Origins: []string{app}, Methods: []string{"PUT", "DELETE"}, Headers: []string{"content-type", "X-Request-Id"}, ExposedHeaders: []string{"x-total", "ETag"},
		Credentials: true, MaxAge: 10 * time.Minute, PrivateNetwork: true, PreflightStatus: http.StatusOK,
	}
	none := middleware.Policy{Origins: []string{app}, Methods: []string{}, Headers: []string{}}
	every := middleware.Policy{Origins: []string{"*"}, Methods: []string{"*"}, Headers: []string{"*", "Authorization"}, ExposedHeaders: []string{"*"}}
	actual, asks := []string{http.MethodGet, "Origin: " + app}, []string{http.MethodOptions, "Origin: " + app, "Access-Control-Request-Method: PUT"}
	for name, c := range map[string]struct {
		policy  middleware.Policy
		request []string
		status  int
		want    string
	}{
		"minimal":             {policyFor(app), actual, 200, "Allow-Origin: " + app + "; Vary: Origin"},
		"minimal, preflight":  {policyFor(app), asks, 204, "Allow-Headers: Origin,Content-Length,Content-Type; Allow-Methods: GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS; Allow-Origin: " + app + "; " + varyAll},
		"full":                {full, actual, 200, "Allow-Credentials: true; Allow-Origin: " + app + "; Expose-Headers: X-Total,Etag; Vary: Origin"},
		"full, preflight":     {full, asks, 200, "Allow-Credentials: true; Allow-Headers: Content-Type,X-Request-Id; Allow-Methods: PUT,DELETE; Allow-Origin: " + app + "; Allow-Private-Network: true; Max-Age: 600; " + varyAll},
		"full, other origin":  {full, []string{http.MethodGet, "Origin: " + evil}, 200, "Vary: Origin"},
		"full, other asks":    {full, []string{http.MethodOptions, "Origin: " + evil, "Access-Control-Request-Method: PUT"}, 403, varyAll},
		"full, no origin":     {full, []string{http.MethodGet}, 200, "Vary: Origin"},
		"full, same origin":   {full, []string{http.MethodGet, "Origin: http://example.com"}, 200, "Vary: Origin"},
		"full, empty origin":  {full, []string{http.MethodGet, "Origin: "}, 200, "Vary: Origin"},
		"full, two origins":   {full, []string{http.MethodGet, "Origin: " + app, "Origin: " + app}, 200, "Vary: Origin"},
		"none, preflight":     {none, asks, 204, "Allow-Origin: " + app + "; " + varyAll},
		"every":               {every, actual, 200, "Allow-Origin: *; Expose-Headers: *"},
		"every, no origin":    {every, []string{http.MethodGet}, 200, "Allow-Origin: *; Expose-Headers: *"},
		"every, null":         {every, []string{http.MethodGet, "Origin: null"}, 200, "Allow-Origin: *; Expose-Headers: *"},
		"every, preflight":    {every, asks, 204, "Allow-Headers: *,Authorization; Allow-Methods: *; Allow-Origin: *"},
		"OPTIONS, no method":  {full, []string{http.MethodOptions, "Origin: " + app}, 200, "Allow-Credentials: true; Allow-Origin: " + app + "; Expose-Headers: X-Total,Etag; Vary: Origin"},
		"OPTIONS, no origin":  {full, []string{http.MethodOptions, "Access-Control-Request-Method: PUT"}, 200, "Vary: Origin"},
		"OPTIONS, bare":       {full, []string{http.MethodOptions}, 200, "Vary: Origin"},
		"GET with the method": {full, []string{http.MethodGet, "Origin: " + app, "Access-Control-Request-Method: PUT"}, 200, "Allow-Credentials: true; Allow-Origin: " + app + "; Expose-Headers: X-Total,Etag; Vary: Origin"},
		"forwarded host":      {full, []string{http.MethodGet, "Origin: https://evil.net", "X-Forwarded-Host: evil.net", "Forwarded: host=evil.net", "X-Forwarded-Proto: https"}, 200, "Vary: Origin"},
	} {
		engine := gin.New()
		engine.Any("/x", middleware.With(middleware.CORS(c.policy)), ok)
		w := send(t, engine, c.request[0], "/x", c.request[1:]...)
		if got := corsHeaders(w.Header()); w.Code != c.status || got != c.want {
			t.Errorf("%s: %d %s\nwant %d %s", name, w.Code, got, c.status, c.want)
		}
		if handled := w.Body.Len() > 0; handled != (c.status == 200 && !strings.HasSuffix(name, "preflight")) {
			t.Errorf("%s: the handler ran: %v", name, handled)
		}
	}
}

// TestCORSNearestReplaces nests policies on engine, group and route.
func TestCORSNearestReplaces(t *testing.T) {
	t.Parallel()
	const outer, middle, inner = "https://outer.example", "https://middle.example", "https://inner.example"
	rich := middleware.Policy{Origins: []string{outer}, Credentials: true, ExposedHeaders: []string{"X-Outer"}}
	engine := gin.New()
	engine.Use(middleware.Must(middleware.Config{CORS: &rich}))
	engine.GET("/plain", ok)
	engine.GET("/inner", middleware.With(middleware.CORS(policyFor(inner))), ok)
	engine.GET("/all", middleware.With(middleware.CORS(policyFor("*"))), ok)
	engine.GET("/off", middleware.With(middleware.NoCORS()), ok)
	engine.GET("/other", middleware.With(middleware.SizeLimit("2mb")), ok)
	engine.GET("/wrapped", middleware.WithCORS(policyFor(inner), ok))
	group := engine.Group("/group", middleware.With(middleware.CORS(policyFor(middle))))
	group.GET("/plain", ok)
	group.GET("/inner", middleware.With(middleware.CORS(policyFor(inner))), ok)
	group.GET("/off", middleware.With(middleware.NoCORS()), ok)
	group.Group("/deep", middleware.With(middleware.NoCORS())).GET("/on", middleware.With(middleware.CORS(policyFor(inner))), ok)

	for path, want := range map[string]string{
		"/plain": outer, "/inner": inner, "/off": "", "/all": "*", "/other": outer, "/wrapped": inner, "/nowhere": outer,
		"/group/plain": middle, "/group/inner": inner, "/group/off": "", "/group/deep/on": inner, "/group/nowhere": outer,
	} {
		for _, origin := range []string{outer, middle, inner} {
			w := send(t, engine, http.MethodGet, path, "Origin: "+origin)
			expect := ""
			if want == origin || want == "*" {
				expect = want
			}
			if allowedOrigin(w) != expect {
				t.Errorf("%s from %s: allowed %q, want %q", path, origin, allowedOrigin(w), expect)
			}
			if want != outer && (w.Header().Get("Access-Control-Allow-Credentials") != "" || w.Header().Get("Access-Control-Expose-Headers") != "") {
				t.Errorf("%s from %s: headers of the outer policy are left: %s", path, origin, corsHeaders(w.Header()))
			}
			if vary := w.Header()["Vary"]; len(vary) != 1 || vary[0] != "Origin" {
				t.Errorf("%s from %s: Vary is %q", path, origin, vary)
			}
		}
	}
}

// TestCORSErrorsAreReadable looks for the headers on answers that no handler meant to give.
func TestCORSErrorsAreReadable(t *testing.T) {
	t.Parallel()
	policy := policyFor(app)
	for _, method405 := range []bool{false, true} {
		engine := gin.New()
		engine.HandleMethodNotAllowed = method405
		engine.Use(gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, _ any) { c.AbortWithStatus(http.StatusInternalServerError) }))
		engine.Use(middleware.Must(middleware.Config{CORS: &policy}))
		engine.POST("/only-post", ok)
		engine.GET("/panic", func(*gin.Context) { panic("boom") })
		engine.GET("/late-panic", func(c *gin.Context) { c.String(http.StatusOK, "half"); panic("boom") })
		engine.GET("/redirect", func(c *gin.Context) { c.Redirect(http.StatusTemporaryRedirect, "/x") })
		engine.GET("/too-large", func(c *gin.Context) { c.AbortWithStatus(http.StatusRequestEntityTooLarge) })
		engine.GET("/unauthorized", func(c *gin.Context) { c.AbortWithStatus(http.StatusUnauthorized) }, ok)
		engine.GET("/file", func(c *gin.Context) { c.File("testdata/there-is-no-such-file") })
		engine.GET("/http-error", func(c *gin.Context) { http.Error(c.Writer, "no", http.StatusBadRequest) })
		wrongMethod := http.StatusNotFound
		if method405 {
			wrongMethod = http.StatusMethodNotAllowed
		}
		for path, status := range map[string]int{
			"/nowhere": 404, "/only-post": wrongMethod, "/panic": 500, "/late-panic": 200, "/redirect": 307, "/too-large": 413, "/unauthorized": 401, "/file": 404, "/http-error": 400,
		} {
			w := send(t, engine, http.MethodGet, path, "Origin: "+app)
			if w.Code != status || allowedOrigin(w) != app || w.Header().Get("Vary") != "Origin" {
				t.Errorf("%s: %d with %s; want %d for %s", path, w.Code, corsHeaders(w.Header()), status, app)
			}
		}
	}
}

// TestCORSKeepsVary puts other middleware that varies before and behind.
func TestCORSKeepsVary(t *testing.T) {
	t.Parallel()
	shared := []string{"Accept-Encoding", "Accept"} // as a middleware that prepares its headers would have it
	for name, c := range map[string]struct {
		before []string
		want   string
	}{
		"nothing":         {nil, "Origin|Behind"},
		"other":           {[]string{"Accept-Encoding"}, "Accept-Encoding|Origin|Behind"},
		"shared":          {shared[:1:2], "Accept-Encoding|Origin|Behind"},
		"list":            {[]string{"Accept-Encoding, Accept"}, "Accept-Encoding, Accept|Origin|Behind"},
		"there":           {[]string{"Origin"}, "Origin|Behind"},
		"there in a list": {[]string{"Accept,\torigin"}, "Accept,\torigin|Behind"},
		"alike":           {[]string{"X-Origin"}, "X-Origin|Origin|Behind"},
		"star":            {[]string{"*"}, "*|Behind"},
	} {
		engine := gin.New()
		engine.Use(func(ctx *gin.Context) {
			if c.before != nil {
				ctx.Writer.Header()["Vary"] = c.before
			}
		})
		engine.GET("/x", middleware.With(middleware.CORS(policyFor(app))), func(c *gin.Context) { c.Writer.Header().Add("Vary", "Behind") })
		w := send(t, engine, http.MethodGet, "/x", "Origin: "+app)
		if got := strings.Join(w.Header()["Vary"], "|"); got != c.want {
			t.Errorf("%s: Vary is %q, want %q", name, got, c.want)
		}
	}
	if shared[0] != "Accept-Encoding" || shared[1] != "Accept" {
		t.Errorf("the slice of another middleware was written to: %q", shared)
	}
}

// TestCORSSharesNothing appends to every header of an answer and writes into it, and looks whether its other headers or
// the next answer have that. Then it looks whether an answer changes when the next one is made.
func TestCORSSharesNothing(t *testing.T) {
	t.Parallel()
	policy := middleware.Policy{Origins: []string{app, outer}, ExposedHeaders: []string{"X-Total"}, Credentials: true, MaxAge: time.Minute}
	var touch func(http.Header)
	engine := gin.New()
	engine.Use(func(c *gin.Context) {
		c.Next()
		touch(c.Writer.Header())
	})
	engine.Any("/x", middleware.With(middleware.CORS(policy)), func(c *gin.Context) { c.Status(http.StatusOK) }) // no Content-Type: Gin shares its own
	ask := func(origin string) string {
		asked, called := preflight(t, engine, origin, http.MethodPut, "/x"), send(t, engine, http.MethodGet, "/x", "Origin: "+origin)
		return corsHeaders(asked.Header()) + "\n" + corsHeaders(called.Header())
	}

	touch = func(http.Header) {}
	want := ask(app)
	touch = func(h http.Header) {
		before := corsHeaders(h)
		for _, values := range h {
			_ = append(values, "appended")
		}
		if after := corsHeaders(h); after != before {
			t.Errorf("appending to one header has written into another: %s", after)
		}
		for _, values := range h {
			for i := range values {
				values[i] = "spoiled"
			}
		}
	}
	ask(app)
	var kept []http.Header
	touch = func(h http.Header) { kept = append(kept, h) }
	if got := ask(app); got != want {
		t.Errorf("after one answer was changed, the next is\n%s\nwant\n%s", got, want)
	}
	ask(outer)
	if got := corsHeaders(kept[0]) + "\n" + corsHeaders(kept[1]); got != want {
		t.Errorf("after the next answer, the one before is\n%s\nwant\n%s", got, want)
	}
}

// TestCORSHugePreflight sends a megabyte of commas in each header that a preflight has.
func TestCORSHugePreflight(t *testing.T) {
	engine := gin.New()
	engine.Any("/x", middleware.With(middleware.CORS(policyFor(app, "https://*.example.org:*"))), ok)
	commas := strings.Repeat(",", 1<<20)
	for name, headers := range map[string][]string{
		"headers": {"Origin: " + app, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: " + commas},
		"many":    append([]string{"Origin: " + app, "Access-Control-Request-Method: PUT"}, slices.Repeat([]string{"Access-Control-Request-Headers: a"}, 1<<12)...),
		"method":  {"Origin: " + app, "Access-Control-Request-Method: " + commas},
		"origin":  {"Origin: " + commas, "Access-Control-Request-Method: PUT"},
		"labels":  {"Origin: https://" + strings.Repeat("a.", 1<<19) + "example.org", "Access-Control-Request-Method: PUT"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, "/x", nil)
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Add(name, value)
		}
		w := &discard{header: make(http.Header, 16)}
		allocs, fastest := leastAllocs(w, engine, r), time.Hour
		for range 100 { // of which one is not disturbed by other tests
			begin := time.Now()
			engine.ServeHTTP(w, r)
			fastest = min(fastest, time.Since(begin))
		}
		if allocs > 4 || fastest > time.Millisecond {
			t.Errorf("%s: %v allocations, %v", name, allocs, fastest)
		}
	}
}

// TestCORSAllocations holds the cost of a policy to one allocation more than none: the array of the values.
func TestCORSAllocations(t *testing.T) {
	policy := middleware.Policy{Origins: []string{app}, ExposedHeaders: []string{"X-Total"}, Credentials: true, MaxAge: time.Minute}
	for name, c := range map[string]struct {
		method  string
		headers http.Header
		most    float64
	}{
		"no origin": {http.MethodGet, http.Header{}, 1},
		"allowed":   {http.MethodGet, http.Header{"Origin": {app}}, 1},
		"refused":   {http.MethodGet, http.Header{"Origin": {evil}}, 1},
		"preflight": {http.MethodOptions, http.Header{"Origin": {app}, "Access-Control-Request-Method": {"PUT"}}, 1},
	} {
		bare, with := gin.New(), gin.New()
		bare.Any("/x", func(*gin.Context) {})
		with.Any("/x", middleware.With(middleware.CORS(policy)), func(*gin.Context) {})
		r := httptest.NewRequestWithContext(t.Context(), c.method, "/x", nil)
		r.Header = c.headers
		w := &discard{header: make(http.Header, 16)}
		if got := leastAllocs(w, with, r) - leastAllocs(w, bare, r); got > c.most {
			t.Errorf("%s: %v allocations, want at most %v", name, got, c.most)
		}
	}
}

// TestCORSRefusalsAreReadable has what the other parts of a layer answer, on all levels and over the network.
func TestCORSRefusalsAreReadable(t *testing.T) {
	t.Parallel()
	policy := policyFor(outer)
	engine := gin.New()
	engine.Use(gin.RecoveryWithWriter(io.Discard), middleware.Must(middleware.Config{CORS: &policy, SizeLimit: "1kb"}))
	fails := func(*gin.Context) { panic("boom") }
	waits := func(c *gin.Context) { <-c.Request.Context().Done() }
	engine.POST("/outer", fails)
	engine.POST("/outer/late", middleware.With(middleware.MaxDuration(time.Millisecond)), waits)
	engine.POST("/inner", middleware.With(middleware.CORS(policyFor(inner)), middleware.SizeLimit("2kb")), fails)
	engine.POST("/inner/late", middleware.With(middleware.CORS(policyFor(inner)), middleware.MaxDuration(time.Millisecond)), waits)
	server := serve(t, engine)
	for path, origin := range map[string]string{"/outer": outer, "/inner": inner} {
		for _, c := range []struct {
			route, body string
			status      int
		}{
			{"", `{"a":"` + strings.Repeat("x", 4<<10) + `"}`, http.StatusRequestEntityTooLarge},
			{"", `{"a":`, http.StatusBadRequest},
			{"/late", `{}`, http.StatusGatewayTimeout},
			{"", `{}`, http.StatusInternalServerError},
		} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path+c.route, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", origin)
			r.Header.Set("Content-Type", "application/json")
			res, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := res.Body.Close(); err != nil {
				t.Error(err)
			}
			if res.StatusCode != c.status || res.Header.Get("Access-Control-Allow-Origin") != origin || res.Header.Get("Vary") != "Origin" {
				t.Errorf("%s %.20s: %d %s; want %d for %s", path+c.route, c.body, res.StatusCode, corsHeaders(res.Header), c.status, origin)
			}
		}
	}
}
