package record_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/wire"
)

func answer(status int, body string, headers ...string) wire.Answer {
	a := wire.Answer{Status: status, Reason: "Reason", Framing: wire.Length, Body: []byte(body)}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		a.Headers = append(a.Headers, wire.Header{Name: name, Value: value})
	}
	return a
}

func recording(answers ...wire.Answer) record.Recording {
	return record.From("topic/case", answers, wire.Unwatched, nil)
}

// TestFrom: what changes from run to run is left out, and nothing else.
func TestFrom(t *testing.T) {
	page := `<html><script id="__NEXT_DATA__"></script></html>`
	for _, tt := range []struct {
		name    string
		answer  wire.Answer
		headers [][2]string
		body    string
	}{
		{"the date goes", answer(200, "", "Date: now", "X-A: 1"), [][2]string{{"X-A", "1"}}, ""},
		{"keep-alive goes", answer(200, "", "Connection: keep-alive", "Keep-Alive: timeout=5"), nil, ""},
		{"close stays", answer(200, "", "Connection: close"), [][2]string{{"Connection", "close"}}, ""},
		{"spelling and order stay", answer(200, "", "x-b: 1", "X-A: 2", "x-b: 3"), [][2]string{{"x-b", "1"}, {"X-A", "2"}, {"x-b", "3"}}, ""},
		{"bytes of a value are characters", answer(200, "", "X-A: \xe9\xc5\xbe"), [][2]string{{"X-A", "éÅ¾"}}, ""},
		{"a page of Next.js is only named", answer(404, page, "ETag: 1", "Content-Length: 9", "Content-Type: text/html"), [][2]string{{"Content-Type", "text/html"}}, record.HTMLPage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := recording(tt.answer).Answers[0]
			if !reflect.DeepEqual(got.Headers, tt.headers) || got.Body.Text != tt.body {
				t.Errorf("got %q and %q, want %q and %q", got.Headers, got.Body.Text, tt.headers, tt.body)
			}
		})
	}
}

// TestBody: each body has the form that reads best, and survives its file.
func TestBody(t *testing.T) {
	for _, tt := range []struct{ name, body, shown, form string }{
		{"text", "a <b> & ž\n", `"a <b> & ž\n"`, `"a <b> & ž\n"`},
		{"bytes", "\xff\x00", "bytes ff00", `{"hex":"ff00"}`},
		{"long", strings.Repeat("x", 5000), "5000 bytes with the hash", `{"sha256":"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := record.BodyOf([]byte(tt.body))
			if !strings.HasPrefix(body.String(), tt.shown) {
				t.Errorf("shown as %s, want %s", body, tt.shown)
			}
			written, err := body.MarshalJSON()
			if err != nil || !strings.HasPrefix(string(written), tt.form) {
				t.Errorf("written as %s (%v), want %s", written, err, tt.form)
			}
			var read record.Body
			if err := json.Unmarshal(written, &read); err != nil || read != body {
				t.Errorf("read as %+v (%v)", read, err)
			}
		})
	}
	if err := json.Unmarshal([]byte(`[1]`), &record.Body{}); err == nil {
		t.Error("no error for a body that is a list")
	}
}

// TestCompare: Same sees everything, Equivalent only what matters between two
// implementations.
func TestCompare(t *testing.T) {
	chunked := answer(200, "hi", "Transfer-Encoding: chunked")
	chunked.Framing = wire.Chunked
	reason := answer(200, "hi")
	reason.Reason = "Other"
	head := wire.Answer{Status: 200, Reason: "Reason", Framing: wire.None, Headers: []wire.Header{{Name: "Content-Length", Value: "2"}}}
	longer := wire.Answer{Status: 200, Reason: "Reason", Framing: wire.None, Headers: []wire.Header{{Name: "Content-Length", Value: "3"}}}
	bare := wire.Answer{Status: 200, Reason: "Reason", Framing: wire.None}
	for _, tt := range []struct {
		name             string
		want, got        record.Recording
		same, equivalent string
	}{
		{"nothing", recording(answer(200, "hi", "A: 1")), recording(answer(200, "hi", "a: 1")), "", ""},
		{"status", recording(answer(200, "hi")), recording(answer(404, "hi")), "status: want 200, got 404", "status: want 200, got 404"},
		{"reason", recording(answer(200, "hi")), recording(reason), `reason: want "Reason", got "Other"`, ""},
		{"body", recording(answer(200, "hi")), recording(answer(200, "ho")), `body: want "hi", got "ho"`, `body: want "hi", got "ho"`},
		{"header", recording(answer(200, "hi", "A: 1")), recording(answer(200, "hi")), `header A: want "1", got (none)`, `header A: want "1", got (none)`},
		{"lines of a header", recording(answer(200, "", "A: 1, 2")), recording(answer(200, "", "A: 1", "A: 2")), `header A: want "1, 2", got "1 | 2"`, `header A: want "1, 2", got "1 | 2"`},
		{"order of headers", recording(answer(200, "", "A: 1", "B: 2")), recording(answer(200, "", "B: 2", "A: 1")), "", ""},
		{"framing", recording(answer(200, "hi", "Content-Length: 2")), recording(chunked), `framing: want length, got chunked; header Content-Length: want "2", got (none); header Transfer-Encoding: want (none), got "chunked"`, ""},
		{"length and tag of another body", recording(answer(200, "hi", "Etag: 1", "Content-Length: 2")), recording(answer(200, "hid", "Etag: 2", "Content-Length: 3")), `body: want "hi", got "hid"; header Content-Length: want "2", got "3"; header Etag: want "1", got "2"`, `body: want "hi", got "hid"`},
		{"length of HEAD", recording(head), recording(longer), `header Content-Length: want "2", got "3"`, `header Content-Length: want "2", got "3"`},
		{"no length of HEAD", recording(bare), recording(head), `header Content-Length: want (none), got "2"`, ""},
		{"number of answers", recording(answer(200, "hi"), answer(200, "ho")), recording(answer(200, "hi")), "answers: want 2, got 1", "answers: want 2, got 1"},
		{"first difference only", recording(answer(200, "a"), answer(200, "b")), recording(answer(200, "c"), answer(200, "d")), `body: want "a", got "c"`, `body: want "a", got "c"`},
		{"end", record.From("a/b", nil, wire.Open, nil), record.From("a/b", nil, wire.Closed, nil), `end: want "open", got "closed"`, `end: want "open", got "closed"`},
		{"log", record.From("a/b", nil, "", []string{"x"}), record.From("a/b", nil, "", nil), `log: want ["x"], got []`, `log: want ["x"], got []`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := join(record.Same(tt.want, tt.got)); got != tt.same {
				t.Errorf("Same: %s, want %s", got, tt.same)
			}
			if got := join(record.Equivalent(tt.want, tt.got)); got != tt.equivalent {
				t.Errorf("Equivalent: %s, want %s", got, tt.equivalent)
			}
		})
	}
}

func join(list []record.Difference) string {
	lines := make([]string, len(list))
	for i, d := range list {
		lines[i] = d.String()
	}
	return strings.Join(lines, "; ")
}

// TestFiles: recordings survive their files, and old files go.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	want := record.From("a/one", []wire.Answer{answer(200, "hi", "A: 1")}, wire.Open, []string{"warned"})
	if err := record.Save(dir, []record.Recording{record.From("old/one", nil, "", nil)}); err != nil {
		t.Fatal(err)
	}
	if err := record.Save(dir, []record.Recording{want, record.From("b/two", nil, "", nil)}); err != nil {
		t.Fatal(err)
	}
	got, err := record.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !reflect.DeepEqual(got["a/one"], want) {
		t.Errorf("got %+v", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.jsonl"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := record.Load(dir); err == nil {
		t.Error("no error for a broken file")
	}
	if err := record.Save(filepath.Join(dir, "none"), []record.Recording{want}); err == nil {
		t.Error("no error without a folder")
	}
}
