package middleware_test

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// randomRoutes registers random routes, in all ways there are, and returns for each number that a handler answers
// the origin that the preflight of its route must allow.
func randomRoutes(rnd *rand.Rand, engine *gin.Engine) map[string]string {
	want := map[string]string{}
	r := middleware.Routes(engine)
	r.Use(login, global())
	routers := []struct {
		base, policy string
		gin.IRoutes
	}{{"", outer, r}, {"", outer, engine}, {"/a", middle, r.Group("/a", allow(middle))}, {"/:p", outer, r.Group("/:p")}}
	var accepted [][2]string
	for i := range 3 + rnd.IntN(30) {
		router := routers[rnd.IntN(len(routers))]
		number, policy := strconv.Itoa(i), router.policy
		handlers := []gin.HandlerFunc{func(c *gin.Context) { c.String(http.StatusOK, number) }}
		switch rnd.IntN(4) {
		case 0:
			policy = "https://r" + number + ".example"
			handlers = []gin.HandlerFunc{login, allow(policy), handlers[0]}
		case 1:
			policy = off
			handlers = []gin.HandlerFunc{middleware.With(middleware.NoCORS()), handlers[0]}
		}
		if router.IRoutes == gin.IRoutes(engine) {
			policy = outer // it is not registered through Routes
		}
		method, pattern := []string{"GET", "PUT", "DELETE"}[rnd.IntN(3)], randomPattern(rnd)
		if fits(accepted, method, router.base+pattern) {
			accepted = append(accepted, [2]string{method, router.base + pattern})
			router.Handle(method, pattern, handlers...)
			want[number] = policy
		}
	}
	return want
}

// fits tries whether Gin takes one more route. It is done on another engine, since a refused route leaves traces.
func fits(routes [][2]string, method, pattern string) (fits bool) {
	defer func() { fits = recover() == nil }()
	engine := gin.New()
	for _, r := range append(routes, [2]string{method, pattern}) {
		engine.Handle(r[0], r[1], ok)
	}
	return true
}

func randomPattern(rnd *rand.Rand) string {
	var b strings.Builder
	for level := range rnd.IntN(4) {
		b.WriteString([]string{"/a", "/b", "/ab", "/:p", "/:p" + strconv.Itoa(level), "/a:p", "/*w"}[rnd.IntN(7)])
	}
	if b.Len() == 0 || rnd.IntN(6) == 0 {
		b.WriteByte('/')
	}
	return b.String()
}

func randomPath(rnd *rand.Rand) string {
	var b strings.Builder
	for range rnd.IntN(5) {
		b.WriteString([]string{"/a", "/b", "/ab", "/abc", "/c", "/a%2Fb", "//a", "/A"}[rnd.IntN(8)])
	}
	if b.Len() == 0 || rnd.IntN(6) == 0 {
		b.WriteByte('/')
	}
	return b.String()
}

// TestRoutesAgreeWithGin holds every preflight to the route that the request itself takes.
func TestRoutesAgreeWithGin(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	hits := 0
	for range 300 {
		engine := gin.New()
		engine.UseRawPath = rnd.IntN(2) == 0
		engine.RemoveExtraSlash = rnd.IntN(2) == 0
		engine.RedirectTrailingSlash = rnd.IntN(2) == 0
		policies := randomRoutes(rnd, engine)
		for range 40 {
			method, path := []string{"GET", "PUT", "DELETE"}[rnd.IntN(3)], randomPath(rnd)
			answer := send(t, engine, method, path, "Authorization: yes")
			want, matched := policies[answer.Body.String()]
			if matched {
				hits++
			} else {
				want = outer // and the login, which stands before the engine's policy, comes first
			}
			for _, origin := range []string{outer, middle, want} {
				if origin == "" {
					continue
				}
				w := send(t, engine, http.MethodOptions, path, "Authorization: yes", "Origin: "+origin, "Access-Control-Request-Method: "+method)
				expect := ""
				if origin == want {
					expect = want
				}
				if allowedOrigin(w) != expect {
					t.Fatalf("%s %s is answered by %q, whose policy is %q; the preflight from %s allows %q\n%v", method, path, answer.Body, want, origin, allowedOrigin(w), engine.Routes())
				}
			}
		}
	}
	if hits < 2000 {
		t.Errorf("only %d requests had a route", hits)
	}
}
