package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

const second = time.Second

// TestDeadline runs handlers on a fake clock under a deadline of one second.
func TestDeadline(t *testing.T) {
	tests := map[string]struct {
		handler gin.HandlerFunc
		status  int
		body    string
		header  map[string]string
	}{
		"in time": {
			func(c *gin.Context) {
				time.Sleep(second - 1)
				c.Header("X-A", "1")
				c.String(http.StatusCreated, "done")
			},
			http.StatusCreated, "done",
			map[string]string{"X-A": "1", "X-Outer": "1", "Connection": ""},
		},
		"ignores its context": {
			func(c *gin.Context) { c.Header("X-A", "1"); time.Sleep(3 * second); c.String(http.StatusOK, "late") },
			http.StatusGatewayTimeout, "Gateway Timeout",
			map[string]string{"X-A": "", "X-Outer": "1", "Connection": "close", "Content-Length": "15"},
		},
		"heeds its context": {
			func(c *gin.Context) { <-c.Request.Context().Done(); c.String(http.StatusOK, "late") },
			http.StatusGatewayTimeout, "Gateway Timeout", nil,
		},
		"has set a status only": {
			func(c *gin.Context) { c.Status(http.StatusTeapot); time.Sleep(2 * second) },
			http.StatusGatewayTimeout, "Gateway Timeout", nil,
		},
		"status without a body, in time": {
			func(c *gin.Context) { c.Header("X-A", "1"); c.Status(http.StatusTeapot) },
			http.StatusTeapot, "",
			map[string]string{"X-A": "1"},
		},
		"has begun": {
			func(c *gin.Context) {
				c.String(http.StatusOK, "be")
				<-c.Request.Context().Done()
				c.String(http.StatusOK, "gun")
			},
			http.StatusOK, "begun", nil,
		},
		"header removed": {
			func(c *gin.Context) { c.Writer.Header().Del("X-Outer"); c.Status(http.StatusOK) },
			http.StatusOK, "",
			map[string]string{"X-Outer": ""},
		},
		"stream": {
			func(c *gin.Context) {
				c.String(http.StatusOK, "a")
				c.Writer.Flush()
				time.Sleep(5 * second)
				if c.Request.Context().Err() == nil {
					c.String(http.StatusOK, "b")
				}
			},
			http.StatusOK, "ab", nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newEngine(t, func(c *gin.Context) { c.Header("X-Outer", "1") })
				r.GET("/x", middleware.With(middleware.MaxDuration(second)), test.handler)
				w := call(t, r, http.MethodGet, "/x", "", "")
				if w.Code != test.status || w.Body.String() != test.body {
					t.Errorf("got %d %q, want %d %q", w.Code, w.Body, test.status, test.body)
				}
				for key, want := range test.header {
					if got := w.Result().Header.Get(key); got != want {
						t.Errorf("%s: got %q, want %q", key, got, want)
					}
				}
			})
		})
	}
}

// TestDeadlineAnswersInTime sees the 504 while the handler is still running.
func TestDeadlineAnswersInTime(t *testing.T) {
	release := make(chan struct{})
	late := make(chan error, 1)
	r := newEngine(t)
	r.POST("/x", middleware.With(middleware.MaxDuration(20*time.Millisecond), middleware.NoBodyParser()), func(c *gin.Context) {
		<-release
		_, err := c.Writer.WriteString("late")
		late <- err
	})
	r.GET("/next", func(c *gin.Context) { c.String(http.StatusOK, "next") })
	s := serve(t, r)
	for range 3 {
		got := fetch(t, s.Client(), http.MethodPost, s.URL+"/x", strings.NewReader("unread"))
		if got.status != http.StatusGatewayTimeout || got.body != "Gateway Timeout" {
			t.Errorf("got %d %q, want 504 Gateway Timeout", got.status, got.body)
		}
		if next := fetch(t, s.Client(), http.MethodGet, s.URL+"/next", nil); next.body != "next" {
			t.Errorf("the next request got %q", next.body)
		}
		release <- struct{}{}
		if err := <-late; !errors.Is(err, http.ErrHandlerTimeout) {
			t.Errorf("a late write got %v, want %v", err, http.ErrHandlerTimeout)
		}
	}
}

// TestDeadlineFreesABlockedRead has a client that never sends its body.
func TestDeadlineFreesABlockedRead(t *testing.T) {
	for name, option := range map[string]middleware.Option{
		"by the parser":  middleware.SizeLimit("1mb"),
		"by the handler": middleware.NoBodyParser(),
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan struct{})
			r := newEngine(t, func(c *gin.Context) { c.Next(); close(done) })
			r.POST("/x", middleware.With(option, middleware.MaxDuration(20*time.Millisecond)), func(c *gin.Context) {
				_, _ = io.Copy(io.Discard, c.Request.Body)
			})
			s := serve(t, r)
			body, writer := io.Pipe()
			if got := fetch(t, s.Client(), http.MethodPost, s.URL+"/x", body); got.status != http.StatusGatewayTimeout {
				t.Errorf("got %d %q, want 504", got.status, got.body)
			}
			<-done
			if err := writer.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDeadlineContext checks what handlers see of the deadline, on a fake
// clock.
func TestDeadlineContext(t *testing.T) {
	type key struct{}
	type want struct {
		err, cause error
		after      time.Duration
	}
	tests := map[string]struct {
		derive func(context.Context) (context.Context, context.CancelFunc)
		cancel time.Duration // when the client leaves; 0: it stays
		want   want
	}{
		"itself": {
			func(ctx context.Context) (context.Context, context.CancelFunc) { return ctx, func() {} },
			0,
			want{context.DeadlineExceeded, context.DeadlineExceeded, second},
		},
		"derived": {
			context.WithCancel, 0, want{context.DeadlineExceeded, context.DeadlineExceeded, second},
		},
		"derived with a later deadline": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 2*second)
			},
			0,
			want{context.DeadlineExceeded, context.DeadlineExceeded, second},
		},
		"derived with an earlier deadline": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, second/2)
			},
			0,
			want{context.DeadlineExceeded, context.DeadlineExceeded, second / 2},
		},
		"client leaves": {context.WithCancel, second / 4, want{context.Canceled, context.Canceled, second / 4}},
		"through values": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithCancel(context.WithValue(ctx, key{}, 1))
			},
			0,
			want{context.DeadlineExceeded, context.DeadlineExceeded, second},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newEngine(t)
				var got want
				r.GET("/x", middleware.With(middleware.MaxDuration(second)), func(c *gin.Context) {
					start := time.Now()
					if at, ok := c.Request.Context().Deadline(); !ok || at.Sub(start) != second {
						t.Errorf("Deadline: got %v %v", at.Sub(start), ok)
					}
					ctx, cancel := test.derive(c.Request.Context())
					defer cancel()
					<-ctx.Done()
					got = want{ctx.Err(), context.Cause(ctx), time.Since(start)}
				})
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				if test.cancel > 0 {
					time.AfterFunc(test.cancel, leave)
				}
				r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/x", nil))
				if got != test.want {
					t.Errorf("got %v, want %v", got, test.want)
				}
			})
		})
	}
}

// TestDeadlineAfterFunc covers what package context calls to watch a parent.
func TestDeadlineAfterFunc(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newEngine(t)
		calls := make(chan string, 3)
		r.GET("/x", middleware.With(middleware.MaxDuration(second)), func(c *gin.Context) {
			ctx := c.Request.Context()
			context.AfterFunc(ctx, func() { calls <- "before" })
			stop := context.AfterFunc(ctx, func() { calls <- "stopped" })
			if !stop() || stop() {
				t.Error("stop must say once that it stopped the function")
			}
			time.Sleep(2 * second)
			context.AfterFunc(ctx, func() { calls <- "after" })
			if <-ctx.Done(); !errors.Is(ctx.Err(), context.DeadlineExceeded) {
				t.Errorf("Err: got %v", ctx.Err())
			}
		})
		call(t, r, http.MethodGet, "/x", "", "")
		synctest.Wait()
		close(calls)
		var got []string
		for call := range calls {
			got = append(got, call)
		}
		if strings.Join(got, " ") != "before after" {
			t.Errorf("got %v", got)
		}
	})
}

// TestDeadlineAnswerByHook prepares the answer with the route's error handler.
func TestDeadlineAnswerByHook(t *testing.T) {
	tests := map[string]struct {
		hook        func(*gin.Context, error)
		status      int
		contentType string
		contains    string
	}{
		"default": {bodyparser.PlainText, http.StatusGatewayTimeout, "text/plain; charset=utf-8", "Gateway Timeout"},
		"problem": {bodyparser.ProblemJSON, http.StatusGatewayTimeout, "application/problem+json", `"status":504`},
		"own": {
			func(c *gin.Context, err error) {
				var timeout *middleware.TimeoutError
				if !errors.As(err, &timeout) || timeout.Limit != second {
					t.Errorf("the hook got %v", err)
				}
				c.JSON(http.StatusServiceUnavailable, gin.H{"slow": true})
			},
			http.StatusServiceUnavailable, "application/json; charset=utf-8", `{"slow":true}`,
		},
		"writes nothing": {func(*gin.Context, error) {}, http.StatusGatewayTimeout, "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newEngine(t)
				r.GET("/x", middleware.With(middleware.ErrorHandler(test.hook), middleware.MaxDuration(second)),
					func(*gin.Context) { time.Sleep(2 * second) })
				w := call(t, r, http.MethodGet, "/x", "", "")
				if w.Code != test.status || w.Header().Get("Content-Type") != test.contentType || !strings.Contains(w.Body.String(), test.contains) {
					t.Errorf("got %d %q %q", w.Code, w.Header().Get("Content-Type"), w.Body)
				}
			})
		})
	}
	_, err := middleware.NewWith(middleware.MaxDuration(second), middleware.ErrorHandler(func(*gin.Context, error) { panic("no") }))
	if err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("a hook that panics: got %v", err)
	}
}

// TestDeadlineAndPanic lets Recovery answer before the deadline and keeps the
// 504 after it.
func TestDeadlineAndPanic(t *testing.T) {
	for name, test := range map[string]struct {
		sleep  time.Duration
		status int
	}{"before": {0, http.StatusInternalServerError}, "after": {2 * second, http.StatusGatewayTimeout}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newEngine(t, gin.RecoveryWithWriter(io.Discard))
				r.GET("/x", middleware.With(middleware.MaxDuration(second)), func(*gin.Context) {
					time.Sleep(test.sleep)
					panic("broken")
				})
				if got := call(t, r, http.MethodGet, "/x", "", "").Code; got != test.status {
					t.Errorf("got %d, want %d", got, test.status)
				}
			})
		})
	}
}

// TestOuterMiddlewareSeesTheAnswer reads status and size where a logger does.
func TestOuterMiddlewareSeesTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var status, size int
		r := newEngine(t, func(c *gin.Context) { c.Next(); status, size = c.Writer.Status(), c.Writer.Size() })
		r.GET("/x", middleware.With(middleware.MaxDuration(second)), func(c *gin.Context) {
			time.Sleep(2 * second)
			c.String(http.StatusOK, "late")
			if c.Writer.Status() != http.StatusGatewayTimeout || !c.Writer.Written() || c.Writer.Size() != 15 {
				t.Errorf("the handler sees %d %v %d", c.Writer.Status(), c.Writer.Written(), c.Writer.Size())
			}
		})
		call(t, r, http.MethodGet, "/x", "", "")
		if status != http.StatusGatewayTimeout || size != 15 {
			t.Errorf("got %d and %d bytes, want 504 and 15", status, size)
		}
	})
}

// TestNearestDeadlineWins nests deadlines.
// TestHeaderOfAnOuterWriter sets headers as a session does: on the writer that a middleware before the layer was given.
func TestHeaderOfAnOuterWriter(t *testing.T) {
	var outer gin.ResponseWriter
	cookie := func(w http.ResponseWriter, name string) { http.SetCookie(w, &http.Cookie{Name: name, Value: "1"}) }
	for name, test := range map[string]struct {
		handler gin.HandlerFunc
		want    http.Header
	}{
		"a cookie": {
			func(*gin.Context) { cookie(outer, "session") },
			http.Header{"Set-Cookie": {"early=1", "session=1"}},
		},
		"and one of the handler": {
			func(c *gin.Context) { cookie(c.Writer, "own"); cookie(outer, "session") },
			http.Header{"Set-Cookie": {"early=1", "own=1", "session=1"}},
		},
		"a new header": {
			func(c *gin.Context) { c.Header("X-Own", "1"); outer.Header().Set("X-New", "1") },
			http.Header{"Set-Cookie": {"early=1"}, "X-Own": {"1"}, "X-New": {"1"}},
		},
		"one in place of another": {
			func(*gin.Context) { outer.Header().Set("X-Early", "2") },
			http.Header{"Set-Cookie": {"early=1"}, "X-Early": {"2"}},
		},
		"where both do, the handler's stays": {
			func(c *gin.Context) { outer.Header().Set("X-Early", "2"); c.Header("X-Early", "3") },
			http.Header{"Set-Cookie": {"early=1"}, "X-Early": {"3"}},
		},
		"what the handler takes back is gone": {
			func(c *gin.Context) { c.Writer.Header().Del("X-Early"); c.Writer.Header().Del("Set-Cookie") },
			http.Header{"X-Early": nil, "Set-Cookie": nil},
		},
	} {
		r := newEngine(t, func(c *gin.Context) {
			outer = c.Writer
			cookie(outer, "early")
			outer.Header().Set("X-Early", "1")
		})
		r.GET("/x", middleware.With(middleware.MaxDuration(second)), test.handler, func(c *gin.Context) { c.String(http.StatusOK, "done") })
		got := call(t, r, http.MethodGet, "/x", "", "").Header()
		for field, want := range test.want {
			if !slices.Equal(got[field], want) {
				t.Errorf("%s: %s is %q, want %q", name, field, got[field], want)
			}
		}
	}
}

func TestNearestDeadlineWins(t *testing.T) {
	tests := map[string]struct {
		option middleware.Option
		status int
	}{
		"raised":  {middleware.MaxDuration(5 * second), http.StatusOK},
		"lowered": {middleware.MaxDuration(second / 2), http.StatusGatewayTimeout},
		"lifted":  {middleware.NoMaxDuration(), http.StatusOK},
		"kept":    {middleware.SizeLimit("2mb"), http.StatusGatewayTimeout},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newEngine(t, middleware.Must(middleware.Config{MaxDuration: second}))
				r.GET("/x", middleware.With(test.option), func(c *gin.Context) {
					time.Sleep(2 * second)
					c.Status(http.StatusOK)
				})
				if got := call(t, r, http.MethodGet, "/x", "", "").Code; got != test.status {
					t.Errorf("got %d, want %d", got, test.status)
				}
			})
		})
	}
}

// TestDeadlineRace lets the handler write at the very moment of the deadline;
// the answer must be one of the two, whole.
func TestDeadlineRace(t *testing.T) {
	r := newEngine(t)
	r.GET("/x", middleware.With(middleware.MaxDuration(time.Millisecond)), func(c *gin.Context) {
		<-time.After(time.Millisecond)
		c.Header("X-Own", "1")
		c.Data(http.StatusOK, "text/plain", bytes.Repeat([]byte("x"), 4096))
	})
	s := serve(t, r)
	seen := map[int]int{}
	for range 300 {
		got := fetch(t, s.Client(), http.MethodGet, s.URL+"/x", nil)
		seen[got.status]++
		own := got.header.Get("X-Own")
		switch {
		case got.status == http.StatusOK && len(got.body) == 4096 && own == "1":
		case got.status == http.StatusGatewayTimeout && got.body == "Gateway Timeout" && own == "":
		default:
			t.Fatalf("got %d, %d bytes, X-Own %q", got.status, len(got.body), own)
		}
	}
	t.Log(seen)
}

// TestDeadlineLeavesNothingBehind sends requests one after the other, because
// writers and their timers are used again: on real time, in bubbles with clocks
// of their own and on real time again.
func TestDeadlineLeavesNothingBehind(t *testing.T) {
	r := newEngine(t, middleware.Must(middleware.Config{MaxDuration: time.Hour}))
	r.GET("/full", func(c *gin.Context) {
		for i := range 40 {
			c.Header("X-"+strconv.Itoa(i), "1")
		}
		c.String(http.StatusCreated, "full")
	})
	r.GET("/empty", func(*gin.Context) {})
	r.GET("/late", func(*gin.Context) { time.Sleep(2 * time.Hour) })
	both := func(t *testing.T) {
		t.Helper()
		if w := call(t, r, http.MethodGet, "/full", "", ""); w.Code != http.StatusCreated || len(w.Header()) != 41 {
			t.Errorf("got %d with %d fields, want 201 with 41", w.Code, len(w.Header()))
		}
		if w := call(t, r, http.MethodGet, "/empty", "", ""); w.Code != http.StatusOK || len(w.Header()) != 0 || w.Body.Len() != 0 {
			t.Errorf("the next request got %d %v %q", w.Code, w.Header(), w.Body)
		}
	}
	for range 3 {
		both(t)
		synctest.Test(t, func(t *testing.T) {
			both(t)
			if w := call(t, r, http.MethodGet, "/late", "", ""); w.Code != http.StatusGatewayTimeout {
				t.Errorf("after two hours: got %d, want 504", w.Code)
			}
			both(t)
		})
	}
}

// TestDeadlineAfterTheResponseHasBegun has a middleware that writes first.
func TestDeadlineAfterTheResponseHasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newEngine(t, func(c *gin.Context) { c.Header("X-Outer", "1"); c.String(http.StatusAccepted, "outer ") })
		r.GET("/x", middleware.With(middleware.MaxDuration(second)), func(c *gin.Context) {
			<-c.Request.Context().Done()
			if c.Writer.Header().Get("X-Outer") != "1" || c.Writer.Status() != http.StatusAccepted || c.Writer.Size() != 6 {
				t.Errorf("the handler sees %v %d %d", c.Writer.Header(), c.Writer.Status(), c.Writer.Size())
			}
			_, _ = c.Writer.WriteString("inner")
		})
		if w := call(t, r, http.MethodGet, "/x", "", ""); w.Code != http.StatusAccepted || w.Body.String() != "outer inner" {
			t.Errorf("got %d %q", w.Code, w.Body)
		}
	})
}

// TestRefusalAndDeadlineMeet lets a deadline pass while a body is being refused whose rest is still to come. Both prepare the
// connection, which is nothing for two goroutines: what has begun to answer does so alone.
func TestRefusalAndDeadlineMeet(t *testing.T) {
	t.Parallel()
	r := gin.New()
	r.POST("/", middleware.With(middleware.SizeLimit("10b"), middleware.MaxDuration(time.Millisecond), middleware.ErrorHandler(func(c *gin.Context, err error) {
		if _, late := errors.AsType[*middleware.TimeoutError](err); !late {
			<-c.Request.Context().Done()
		}
		bodyparser.PlainText(c, err)
	})), func(*gin.Context) { t.Error("the handler ran") })
	s := serve(t, r)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader(strings.Repeat("x", 5000)))
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusRequestEntityTooLarge || string(body) != "Body exceeded 10b limit" {
		t.Errorf("got %d %q, %v", res.StatusCode, body, err)
	}
}
