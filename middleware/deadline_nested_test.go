package middleware_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/middleware"
)

// answerer notes when an answer begins, and how often.
type answerer struct {
	*httptest.ResponseRecorder
	begun []time.Time
}

func (w *answerer) WriteHeader(status int) {
	w.begun = append(w.begun, time.Now())
	w.ResponseRecorder.WriteHeader(status)
}

// within is a layer with a deadline, or with none for 0.
func within(d time.Duration) gin.HandlerFunc {
	if d == 0 {
		return middleware.With(middleware.NoMaxDuration())
	}
	return middleware.With(middleware.MaxDuration(d))
}

// TestDeadlineAndHandleContext has a route under a deadline that sends its request on to another, which may have one of its own.
// Gin gives that route its first writer again. The deadline that passes first answers, and nobody after it.
func TestDeadlineAndHandleContext(t *testing.T) {
	slow := func(c *gin.Context) {
		c.Header("X-Inner", "1")
		time.Sleep(3 * second)
		c.Header("X-Late", "1")
		c.String(http.StatusCreated, "inner")
	}
	stream := func(c *gin.Context) {
		c.String(http.StatusOK, "a")
		c.Writer.Flush()
		time.Sleep(3 * second)
		if c.Request.Context().Err() == nil {
			c.String(http.StatusOK, "b")
		}
	}
	failing := func(*gin.Context) { time.Sleep(3 * second); panic("of this test") }
	const timeout = "Gateway Timeout"
	for name, test := range map[string]struct {
		outer, inner time.Duration // 0: none
		handler      gin.HandlerFunc
		status       int
		body         string
		after        time.Duration // when the answer begins
	}{
		"in time for one":             {5 * second, 0, slow, http.StatusCreated, "inner", 3 * second},
		"in time for both":            {5 * second, 5 * second, slow, http.StatusCreated, "inner", 3 * second},
		"too late for the outer":      {second, 0, slow, http.StatusGatewayTimeout, timeout, second},
		"too late for the inner":      {0, second, slow, http.StatusGatewayTimeout, timeout, second},
		"the inner passes":            {5 * second, second, slow, http.StatusGatewayTimeout, timeout, second},
		"the inner passes first":      {2 * second, second, slow, http.StatusGatewayTimeout, timeout, second},
		"the outer passes":            {second, 5 * second, slow, http.StatusGatewayTimeout, timeout, second},
		"the outer passes first":      {second, 2 * second, slow, http.StatusGatewayTimeout, timeout, second},
		"both at once":                {second, second, slow, http.StatusGatewayTimeout, timeout, second},
		"a stream in one":             {second, 0, stream, http.StatusOK, "ab", 0},
		"a stream in both":            {second, second, stream, http.StatusOK, "ab", 0},
		"a panic in time":             {5 * second, 5 * second, failing, http.StatusServiceUnavailable, "", 3 * second},
		"a panic after the inner":     {5 * second, second, failing, http.StatusGatewayTimeout, timeout, second},
		"a panic after the outer":     {second, 5 * second, failing, http.StatusGatewayTimeout, timeout, second},
		"an answer without a status":  {second, second, func(c *gin.Context) { _, _ = c.Writer.WriteString("x") }, http.StatusOK, "x", 0},
		"an answer without a body":    {second, second, func(c *gin.Context) { c.Status(http.StatusAccepted) }, http.StatusAccepted, "", 0},
		"neither a status nor a body": {second, second, func(*gin.Context) {}, http.StatusOK, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var logged struct{ status, size int }
				log := func(c *gin.Context) { c.Next(); logged.status, logged.size = c.Writer.Status(), c.Writer.Size() }
				r := newEngine(t, log, gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.AbortWithStatus(http.StatusServiceUnavailable) }))
				r.GET("/outer", within(test.outer), func(c *gin.Context) {
					c.Request.URL.Path = "/inner"
					r.HandleContext(c)
					if _, err := c.Writer.WriteString(""); (err != nil) != (test.status == http.StatusGatewayTimeout && test.outer > 0) {
						t.Errorf("the handler that sent the request on writes behind the answer: %v", err)
					}
				})
				r.GET("/inner", within(test.inner), test.handler)
				start := time.Now()
				w := &answerer{ResponseRecorder: httptest.NewRecorder()}
				r.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/outer", http.NoBody))
				if w.Code != test.status || w.Body.String() != test.body || len(w.begun) != 1 || w.begun[0].Sub(start) != test.after {
					t.Errorf("got %d %q, begun at %v since %v, want %d %q after %v", w.Code, w.Body, w.begun, start, test.status, test.body, test.after)
				}
				if logged.status != test.status || logged.size != len(test.body) {
					t.Errorf("a logger sees %+v, want %d and %d bytes", logged, test.status, len(test.body))
				}
				if h := w.Result().Header; w.Code == http.StatusGatewayTimeout &&
					(h.Get("Content-Length") != "15" || h.Get("Connection") != "close" || h.Get("Content-Type") == "" || h.Get("X-Inner")+h.Get("X-Late") != "") {
					t.Errorf("the deadline answers with %v", h)
				}
				time.Sleep(10 * second)
				synctest.Wait() // no timer does anything behind the request
			})
		})
	}
}

// TestDeadlineAndAnswerAtOnce has the inner route answer at the very moment when a deadline passes. Either may be first.
func TestDeadlineAndAnswerAtOnce(t *testing.T) {
	for range 50 {
		for _, limits := range [][2]time.Duration{{second, 0}, {2 * second, second}, {second, 2 * second}, {second, second}} {
			synctest.Test(t, func(t *testing.T) {
				r := newEngine(t)
				r.GET("/outer", within(limits[0]), func(c *gin.Context) {
					c.Request.URL.Path = "/inner"
					r.HandleContext(c)
				})
				r.GET("/inner", within(limits[1]), func(c *gin.Context) {
					time.Sleep(second)
					c.String(http.StatusCreated, "inner")
				})
				w := &answerer{ResponseRecorder: httptest.NewRecorder()}
				r.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/outer", http.NoBody))
				got := strconv.Itoa(w.Code) + " " + w.Body.String()
				if len(w.begun) != 1 || got != "201 inner" && got != "504 Gateway Timeout" {
					t.Errorf("%v: got %s, begun at %v", limits, got, w.begun)
				}
			})
		}
	}
}

// TestDeadlinesPassWhileHeadersAreSet has the handler of the inner route work on its header all the time while one deadline
// passes and then the other: with -race, whatever a timer touches of it is seen.
func TestDeadlinesPassWhileHeadersAreSet(t *testing.T) {
	const short, long = 5 * time.Millisecond, 8 * time.Millisecond
	for _, limits := range [][2]time.Duration{{short, 0}, {short, long}, {long, short}, {short, short}} {
		r := newEngine(t)
		r.GET("/outer", within(limits[0]), func(c *gin.Context) {
			c.Request.URL.Path = "/inner"
			r.HandleContext(c)
			if _, err := c.Writer.WriteString("late"); !errors.Is(err, http.ErrHandlerTimeout) {
				t.Errorf("%v: a late write behind the inner route: %v", limits, err)
			}
		})
		r.GET("/inner", within(limits[1]), func(c *gin.Context) {
			for start := time.Now(); c.Request.Context().Err() == nil || time.Since(start) < 2*long; {
				c.Header("X-Own", "1")
				c.Status(http.StatusTeapot)
				c.Writer.Header().Del("X-Own")
			}
			if _, err := c.Writer.WriteString("late"); !errors.Is(err, http.ErrHandlerTimeout) {
				t.Errorf("%v: a late write got %v", limits, err)
			}
		})
		s := serve(t, r)
		for range 5 {
			got := fetch(t, s.Client(), http.MethodGet, s.URL+"/outer", nil)
			if got.status != http.StatusGatewayTimeout || got.body != "Gateway Timeout" || got.header.Get("Content-Length") != "15" || got.header.Get("X-Own") != "" {
				t.Errorf("%v: got %d %q %v", limits, got.status, got.body, got.header)
			}
		}
	}
}

// TestDeadlineAndStatusBeforeHandleContext has a handler set a status and a header before it sends its request on. Whatever the
// other route does with them, the answer is that of bare Gin.
func TestDeadlineAndStatusBeforeHandleContext(t *testing.T) {
	for name, inner := range map[string]gin.HandlerFunc{
		"nothing":           func(*gin.Context) {},
		"body":              func(c *gin.Context) { _, _ = c.Writer.WriteString("inner") },
		"body in two":       func(c *gin.Context) { _, _ = c.Writer.WriteString("in"); _, _ = c.Writer.WriteString("ner") },
		"flush":             func(c *gin.Context) { c.Writer.Flush(); _, _ = c.Writer.WriteString("inner") },
		"header":            func(c *gin.Context) { c.Header("X-Inner", "1"); c.Writer.Header().Del("X-Gone") },
		"status":            func(c *gin.Context) { c.Status(http.StatusTeapot) },
		"status of before":  func(c *gin.Context) { c.String(c.Writer.Status(), "%d", c.Writer.Status()) },
		"status and body":   func(c *gin.Context) { c.String(http.StatusTeapot, "inner") },
		"the usual status":  func(c *gin.Context) { c.String(http.StatusOK, "inner") },
		"status, then none": func(c *gin.Context) { c.Status(http.StatusTeapot); c.Status(http.StatusOK) },
		"panic":             func(*gin.Context) { panic("of this test") },
	} {
		answers := func(path string, outer, own gin.HandlerFunc) string {
			var all strings.Builder
			for _, hidden := range []bool{false, true} {
				var logged int
				log := func(c *gin.Context) { c.Next(); logged = c.Writer.Status() }
				r := newEngine(t, log, gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.Abort() }))
				if hidden {
					r.Use(func(c *gin.Context) { c.Writer = struct{ gin.ResponseWriter }{c.Writer}; c.Next() })
				}
				r.GET("/outer", outer, func(c *gin.Context) {
					c.Header("X-Outer", "1")
					c.Header("X-Gone", "1")
					c.Status(http.StatusAccepted)
					c.Request.URL.Path = path
					r.HandleContext(c)
				})
				r.GET("/inner", own, inner)
				s := serve(t, r)
				got := fetch(t, s.Client(), http.MethodGet, s.URL+"/outer", nil)
				got.header.Del("Date")
				fmt.Fprintln(&all, got, logged)
			}
			return all.String()
		}
		for _, path := range []string{"/inner", "/nowhere"} {
			nothing := func(*gin.Context) {}
			bare := answers(path, nothing, nothing)
			for _, limits := range [][2]time.Duration{{0, 0}, {time.Minute, 0}, {0, time.Minute}, {time.Minute, time.Minute}} {
				if got := answers(path, within(limits[0]), within(limits[1])); got != bare {
					t.Errorf("%s, %s, %v: got\n%swhere bare Gin answers\n%s", name, path, limits, got, bare)
				}
			}
		}
	}
}

// TestStatusBeforeHandleContextWarnsOfNothing reads what Gin prints where it is told a status too late.
func TestStatusBeforeHandleContextWarnsOfNothing(t *testing.T) {
	r := newEngine(t)
	r.GET("/outer", within(time.Minute), func(c *gin.Context) {
		c.Status(http.StatusAccepted)
		c.Request.URL.Path = "/inner"
		r.HandleContext(c)
	})
	r.GET("/inner", func(c *gin.Context) { c.String(http.StatusTeapot, "inner") })
	before := gin.DebugPrintFunc
	gin.SetMode(gin.DebugMode)
	defer func() { gin.SetMode(gin.TestMode); gin.DebugPrintFunc = before }()
	gin.DebugPrintFunc = func(format string, values ...any) { t.Errorf(format, values...) }
	if w := call(t, r, http.MethodGet, "/outer", "", ""); w.Code != http.StatusTeapot || w.Body.String() != "inner" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

// TestWriterOfAnOuterRouteIsNotUsedAgain looks which writers requests get. One that the timer of an inner route knows must not be
// given to another request: that timer may come to it at any time, to answer for its own.
func TestWriterOfAnOuterRouteIsNotUsedAgain(t *testing.T) {
	var seen []gin.ResponseWriter // by the routes of one request, the outermost first
	r := newEngine(t)
	for path, next := range map[string]string{"/1": "/2", "/2": "/3", "/3": ""} {
		r.GET(path, within(time.Minute), func(c *gin.Context) {
			seen = append(seen, c.Writer)
			if c.Request.URL.Path = next; next != "" {
				r.HandleContext(c)
			}
		})
	}
	outer := map[gin.ResponseWriter]bool{}
	for n := range 100 {
		seen = nil
		path := []string{"/1", "/2", "/3"}[n%3]
		if w := call(t, r, http.MethodGet, path, "", ""); w.Code != http.StatusOK || len(seen) != 3-n%3 {
			t.Fatalf("%s: got %d by %d routes", path, w.Code, len(seen))
		}
		for i, w := range seen {
			if outer[w] {
				t.Fatalf("the writer of an outer route was used again, for %s", path)
			}
			outer[w] = i < len(seen)-1
		}
	}
}
