package record

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/wire"
)

// Difference is one respect in which two recordings differ.
type Difference struct {
	// Aspect is "status", "reason", "body", "header Etag", "answers", "end",
	// "interim", "log", "times" or "renders".
	Aspect    string
	Want, Got string
}

// String is one readable line.
func (d Difference) String() string {
	return fmt.Sprintf("%s: want %s, got %s", d.Aspect, d.Want, d.Got)
}

// Same compares two recordings of the same server.
func Same(want, got Recording) []Difference {
	return compare(want, got, true)
}

// Equivalent compares the recordings of two implementations. This is the one
// place that says what does not count between them:
//
//   - the reason phrase, which no client reads (RFC 9112, section 4) and which
//     net/http does not let a handler choose;
//   - Transfer-Encoding, and Content-Length where one side has no length: how
//     the end of a body is marked is up to the server, and the bytes are the
//     same; an answer to HEAD may have a length or not;
//   - Content-Length and ETag of a body that differs anyway;
//   - the order of the headers of different names.
func Equivalent(want, got Recording) []Difference {
	return compare(want, got, false)
}

func compare(want, got Recording, exact bool) []Difference {
	found := differences{exact: exact}
	if len(want.Answers) != len(got.Answers) {
		found.add("answers", len(want.Answers), len(got.Answers))
	}
	for i := range min(len(want.Answers), len(got.Answers)) {
		found.answer(&want.Answers[i], &got.Answers[i])
	}
	found.add("end", want.End, got.End)
	found.add("log", want.Log, got.Log)
	found.add("times", want.Times, got.Times)
	found.add("renders", want.Renders, got.Renders)
	return found.list
}

type differences struct {
	exact bool
	list  []Difference
}

// add notes a difference, if there is one. Each aspect is noted once: in a
// pipeline the first difference is enough.
func (d *differences) add(aspect string, want, got any) {
	w, g := show(want), show(got)
	if w != g && !slices.ContainsFunc(d.list, func(o Difference) bool { return o.Aspect == aspect }) {
		d.list = append(d.list, Difference{aspect, w, g})
	}
}

// plain is a text that is shown as it is.
type plain string

func show(v any) string {
	switch v := v.(type) {
	case plain:
		return string(v)
	case string:
		return fmt.Sprintf("%q", v)
	case wire.End:
		return fmt.Sprintf("%q", string(v))
	case []string:
		return fmt.Sprintf("%q", v)
	default:
		return fmt.Sprint(v)
	}
}

func (d *differences) answer(want, got *Answer) {
	d.add("status", want.Status, got.Status)
	d.add("interim", want.Interim, got.Interim)
	if d.exact {
		d.add("reason", want.Reason, got.Reason)
		d.add("framing", want.Framing, got.Framing)
	}
	d.add("body", want.Body, got.Body)
	for _, name := range headerNames(want, got) {
		if d.exact || counts(name, want, got) {
			d.add("header "+name, values(want, name), values(got, name))
		}
	}
}

// counts says whether a header matters between two implementations.
func counts(name string, want, got *Answer) bool {
	switch name {
	case "Transfer-Encoding":
		return false
	case "Content-Length":
		return want.Body == got.Body && want.Get(name) != "" && got.Get(name) != ""
	case "Etag":
		return want.Body == got.Body
	default:
		return true
	}
}

func headerNames(answers ...*Answer) []string {
	var names []string
	for _, a := range answers {
		for _, h := range a.Headers {
			names = append(names, http.CanonicalHeaderKey(h[0]))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// values are the lines of one header in their order; several lines stay apart.
func values(a *Answer, name string) plain {
	var lines []string
	for _, h := range a.Headers {
		if strings.EqualFold(h[0], name) {
			lines = append(lines, h[1])
		}
	}
	if len(lines) == 0 {
		return "(none)"
	}
	return plain(fmt.Sprintf("%q", strings.Join(lines, " | ")))
}
