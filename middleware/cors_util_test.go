package middleware_test

import (
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

const (
	app  = "https://app.example.com"
	evil = "https://app.example.com.evil.net"
)

// send sends a request with headers, given as "Name: value", through h.
func send(tb testing.TB, h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), method, target, nil)
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// preflight asks whether origin may call target by method.
func preflight(tb testing.TB, h http.Handler, origin, method, target string) *httptest.ResponseRecorder {
	tb.Helper()
	return send(tb, h, http.MethodOptions, target, "Origin: "+origin, "Access-Control-Request-Method: "+method)
}

// allowedOrigin is the Access-Control-Allow-Origin of an answer.
func allowedOrigin(w *httptest.ResponseRecorder) string {
	return strings.Join(w.Header().Values("Access-Control-Allow-Origin"), "|")
}

// corsHeaders lists Vary and the CORS headers of an answer, without the prefix and sorted.
func corsHeaders(h http.Header) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if short, ok := strings.CutPrefix(name, "Access-Control-"); ok || name == "Vary" {
			list = append(list, short+": "+strings.Join(h[name], "|"))
		}
	}
	return strings.Join(list, "; ")
}

// policyFor is a policy for one origin, which tells which of several has answered.
func policyFor(origins ...string) middleware.Policy {
	return middleware.Policy{Origins: origins}
}

// ok answers with its route.
func ok(c *gin.Context) { c.String(http.StatusOK, "%s %s", c.Request.Method, c.FullPath()) }

// leastAllocs counts the allocations of a request. The race detector makes pools forget now and then, so the least
// of several counts is taken.
func leastAllocs(w *discard, h http.Handler, r *http.Request) float64 {
	least := math.Inf(1)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, func() { clear(w.header); h.ServeHTTP(w, r) }))
	}
	return least
}

// discard is a ResponseWriter that costs nothing.
type discard struct{ header http.Header }

func (w *discard) Header() http.Header {
	if w.header == nil {
		w.header = make(http.Header)
	}
	return w.header
}
func (w *discard) Write(b []byte) (int, error) { return len(b), nil }
func (w *discard) WriteHeader(int)             {}
