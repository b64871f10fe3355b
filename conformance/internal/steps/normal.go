package steps

import (
	"fmt"
	"html"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/record"
	"github.com/gin-apiroutes/apiroutes/conformance/internal/wire"
	"github.com/gin-apiroutes/apiroutes/internal/httpcache"
)

// What is left out of a recording is in this file:
//
//   - Of an HTML document only the text of <main> is kept, or that of <h2> on
//     Next.js' own pages for errors: all around it belongs to the framework. Its
//     entity tag is computed again from the bytes that came, and recorded as
//     "of" and the text if it is right; so is its length.
//   - The previewModeId is {id}, the mark of the run ~, and the encrypted
//     preview data {token}.

var (
	shown = regexp.MustCompile(`(?s)<(?:main|h2)[^>]*>(.*?)</(?:main|h2)>`)
	token = regexp.MustCompile(`(__next_preview_data=)[\w-]+\.[\w-]+\.[\w-]+`)
)

// document is a body that was sent, and what it says.
type document struct {
	html bool
	text string
	size int
}

func isHTML(a *wire.Answer) bool { return strings.HasPrefix(a.Get("Content-Type"), "text/html") }

// documents learns which tag belongs to which document, over the whole run: an
// answer without a body is about one that was sent before or after it.
func (r *run) documents() map[string]document {
	known := map[string]document{}
	for _, t := range r.raw {
		for i := range t.answers {
			if a := &t.answers[i]; len(a.Body) > 0 && a.Get("ETag") == httpcache.ETag(a.Body) {
				known[a.Get("ETag")] = document{isHTML(a), text(a.Body), len(a.Body)}
			}
		}
	}
	return known
}

// text is what an HTML document says.
func text(body []byte) string {
	found := shown.FindSubmatch(body)
	if found == nil {
		return string(body)
	}
	return html.UnescapeString(strings.ReplaceAll(string(found[1]), "<!-- -->", ""))
}

// recordings are those of the whole run.
func (r *run) recordings() []record.Recording {
	known := r.documents()
	names := r.s.Names()
	all := make([]record.Recording, len(r.raw))
	for i, t := range r.raw {
		rec := record.Recording{Case: names[i], Answers: []record.Answer{}, Renders: t.renders}
		if len(t.answers) == 0 {
			rec.End = t.end
		}
		for j := range t.answers {
			add(&rec, r.normal(&t.answers[j], known))
		}
		if len(t.answers) < 2 {
			rec.Times = nil
		}
		all[i] = rec
	}
	return all
}

func (r *run) normal(a *wire.Answer, known map[string]document) record.Answer {
	answer := record.AnswerOf(a)
	if isHTML(a) && len(a.Body) > 0 {
		answer.Body = record.BodyOf([]byte(r.plain(text(a.Body))))
	} else {
		answer.Body = record.BodyOf([]byte(r.plain(string(a.Body))))
	}
	for i, h := range answer.Headers {
		answer.Headers[i][1] = r.value(a, h[0], r.plain(h[1]), known)
	}
	return answer
}

// value is what is recorded of a header line.
func (r *run) value(a *wire.Answer, name, value string, known map[string]document) string {
	const unknown = "of an unknown document"
	doc, of := known[a.Get("ETag")]
	switch {
	case strings.EqualFold(name, "ETag"):
		switch {
		case of && doc.html:
			return fmt.Sprintf("of %q", r.plain(doc.text))
		case !of && (isHTML(a) || a.Status == http.StatusNotModified):
			return unknown
		}
	case strings.EqualFold(name, "Content-Length") && isHTML(a):
		switch {
		case len(a.Body) > 0 && value == strconv.Itoa(len(a.Body)), of && value == strconv.Itoa(doc.size):
			return "of the document"
		case !of:
			return unknown
		}
	}
	return value
}

// plain leaves out what is different in each run.
func (r *run) plain(text string) string {
	text = strings.ReplaceAll(text, r.mark, "~")
	text = strings.ReplaceAll(text, r.server.ID, "{id}")
	return token.ReplaceAllString(text, "${1}{token}")
}

// add counts an answer that is there already, and adds any other.
func add(rec *record.Recording, a record.Answer) {
	for i := range rec.Answers {
		if reflect.DeepEqual(rec.Answers[i], a) {
			rec.Times[i]++
			return
		}
	}
	rec.Answers, rec.Times = append(rec.Answers, a), append(rec.Times, 1)
}
