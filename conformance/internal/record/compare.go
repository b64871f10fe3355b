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
	// "interim" or "log".
	Aspect    string
	Want, Got string
}

// String is one readable line.
func (d Difference) String() string {
	return fmt.Sprintf("%s: want %s, got %s", d.Aspect, d.Want, d.Got)
}

// Compare says where got differs from want.
func Compare(want, got Recording) []Difference {
	var found differences
	if len(want.Answers) != len(got.Answers) {
		found.add("answers", len(want.Answers), len(got.Answers))
	}
	for i := range min(len(want.Answers), len(got.Answers)) {
		found.answer(&want.Answers[i], &got.Answers[i])
	}
	found.add("end", want.End, got.End)
	found.add("log", want.Log, got.Log)
	return found.list()
}

type differences []Difference

// add notes a difference, if there is one.
func (d *differences) add(aspect string, want, got any) {
	w, g := show(want), show(got)
	if w != g {
		*d = append(*d, Difference{aspect, w, g})
	}
}

func show(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case []string:
		return fmt.Sprintf("%q", v)
	default:
		return fmt.Sprint(v)
	}
}

// list has each aspect once: in a pipeline the first difference is enough.
func (d *differences) list() []Difference {
	var list []Difference
	for _, difference := range *d {
		if !slices.ContainsFunc(list, func(o Difference) bool { return o.Aspect == difference.Aspect }) {
			list = append(list, difference)
		}
	}
	return list
}

func (d *differences) answer(want, got *Answer) {
	d.add("status", want.Status, got.Status)
	if want.Status == got.Status {
		d.add("reason", want.Reason, got.Reason)
	}
	d.add("interim", want.Interim, got.Interim)
	for _, name := range headerNames(want, got) {
		if name == "Content-Length" && (want.Framing != wire.Length || got.Framing != wire.Length) && !bothHead(want, got) {
			continue
		}
		d.add("header "+name, values(want, name), values(got, name))
	}
	d.add("body", want.Body, got.Body)
}

// bothHead are answers without a body, whose Content-Length says something
// about another one.
func bothHead(want, got *Answer) bool {
	return want.Framing == wire.None && got.Framing == wire.None
}

// headerNames are the names in either answer, without Transfer-Encoding: how
// the end of a body is marked is decided by the server between chunks, a
// length and the end of the connection, and the bytes are the same.
func headerNames(answers ...*Answer) []string {
	var names []string
	for _, a := range answers {
		for _, h := range a.Headers {
			if name := http.CanonicalHeaderKey(h[0]); name != "Transfer-Encoding" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// values are the lines of one header in their order; several lines stay apart.
func values(a *Answer, name string) string {
	var lines []string
	for _, h := range a.Headers {
		if strings.EqualFold(h[0], name) {
			lines = append(lines, h[1])
		}
	}
	if len(lines) == 0 {
		return "(none)"
	}
	return strings.Join(lines, " | ")
}
