package apiroutes_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/catchall"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

var errDatabase = errors.New("database: no connection")

const failedText = "Internal Server Error"

// Whatever goes wrong before the first byte is 500, plain, and visible to other
// middleware.
func TestErrorsBeforeAnythingWasSent(t *testing.T) {
	t.Parallel()
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	for _, c := range []struct {
		name    string
		handler func(*apiroutes.Request, *apiroutes.Response) error
		is      func(error) bool
	}{
		{"returned", func(*apiroutes.Request, *apiroutes.Response) error { return errDatabase }, is(errDatabase)},
		{"panic with an error", func(*apiroutes.Request, *apiroutes.Response) error { panic(errDatabase) }, is(errDatabase)},
		{"panic with text", func(*apiroutes.Request, *apiroutes.Response) error { panic("oh") }, hasType[*apiroutes.PanicError]},
		{"runtime error", func(_ *apiroutes.Request, res *apiroutes.Response) error {
			list := make([]int, 1)
			list[len(res.GetHeader("Set-Cookie"))] = 1
			return nil
		}, hasType[*apiroutes.PanicError]},
		{"json without text", func(_ *apiroutes.Request, res *apiroutes.Response) error { res.JSON(func() {}); return nil }, hasType[*apiroutes.MarshalError]},
		{"send without text", func(_ *apiroutes.Request, res *apiroutes.Response) error {
			res.SetHeader("X-Kept", "").RemoveHeader("X-Kept").Send(make(chan int))
			return nil
		}, hasType[*apiroutes.MarshalError]},
		{"status", func(_ *apiroutes.Request, res *apiroutes.Response) error { res.Status(99).Send("x"); return nil }, hasType[*apiroutes.StatusError]},
		{"informational status", func(_ *apiroutes.Request, res *apiroutes.Response) error { res.Status(103).JSON(1); return nil }, hasType[*apiroutes.StatusError]},
		{"redirect", func(_ *apiroutes.Request, res *apiroutes.Response) error { res.Redirect("/\r\n"); return nil }, hasType[*revalidate.RedirectError]},
		{"header value", func(_ *apiroutes.Request, res *apiroutes.Response) error {
			res.SetHeader("X", "a\nb").AppendHeader("Y", "1").Send("x")
			return nil
		}, hasType[*apiroutes.HeaderError]},
		{"header name", func(_ *apiroutes.Request, res *apiroutes.Response) error {
			res.SetHeader("X Y", "1").End("x")
			return nil
		}, hasType[*apiroutes.HeaderError]},
		{"empty header name", func(_ *apiroutes.Request, res *apiroutes.Response) error { res.AppendHeader("", "1").End(); return nil }, hasType[*apiroutes.HeaderError]},
		{"no cookie", func(_ *apiroutes.Request, res *apiroutes.Response) error { res.SetCookie(nil).Send("x"); return nil }, hasType[*apiroutes.HeaderError]},
		{"bad cookie", func(_ *apiroutes.Request, res *apiroutes.Response) error {
			res.SetCookie(&http.Cookie{Name: "a", Value: "b;c", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}).SetCookie(nil).Send("x")
			return nil
		}, hasType[*apiroutes.HeaderError]},
		{"after an error nothing works", func(_ *apiroutes.Request, res *apiroutes.Response) error {
			res.Status(99)
			res.Status(200).JSON(1)
			res.Send(1)
			res.Redirect("/")
			res.RedirectLocal(303, "/")
			res.End("x")
			res.Flush()
			if _, err := res.Write([]byte{0}); !hasType[*apiroutes.StatusError](err) {
				return fmt.Errorf("Write after an error: %w", err)
			}
			if _, err := res.WriteString("x"); !hasType[*apiroutes.StatusError](err) {
				return fmt.Errorf("WriteString after an error: %w", err)
			}
			return nil
		}, hasType[*apiroutes.StatusError]},
		{"own status that is none", func(*apiroutes.Request, *apiroutes.Response) error { return apiroutes.NewError(200, "fine") }, hasType[*apiroutes.APIError]},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reached := false
			engine, failed := route(apiroutes.HandlerE(func(req *apiroutes.Request, res *apiroutes.Response) error {
				res.SetHeader("Content-Type", "text/html").SetHeader("ETag", `"x"`).SetHeader("Content-Length", "3")
				res.SetHeader("Cache-Control", "public").SetHeader("Content-Encoding", "gzip").SetHeader("Set-Cookie", "a=b")
				return c.handler(req, res)
			}), func(*gin.Context) { reached = true })
			got := ask(t, engine, call{})
			got.check(t, 500, failedText, map[string]string{"Content-Length": "21", "X-Content-Type-Options": "nosniff", "Set-Cookie": "a=b"})
			if len(*failed) != 1 || !c.is((*failed)[0]) {
				t.Errorf("errors %v", *failed)
			}
			if reached {
				t.Error("the chain went on")
			}
		})
	}
}

func hasType[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// Errors that know their status are answered with it.
func TestErrorsWithAStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		body   string
	}{
		{apiroutes.NewError(http.StatusNotFound, "No such post"), 404, "No such post"},
		{&apiroutes.APIError{Status: 503, Text: "Busy", Err: errDatabase}, 503, "Busy"},
		{fmt.Errorf("wrapped: %w", apiroutes.NewError(http.StatusConflict, "Taken")), 409, "Taken"},
		{&bodyparser.SyntaxError{Detail: "x"}, 400, "Invalid JSON"},
		{&bodyparser.TooLargeError{Limit: 1, Text: "1b"}, 413, "Body exceeded 1b limit"},
		{&bodyparser.NoParserError{}, 500, failedText},
	} {
		engine, failed := route(apiroutes.HandlerE(func(_ *apiroutes.Request, res *apiroutes.Response) error {
			res.SetHeader("Content-Type", "text/html")
			return c.err
		}))
		got := ask(t, engine, call{})
		if got.status != c.status || got.body != c.body || strings.Contains(got.header.Get("Content-Type"), "html") {
			t.Errorf("%v: %v", c.err, got)
		}
		if len(*failed) != 1 || !errors.Is((*failed)[0], c.err) {
			t.Errorf("%v: errors %v", c.err, *failed)
		}
	}
	if err := (&apiroutes.APIError{Status: 503, Text: "Busy", Err: errDatabase}); !errors.Is(err, errDatabase) ||
		err.Error() != `apiroutes: 503 "Busy": database: no connection` {
		t.Errorf("%v", err)
	}
	if text := apiroutes.NewError(404, "a\nb").Error(); text != `apiroutes: 404 "a\nb"` {
		t.Errorf("%s", text)
	}
}

// Err is the catch block: what it has taken is not answered.
func TestErrorsCanBeTaken(t *testing.T) {
	t.Parallel()
	engine, failed := route(apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) {
		if err := res.Err(); err != nil {
			t.Errorf("error before anything happened: %v", err)
		}
		res.JSON(gin.H{"bad": func() {}})
		if err := res.Err(); hasType[*apiroutes.MarshalError](err) {
			res.Status(500).JSON(gin.H{"error": "failed to load data"})
		}
	}))
	got := ask(t, engine, call{})
	if got.status != 500 || got.body != `{"error":"failed to load data"}` || len(*failed) != 0 {
		t.Errorf("%v, errors %v", got, *failed)
	}
}

// A response that was complete stays, whatever happens afterwards.
func TestErrorsAfterACompleteResponse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler func(*apiroutes.Request, *apiroutes.Response) error
		body    string
	}{
		"panic":    {func(_ *apiroutes.Request, res *apiroutes.Response) error { res.JSON(1); panic("late") }, "1"},
		"returned": {func(_ *apiroutes.Request, res *apiroutes.Response) error { res.Send("1"); return errDatabase }, "1"},
		"twice":    {func(_ *apiroutes.Request, res *apiroutes.Response) error { res.JSON(1); res.JSON(2); return nil }, "1"},
		"header": {func(_ *apiroutes.Request, res *apiroutes.Response) error {
			res.End("1")
			res.SetHeader("A", "b")
			return nil
		}, "1"},
		"write": {func(_ *apiroutes.Request, res *apiroutes.Response) error {
			res.End("1")
			_, _ = res.Write([]byte{0})
			return nil
		}, "1"},
		"end with text": {func(_ *apiroutes.Request, res *apiroutes.Response) error { res.End("1"); res.End("2"); return nil }, "1"},
		"redirect":      {func(_ *apiroutes.Request, res *apiroutes.Response) error { res.End("1"); res.Redirect("/"); return nil }, "1"},
		"written, ended": {func(_ *apiroutes.Request, res *apiroutes.Response) error {
			fmt.Fprint(res, "1")
			res.End()
			panic("late")
		}, "1"},
	} {
		engine, failed := route(apiroutes.HandlerE(c.handler))
		got := ask(t, engine, call{})
		if got.err != nil || got.status != 200 || got.body != c.body {
			t.Errorf("%s: %v", name, got)
		}
		if len(*failed) != 1 {
			t.Errorf("%s: errors %v", name, *failed)
		}
	}
}

// gone is a reader that fails after a part.
func gone() io.Reader { return io.MultiReader(strings.NewReader("part"), failing{}) }

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errDatabase }

// Half a response must not look whole, also where a recovery middleware stops the
// panic, on HTTP/1 and HTTP/2.
func TestErrorsInTheMiddleOfAResponse(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]func(*apiroutes.Request, *apiroutes.Response) error{
		"panic":    func(_ *apiroutes.Request, res *apiroutes.Response) error { fmt.Fprint(res, "part"); panic("oh") },
		"returned": func(_ *apiroutes.Request, res *apiroutes.Response) error { fmt.Fprint(res, "part"); return errDatabase },
		"flushed": func(_ *apiroutes.Request, res *apiroutes.Response) error {
			fmt.Fprint(res, "part")
			res.Flush()
			return errDatabase
		},
		"second answer": func(_ *apiroutes.Request, res *apiroutes.Response) error {
			fmt.Fprint(res, "part")
			res.JSON(1)
			return nil
		},
		"reader": func(_ *apiroutes.Request, res *apiroutes.Response) error { res.Send(gone()); return nil },
		"through Gin": func(req *apiroutes.Request, _ *apiroutes.Response) error {
			req.Gin().String(http.StatusOK, "part")
			return errDatabase
		},
	} {
		for _, recovery := range []bool{false, true} {
			for _, http2 := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s recovery=%v http2=%v", name, recovery, http2), func(t *testing.T) {
					t.Parallel()
					engine := gin.New()
					if recovery {
						engine.Use(gin.RecoveryWithWriter(io.Discard), func(c *gin.Context) {
							c.Writer = struct{ gin.ResponseWriter }{c.Writer} // as middleware that compresses does
						})
					}
					engine.GET("/", apiroutes.HandlerE(handler))
					server := httptest.NewUnstartedServer(engine)
					server.EnableHTTP2 = http2
					server.StartTLS()
					defer server.Close()
					got := askServer(t, server, call{})
					if got.err == nil {
						t.Errorf("the client takes %q for the whole answer", got.body)
					}
				})
			}
		}
	}
}

func TestAbortHandlerGoesOn(t *testing.T) {
	t.Parallel()
	engine, failed := route(apiroutes.Handler(func(*apiroutes.Request, *apiroutes.Response) { panic(http.ErrAbortHandler) }))
	if got := ask(t, engine, call{}); got.err == nil {
		t.Errorf("answered %v", got)
	}
	if len(*failed) != 0 {
		t.Errorf("errors %v", *failed)
	}
}

// What is the server's fault is logged with its stack, what is the client's is
// not. Not parallel: the default logger is process-wide.
func TestLog(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewJSONHandler(&out, nil)))

	engine := gin.New()
	routes := catchall.New()
	routes.GET("/posts/[id]", apiroutes.HandlerE(func(req *apiroutes.Request, _ *apiroutes.Response) error {
		switch req.Query().Get("id") {
		case "panic":
			panic("line\nbreak")
		case "missing":
			return apiroutes.NewError(http.StatusNotFound, "No such post")
		}
		return errDatabase
	}))
	if err := routes.Mount(engine); err != nil {
		t.Fatal(err)
	}
	for path, parts := range map[string][]string{
		"/posts/panic":   {`"msg":"API handler failed"`, `"method":"GET"`, `"route":"/posts/[id]"`, `panicked: line\nbreak`, `"stack":"goroutine `, "errors_test.go"},
		"/posts/missing": nil,
		"/posts/7":       {`"level":"ERROR"`, `"error":"database: no connection"}`},
	} {
		out.Reset()
		ask(t, engine, call{path: path})
		if parts == nil && out.Len() > 0 {
			t.Errorf("%s: logged %s", path, out.String())
		}
		for _, part := range parts {
			if !strings.Contains(out.String(), part) || strings.Count(out.String(), "\n") != 1 {
				t.Errorf("%s: logged %s, want %s in it", path, out.String(), part)
			}
		}
	}
}

// Errors of handlers look like those of the route's parser, if it was given a way
// to answer them.
func TestErrorsByTheHookOfTheRoute(t *testing.T) {
	t.Parallel()
	type note struct {
		Title string `binding:"required" json:"title"`
	}
	handlers := map[string]struct {
		handler gin.HandlerFunc
		status  int
		want    string // a part of the problem
		plain   string
	}{
		"status": {
			apiroutes.HandlerE(func(*apiroutes.Request, *apiroutes.Response) error { return apiroutes.NewError(404, "no such note") }),
			http.StatusNotFound, `"detail":"no such note"`, "no such note",
		},
		"unknown": {
			apiroutes.HandlerE(func(*apiroutes.Request, *apiroutes.Response) error { return errDatabase }),
			http.StatusInternalServerError, `{"title":"Internal Server Error","status":500}`, failedText,
		},
		"panic": {
			apiroutes.Handler(func(*apiroutes.Request, *apiroutes.Response) { panic("broken") }),
			http.StatusInternalServerError, `{"title":"Internal Server Error","status":500}`, failedText,
		},
		"faults": {
			apiroutes.Typed(func(*apiroutes.Request, note) (note, error) { return note{}, nil }),
			http.StatusBadRequest, `"pointer":"/title"`, "",
		},
	}
	for name, c := range handlers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, hook := range []func(*gin.Context, error){bodyparser.ProblemJSON, nil} {
				engine := gin.New()
				engine.POST("/", bodyparser.Must(bodyparser.Config{ErrorHandler: hook}), c.handler)
				request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("{}"))
				request.Header.Set("Content-Type", "application/json")
				recorder := httptest.NewRecorder()
				engine.ServeHTTP(recorder, request)
				isProblem := recorder.Header().Get("Content-Type") == "application/problem+json"
				if recorder.Code != c.status || isProblem != (hook != nil) {
					t.Errorf("with a hook: %t: got %d %v", hook != nil, recorder.Code, recorder.Header())
				}
				if text := recorder.Body.String(); hook != nil && !strings.Contains(text, c.want) || hook == nil && c.plain != "" && text != c.plain {
					t.Errorf("with a hook: %t: got %q", hook != nil, text)
				}
			}
		})
	}
}
