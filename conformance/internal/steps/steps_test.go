package steps_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/steps"
	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	const good = "- {name: page-a/x, rules: [R1], steps: [{ask: GET /isr/~}]}\n"
	for name, test := range map[string]struct {
		file, text string
		faults     []string // all of them are reported
	}{
		"good":                 {"page-a.yaml", good, nil},
		"in another file":      {"page-b.yaml", good, []string{`"page-a/x" belongs into page-a.yaml`}},
		"an unknown key":       {"page-a.yaml", "- {name: page-a/x, rule: [R1]}\n", []string{"rule"}},
		"a name, and no rules": {"a.yaml", "- {name: a/x}\n", []string{"a/x is no name", "a/x names no rule"}},
		"two things to do":     {"page-a.yaml", "- {name: page-a/x, rules: [R1], steps: [{ask: GET /, wait: 1}]}\n", []string{"2 things to do in step 1"}},
		"nothing to do":        {"page-a.yaml", "- {name: page-a/x, rules: [R1], steps: [{ask: GET /}, {as: b}]}\n", []string{"0 things to do in step 2"}},
		"a name twice":         {"page-a.yaml", good + good, []string{`the name "page-a/x/01" twice`}},
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, test.file), []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := steps.Load(folder)
		if (err == nil) != (test.faults == nil) {
			t.Errorf("%s: got %v", name, err)
		}
		for _, fault := range test.faults {
			if err != nil && !strings.Contains(err.Error(), fault) {
				t.Errorf("%s: %q is not in %v", name, fault, err)
			}
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	s := &steps.Sequence{Name: "page-a/x", Steps: []steps.Step{
		{Ask: "GET /"}, {Set: map[string]any{}}, {Begin: "GET /"}, {Finish: true, As: "both"}, {Wait: 1}, {Ask: "GET /"},
	}}
	want := []string{"page-a/x/01", "page-a/x/both", "page-a/x/03"}
	if got := s.Names(); !reflect.DeepEqual(got, want) || s.Topic() != "page-a" {
		t.Errorf("got %q of %s", got, s.Topic())
	}
}

// page answers with an HTML document around text, and with the tag and the
// length that it should have.
func page(w http.ResponseWriter, text string) {
	body := []byte("<html><body><main>" + text + "</main></body></html>")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("ETag", httpcache.ETag(body))
	_, _ = w.Write(body)
}

// ask runs a sequence of requests.
func ask(t *testing.T, handler http.HandlerFunc, requests ...steps.Step) []record.Answer {
	t.Helper()
	recordings, err := run(t, &steps.Sequence{Name: "page-a/x", Steps: requests}, handler)
	if err != nil {
		t.Fatal(err)
	}
	var answers []record.Answer
	for _, recording := range recordings {
		answers = append(answers, recording.Answers...)
	}
	return answers
}

// What belongs to one run or to one framework is not in a recording, and what
// is wrong is.
func TestWhatIsRecorded(t *testing.T) {
	t.Parallel()
	var tag atomic.Value
	handler := func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/xMx/page":
			w.Header().Set("Set-Cookie", "__next_preview_data=aa.bb.cc; Path=/")
			w.Header().Set("Location", "/xMx/"+id)
			page(w, "now xMx &amp; <!-- -->"+id)
			tag.Store(w.Header().Get("ETag"))
		case "/known":
			w.Header().Set("ETag", tag.Load().(string))
			w.WriteHeader(http.StatusNotModified)
		case "/unknown":
			w.Header().Set("ETag", `"other"`)
			w.WriteHeader(http.StatusNotModified)
		case "/wrong":
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("ETag", `"wrong"`)
			_, _ = fmt.Fprint(w, "<h2>Not that</h2>")
		case "/text":
			w.Header().Set("ETag", `"kept"`)
			_, _ = fmt.Fprint(w, "text of xMx")
		}
	}
	got := ask(t, handler, steps.Step{Ask: "GET /~/page"}, steps.Step{Ask: "GET /known"}, steps.Step{Ask: "GET /unknown"}, steps.Step{Ask: "GET /wrong"}, steps.Step{Ask: "GET /text"})
	for i, want := range []struct{ body, etag, length, location, cookie string }{
		{"now ~ & {id}", `of "now ~ & {id}"`, "of the document", "/~/{id}", "__next_preview_data={token}; Path=/"},
		{"", `of "now ~ & {id}"`, "", "", ""},
		{"", "of an unknown document", "", "", ""},
		{"Not that", "of an unknown document", "of the document", "", ""},
		{"text of ~", `"kept"`, "11", "", ""},
	} {
		a := &got[i]
		if a.Body.Text != want.body || a.Get("ETag") != want.etag || a.Get("Content-Length") != want.length || a.Get("Location") != want.location || a.Get("Set-Cookie") != want.cookie {
			t.Errorf("%d: got %+v, want %+v", i, a, want)
		}
	}
}

// Later steps send what earlier answers have brought.
func TestWhatIsFilledIn(t *testing.T) {
	t.Parallel()
	var sent []string
	handler := func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.URL.Path+" "+r.Header.Get("X-Sent"))
		if len(sent) == 1 {
			w.Header().Add("Set-Cookie", "__prerender_bypass=b; Path=/")
			w.Header().Add("Set-Cookie", "__next_preview_data=aa.bb.cc; Path=/")
			w.Header().Set("ETag", `"one"`)
		}
	}
	ask(t, handler, steps.Step{Ask: "GET /~"}, steps.Step{Ask: "GET /{id}/{ID}", With: []string{"X-Sent: {etag} {cookies} {token}"}})
	want := []string{"/xMx ", `/abc123/ABC123 "one" __prerender_bypass=b; __next_preview_data=aa.bb.cc aa.bb.cc`}
	if !reflect.DeepEqual(sent, want) {
		t.Errorf("sent %q, want %q", sent, want)
	}
}

// Requests that are begun together are counted by their answers.
func TestTogether(t *testing.T) {
	t.Parallel()
	var count atomic.Int64
	together := make(chan struct{})
	handler := func(w http.ResponseWriter, _ *http.Request) {
		n := count.Add(1)
		if n == 3 {
			close(together)
		}
		<-together
		_, _ = fmt.Fprint(w, n == 2)
	}
	recordings, err := run(t, &steps.Sequence{Name: "page-a/x", Steps: []steps.Step{{Begin: "GET /", Times: 3}, {Finish: true}}}, handler)
	if err != nil {
		t.Fatal(err)
	}
	got := recordings[0]
	times := map[string]int{}
	for i := range got.Answers {
		times[got.Answers[i].Body.Text] = got.Times[i]
	}
	if want := map[string]int{"true": 1, "false": 2}; len(recordings) != 1 || !reflect.DeepEqual(times, want) || got.Renders != 3 {
		t.Errorf("got %v of %+v", times, recordings)
	}
}

// Who leaves is gone before the next step, and leaves no recording.
func TestLeave(t *testing.T) {
	t.Parallel()
	var left atomic.Bool
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
			left.Store(true)
			return
		}
		_, _ = fmt.Fprint(w, left.Load())
	}
	got := ask(t, handler, steps.Step{Begin: "GET /slow"}, steps.Step{Leave: true}, steps.Step{Ask: "GET /"})
	if len(got) != 1 || got[0].Body.Text != "true" {
		t.Errorf("got %+v", got)
	}
}

// A run in which a page would have gone stale on the way says nothing. Without
// a wait nothing can.
func TestLate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		takes time.Duration
		steps []steps.Step
		late  bool
	}{
		"in time":                 {time.Second, []steps.Step{{Ask: "GET /"}, {Wait: 3}, {Ask: "GET /"}}, false},
		"late before the wait":    {2 * time.Second, []steps.Step{{Ask: "GET /"}, {Wait: 3}}, true},
		"late behind it":          {time.Second, []steps.Step{{Wait: 3}, {Ask: "GET /"}, {Ask: "GET /"}}, true},
		"slow, and nothing waits": {2 * time.Second, []steps.Step{{Ask: "GET /"}, {Ask: "GET /"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, &steps.Sequence{Name: "page-a/x", Steps: test.steps}, func(http.ResponseWriter, *http.Request) { time.Sleep(test.takes) })
			if errors.Is(err, steps.ErrLate) != test.late || err != nil && !test.late {
				t.Errorf("got %v", err)
			}
		})
	}
}
