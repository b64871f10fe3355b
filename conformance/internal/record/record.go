// Package record keeps the answers of a server as data, and says where two of
// them differ.
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/wire"
)

// Recording is what a server did with one case.
type Recording struct {
	Case    string   `json:"case"`
	Answers []Answer `json:"answers"`
	// End is what became of the connection, where that is looked at or an
	// answer is missing.
	End wire.End `json:"end,omitempty"`
	// Log has the warnings, for the cases that look at them.
	Log []string `json:"log,omitempty"`
	// Times says how often each answer came, where a step asks more than once.
	Times []int `json:"times,omitempty"`
	// Renders is how often the pages of a sequence have been rendered after this
	// step of it.
	Renders int `json:"renders,omitempty"`
}

// Answer is a wire.Answer without what changes from run to run.
type Answer struct {
	Interim []int        `json:"interim,omitempty"`
	Status  int          `json:"status"`
	Reason  string       `json:"reason"`
	Headers [][2]string  `json:"headers,omitempty"`
	Framing wire.Framing `json:"framing"`
	Body    Body         `json:"body,omitzero"`
}

// Get returns the values of a header joined by ", ".
func (a *Answer) Get(name string) string {
	var values []string
	for _, h := range a.Headers {
		if strings.EqualFold(h[0], name) {
			values = append(values, h[1])
		}
	}
	return strings.Join(values, ", ")
}

// HTMLPage stands for an HTML page that Next.js rendered itself: its pages for
// 400, 404 and 405. They carry the names of script files and differ from
// version to version.
const HTMLPage = "(an HTML page of Next.js)"

// From makes a Recording of what came over the wire. This is the one place
// where something is left out:
//
//   - Date, which changes;
//   - the version in the status line: to a client of HTTP/1.0 Node says 1.1 and
//     net/http 1.0;
//   - Connection: keep-alive and Keep-Alive, which say in HTTP/1.1 what is the
//     case anyway;
//   - the body of HTML pages that Next.js rendered, with its length and tag.
func From(name string, answers []wire.Answer, end wire.End, log []string) Recording {
	r := Recording{Case: name, Answers: []Answer{}, End: end, Log: log}
	for i := range answers {
		r.Answers = append(r.Answers, from(&answers[i]))
	}
	return r
}

func from(a *wire.Answer) Answer {
	answer := AnswerOf(a)
	if !bytes.Contains(a.Body, []byte("__NEXT_DATA__")) {
		return answer
	}
	answer.Body = BodyOf([]byte(HTMLPage))
	answer.Headers = slices.DeleteFunc(answer.Headers, func(h [2]string) bool {
		return strings.EqualFold(h[0], "ETag") || strings.EqualFold(h[0], "Content-Length")
	})
	return answer
}

// AnswerOf leaves only the date and what says that the connection goes on.
func AnswerOf(a *wire.Answer) Answer {
	answer := Answer{Interim: a.Interim, Status: a.Status, Reason: a.Reason, Framing: a.Framing, Body: BodyOf(a.Body)}
	for _, h := range a.Headers {
		switch name := strings.ToLower(h.Name); {
		case name == "date", name == "keep-alive", name == "connection" && strings.EqualFold(h.Value, "keep-alive"):
		default:
			answer.Headers = append(answer.Headers, [2]string{h.Name, latin1(h.Value)})
		}
	}
	return answer
}

// latin1 reads a header value as HTTP has it: one character for each byte.
func latin1(value string) string {
	runes := make([]rune, len(value))
	for i := range len(value) {
		runes[i] = rune(value[i])
	}
	return string(runes)
}

// longest is the size up to which a body is kept as it is.
const longest = 4096

// Body is the body of an answer: its text, the bytes in hexadecimal where it
// is no text, or the hash where it is long.
type Body struct {
	Text string
	Hex  string
	Hash string
	Size int
}

// BodyOf picks the form of a body.
func BodyOf(b []byte) Body {
	switch {
	case len(b) > longest:
		sum := sha256.Sum256(b)
		return Body{Hash: hex.EncodeToString(sum[:]), Size: len(b)}
	case utf8.Valid(b):
		return Body{Text: string(b)}
	default:
		return Body{Hex: hex.EncodeToString(b)}
	}
}

// String is the body as a failing test shows it.
func (b Body) String() string {
	switch {
	case b.Hash != "":
		return fmt.Sprintf("%d bytes with the hash %s…", b.Size, b.Hash[:8])
	case b.Hex != "":
		return "bytes " + b.Hex
	default:
		return fmt.Sprintf("%q", b.Text)
	}
}

type bodyObject struct {
	Hex  string `json:"hex,omitempty"`
	Hash string `json:"sha256,omitempty"`
	Size int    `json:"size,omitempty"`
}

// MarshalJSON writes text as a string and everything else as an object.
func (b Body) MarshalJSON() ([]byte, error) {
	if b.Hex == "" && b.Hash == "" {
		return marshal(b.Text)
	}
	return json.Marshal(bodyObject{b.Hex, b.Hash, b.Size})
}

// UnmarshalJSON reads both forms.
func (b *Body) UnmarshalJSON(data []byte) error {
	*b = Body{}
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &b.Text)
	}
	var object bodyObject
	if err := json.Unmarshal(data, &object); err != nil {
		return fmt.Errorf("record: body: %w", err)
	}
	b.Hex, b.Hash, b.Size = object.Hex, object.Hash, object.Size
	return nil
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
