// Package corpus holds the requests of the conformance suite as data: one file
// of JSON lines per topic, each line a named case with the numbers of the rules
// it is about and the exact bytes that go over the wire.
//
// The files are written by `go run ./corpus/gen` from the tables in the package
// corpus/tables, and are committed so that they can be read, searched and
// replayed by other programs.
package corpus

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Case is one exchange with a server: what is sent, and how many answers are
// expected.
type Case struct {
	// Name is "topic/what", unique in the whole corpus.
	Name string `json:"name"`
	// Rules are the numbers of the rules (rules.yaml) the case is about.
	Rules []int `json:"rules"`
	// Methods has the method of each request in Send, in order: an answer to
	// HEAD has no body, and only the asker knows.
	Methods []string `json:"methods"`
	// Send is the request, byte for byte.
	Send []Part `json:"send"`
	// HalfClose shuts the sending side down after the last byte.
	HalfClose bool `json:"half_close,omitempty"`
	// Watch waits after the last answer to see whether the server closes the
	// connection.
	Watch bool `json:"watch,omitempty"`
	// Hangs is for requests with bytes missing: a server may answer at once or
	// wait for them, and it is given one second to decide.
	Hangs bool `json:"hangs,omitempty"`
	// Log compares what the server logs as well.
	Log bool `json:"log,omitempty"`
	// Dev asks the development server instead of the production one.
	Dev bool `json:"dev,omitempty"`
}

// Topic is the part of the name before the first slash; it names the file.
func (c Case) Topic() string {
	topic, _, _ := strings.Cut(c.Name, "/")
	return topic
}

// Bytes returns the whole request.
func (c Case) Bytes() []byte {
	var b bytes.Buffer
	for _, part := range c.Send {
		b.Write(part.Bytes())
	}
	return b.Bytes()
}

// A Part is a piece of a request. In a file it is a string (its UTF-8 bytes are
// sent), {"hex": "ff00"} for bytes that are no text, or {"repeat": "x",
// "times": 1000} for long bodies.
type Part struct {
	text  string
	hex   bool
	times int
}

// Text is a part sent as it is written.
func Text(s string) Part { return Part{text: s} }

// Hex is a part of arbitrary bytes.
func Hex(b string) Part { return Part{text: b, hex: true} }

// Repeat is a part made of the same text over and over.
func Repeat(s string, times int) Part { return Part{text: s, times: times} }

// Bytes returns what goes over the wire.
func (p Part) Bytes() []byte {
	if p.times > 0 {
		return bytes.Repeat([]byte(p.text), p.times)
	}
	return []byte(p.text)
}

// Len is the number of bytes that go over the wire.
func (p Part) Len() int { return len(p.text) * max(p.times, 1) }

type partObject struct {
	Hex    string `json:"hex,omitempty"`
	Repeat string `json:"repeat,omitempty"`
	Times  int    `json:"times,omitempty"`
}

// MarshalJSON writes the shortest of the three forms.
func (p Part) MarshalJSON() ([]byte, error) {
	switch {
	case p.times > 0:
		return json.Marshal(partObject{Repeat: p.text, Times: p.times})
	case p.hex:
		return json.Marshal(partObject{Hex: hex.EncodeToString([]byte(p.text))})
	default:
		return marshal(p.text)
	}
}

// UnmarshalJSON reads any of the three forms.
func (p *Part) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*p = Part{}
		return json.Unmarshal(data, &p.text)
	}
	var object partObject
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&object); err != nil {
		return fmt.Errorf("corpus: part: %w", err)
	}
	if object.Hex == "" {
		if object.Repeat == "" || object.Times < 1 {
			return errors.New(`corpus: part: write "text", {"hex": "…"} or {"repeat": "…", "times": n}`)
		}
		*p = Repeat(object.Repeat, object.Times)
		return nil
	}
	b, err := hex.DecodeString(object.Hex)
	if err != nil {
		return fmt.Errorf("corpus: part: %w", err)
	}
	*p = Hex(string(b))
	return nil
}

// marshal is json.Marshal without escaping of <, > and &: the files are for
// reading.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
