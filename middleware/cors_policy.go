package middleware

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

// newCORSPolicy makes a policy ready. The error names every fault.
func newCORSPolicy(p Policy) (*corsPolicy, error) {
	compiled := &corsPolicy{originFunc: p.OriginFunc}
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("middleware: CORS: "+format, args...))
	}
	if slices.Contains(p.Origins, "*") {
		compiled.all = true
		p.checkAll(fault)
	} else {
		compiled.origins = p.parseOrigins(fault)
	}
	p.checkLists(fault)
	if p.MaxAge < 0 || p.MaxAge%time.Second != 0 {
		fault("MaxAge is %v; write whole seconds, or 0 to leave it to the browser", p.MaxAge)
	}
	if p.PreflightStatus != 0 && (p.PreflightStatus < 200 || p.PreflightStatus > 299) {
		fault("PreflightStatus is %d; write one from 200 to 299, or 0 for 204", p.PreflightStatus)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	compiled.prepare(cors.New(p.contribConfig(compiled.all)))
	return compiled, nil
}

// checkAll refuses what contradicts "*".
func (p *Policy) checkAll(fault func(string, ...any)) {
	if len(p.Origins) > 1 {
		fault(`Origins has "*" and others; leave out the others, or "*"`)
	}
	if p.OriginFunc != nil {
		fault(`Origins is "*", so OriginFunc is never asked; leave out one of them`)
	}
	if p.Credentials {
		fault(`Origins is "*" and Credentials is true, which browsers refuse; name the origins`)
	}
}

// parseOrigins reads the list of origins.
func (p *Policy) parseOrigins(fault func(string, ...any)) *origin.Set {
	if len(p.Origins) == 0 && p.OriginFunc == nil {
		fault(`Origins is empty; name the origins that may call, write "*" for all, or use NoCORS() for none`)
	}
	patterns := make([]origin.Pattern, 0, len(p.Origins))
	for i, text := range p.Origins {
		pattern, err := origin.ParsePattern(text)
		switch {
		case err != nil:
			fault("Origins[%d] %q: %w", i, text, err)
		case p.Credentials && pattern.Insecure():
			fault("Origins[%d] %q: with Credentials an origin must be https, or anyone on the way acts in the user's name; write https:// (localhost may be http)", i, text)
		default:
			patterns = append(patterns, pattern)
		}
	}
	return origin.NewSet(patterns...)
}

// checkLists checks the names in the other lists.
func (p *Policy) checkLists(fault func(string, ...any)) {
	for _, list := range []struct {
		name   string
		values []string
		check  func(string) string
	}{
		{"Methods", p.Methods, checkMethod},
		{"Headers", p.Headers, checkName},
		{"ExposedHeaders", p.ExposedHeaders, checkExposed},
	} {
		for i, value := range list.values {
			if value == "*" {
				if p.Credentials {
					fault(`%s[%d] is "*", which with Credentials is a name like any other; write the names`, list.name, i)
				}
				continue
			}
			if problem := list.check(value); problem != "" {
				fault("%s[%d] %q: %s", list.name, i, value, problem)
			}
		}
	}
}

func checkMethod(method string) string {
	switch {
	case !isToken(method):
		return "it is no HTTP method; write one such as PUT"
	case strings.ToUpper(method) != method:
		return "methods are case-sensitive; write " + strings.ToUpper(method)
	case method == http.MethodConnect, method == http.MethodTrace, method == "TRACK":
		return "browsers never send it for a script; leave it out"
	}
	return ""
}

func checkName(name string) string {
	if !isToken(name) {
		return "it is no header name; write one such as X-Request-Id"
	}
	return ""
}

func checkExposed(name string) string {
	if strings.EqualFold(name, "Set-Cookie") || strings.EqualFold(name, "Set-Cookie2") {
		return "browsers never show it to a script; leave it out"
	}
	return checkName(name)
}

// isToken checks for the token of RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// contribConfig is the policy for gin-contrib/cors. Origins are decided here, so it is told that all are allowed, in
// the way that makes it answer as for a list.
func (p *Policy) contribConfig(all bool) cors.Config {
	defaults := cors.DefaultConfig()
	config := cors.Config{
		AllowAllOrigins:           all,
		AllowMethods:              p.Methods,
		AllowHeaders:              p.Headers,
		AllowCredentials:          p.Credentials,
		ExposeHeaders:             p.ExposedHeaders,
		MaxAge:                    p.MaxAge,
		AllowPrivateNetwork:       p.PrivateNetwork,
		OptionsResponseStatusCode: p.PreflightStatus,
	}
	if p.Methods == nil {
		config.AllowMethods = defaults.AllowMethods
	}
	if p.Headers == nil {
		config.AllowHeaders = defaults.AllowHeaders
	}
	if !all {
		config.AllowOriginFunc = func(string) bool { return true }
	}
	return config
}

// prepare runs the handler of gin-contrib/cors once for each kind of request and keeps what it writes.
func (p *corsPolicy) prepare(handler gin.HandlerFunc) {
	p.actual, _ = record(handler, http.MethodGet)
	p.preflight, p.status = record(handler, http.MethodOptions)
}

// record returns what handler answers to a request of another origin.
func record(handler gin.HandlerFunc, method string) (corsAnswer, int) {
	w := &headerRecorder{header: make(http.Header)}
	c := gin.CreateTestContextOnly(w, &gin.Engine{})
	c.Request = &http.Request{Method: method, Header: http.Header{
		headerOrigin:        {"https://origin.invalid"},
		headerRequestMethod: {http.MethodPut},
	}}
	handler(c)
	answer := corsAnswer{vary: w.header[headerVary]}
	for _, name := range slices.Sorted(maps.Keys(w.header)) {
		if name != headerVary && name != headerAllowOrigin {
			answer.fields = append(answer.fields, corsField{name, w.header.Get(name)})
		}
	}
	return answer, w.status
}

// headerRecorder keeps the head of an answer.
type headerRecorder struct {
	header http.Header
	status int
}

func (w *headerRecorder) Header() http.Header         { return w.header }
func (w *headerRecorder) WriteHeader(status int)      { w.status = status }
func (w *headerRecorder) Write(b []byte) (int, error) { return len(b), nil }
