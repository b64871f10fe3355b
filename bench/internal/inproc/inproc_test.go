package inproc_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

var post = job.Job{
	Scenario: "S0",
	Request:  job.Request{Method: http.MethodPost, Path: "/", Body: []byte("abc")},
	Want:     job.Answer{Status: http.StatusOK, Body: "abc"},
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_, _ = w.Write(body)
}

func TestMeasure(t *testing.T) {
	var kept []byte
	handlers := []inproc.Entry{
		{Name: "none", Handler: inproc.Standard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))},
		{Name: "one", Handler: inproc.Standard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { kept = make([]byte, 1000) }))},
		{Name: "slow", Handler: inproc.Standard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Millisecond) }))},
	}
	got := inproc.Measure(t.Context(), &post, handlers, inproc.Settings{Rounds: 3, Window: 4 * time.Millisecond})
	for _, h := range handlers {
		if r := got[h.Name]; len(r.Time) != 3 || len(r.CPU) != 3 || len(r.Bytes) != 3 || len(r.Allocs) != 3 {
			t.Fatalf("%s: %+v, want three rounds", h.Name, r)
		}
	}
	if n := slices.Min(got["none"].Allocs); n > 0.1 {
		t.Errorf("the harness allocates: %v", n)
	}
	if n := slices.Min(got["one"].Allocs); n < 0.9 || n > 1.1 || len(kept) == 0 {
		t.Errorf("%v allocations, want 1", n)
	}
	if n := slices.Min(got["one"].Bytes); n < 1000 || n > 1100 {
		t.Errorf("%v bytes, want 1024", n)
	}
	if n := slices.Min(got["slow"].Time); n < 1e6 {
		t.Errorf("%v ns for a millisecond", n)
	}
	if n := slices.Min(got["slow"].CPU); n > 5e5 {
		t.Errorf("%v ns of processor time for sleep", n)
	}
}

// TestCalibration: two requests that take long at first, as on a machine that
// does something else meanwhile, do not make the windows short.
func TestCalibration(t *testing.T) {
	calls := 0
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if calls++; calls <= 2 {
			time.Sleep(10 * time.Millisecond)
		}
	})
	inproc.Measure(t.Context(), &post, []inproc.Entry{{Name: "a", Handler: inproc.Standard(handler)}}, inproc.Settings{Rounds: 1, Window: 10 * time.Millisecond})
	if calls < 100 {
		t.Errorf("%d calls of a handler that does nothing", calls)
	}
}

// TestBodyEachTime: each request has the whole body.
func TestBodyEachTime(t *testing.T) {
	calls := 0
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		calls++
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "abc" || r.ContentLength != 3 {
			t.Errorf("body %q of %d, %v", body, r.ContentLength, err)
		}
	})
	inproc.Measure(t.Context(), &post, []inproc.Entry{{Name: "a", Handler: inproc.Standard(handler)}}, inproc.Settings{Rounds: 2, Window: time.Millisecond})
	if calls < 2 {
		t.Errorf("%d calls", calls)
	}
}

func TestCheck(t *testing.T) {
	if err := inproc.Check(t.Context(), &post, inproc.Standard(http.HandlerFunc(echo))); err != nil {
		t.Error(err)
	}
	calls := 0
	second := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			echo(w, r)
		}
	})
	if inproc.Check(t.Context(), &post, inproc.Standard(second)) == nil {
		t.Error("the second answer was wrong")
	}
}

func TestMeasureEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := inproc.Measure(ctx, &post, []inproc.Entry{{Name: "a", Handler: inproc.Standard(http.HandlerFunc(echo))}}, inproc.Settings{Rounds: 1000, Window: time.Millisecond})
	if n := len(got["a"].Time); n != 0 {
		t.Errorf("%d rounds after the end", n)
	}
}

// TestFast: a handler of fasthttp gets the same requests.
func TestFast(t *testing.T) {
	kept := 0
	handler := inproc.Fast(func(c *fasthttp.RequestCtx) {
		if c.UserValue("seen") != nil {
			t.Error("the context has values of the request before")
		}
		c.SetUserValue("seen", true)
		kept += len(c.Request.Header.Peek("X-Test"))
		_, _ = c.Write(c.PostBody())
	})
	j := post
	j.Request.Header = http.Header{"X-Test": {"abc"}}
	if err := inproc.Check(t.Context(), &j, handler); err != nil || kept != 6 {
		t.Errorf("%v; %d bytes of the header, want 6", err, kept)
	}
	got := inproc.Measure(t.Context(), &j, []inproc.Entry{{Name: "fast", Handler: handler}}, inproc.Settings{Rounds: 2, Window: time.Millisecond})
	if n := len(got["fast"].Time); n != 2 {
		t.Errorf("%d rounds, want 2", n)
	}
}

// TestCheckMore: further requests are sent in turn, and none may be refused.
func TestCheckMore(t *testing.T) {
	j := job.Job{
		Request: job.Request{Method: http.MethodGet, Path: "/"}, Want: job.Answer{Status: http.StatusOK},
		More: []job.Request{{Method: http.MethodGet, Path: "/1"}, {Method: http.MethodGet, Path: "/2"}},
	}
	for _, tt := range []struct {
		missing string
		ok      bool
	}{{"/3", true}, {"/1", false}, {"/", false}} {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == tt.missing {
				w.WriteHeader(http.StatusNotFound)
			}
		})
		if err := inproc.Check(t.Context(), &j, inproc.Standard(handler)); (err == nil) != tt.ok {
			t.Errorf("without %s: %v", tt.missing, err)
		}
	}
}
