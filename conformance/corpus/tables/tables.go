// Package tables writes the corpus: each file has the tables of one topic, and
// All puts them together. A case is added by a line in a table, followed by
// `go run ./corpus/gen` and, with Node on the machine, a new recording.
package tables

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

// All returns every case, topic by topic.
func All() []corpus.Case {
	return slices.Concat(
		typeCases(), charsetCases(), jsonCases(), formCases(), limitCases(), rawCases(),
		queryCases(), routeCases(), pathCases(), cookieCases(),
		sendCases(), statusCases(), etagCases(), redirectCases(), errorCases(),
		warnCases(), methodCases(), connectionCases(),
	)
}

// named is a row of a table with one column.
type named struct {
	name  string
	value string
}

// one is a case of one request.
func one(name string, send []corpus.Part, rules ...int) corpus.Case {
	method, _, _ := strings.Cut(string(send[0].Bytes()), " ")
	return corpus.Case{Name: name, Rules: rules, Methods: []string{method}, Send: send}
}

// get is a request without a body; headers are whole lines.
func get(target string, headers ...string) []corpus.Part {
	return bare("GET", target, headers...)
}

// bare is a request without a body and without Content-Length.
func bare(method, target string, headers ...string) []corpus.Part {
	return []corpus.Part{corpus.Text(head(method, target, headers...) + "\r\n")}
}

// post is a request with a text body.
func post(target, contentType, body string, headers ...string) []corpus.Part {
	return with("POST", target, contentType, []corpus.Part{corpus.Text(body)}, headers...)
}

// with is a request with any body; an empty contentType sends no such header.
func with(method, target, contentType string, body []corpus.Part, headers ...string) []corpus.Part {
	size := 0
	for _, part := range body {
		size += part.Len()
	}
	lines := headers
	if contentType != "" {
		lines = append([]string{"Content-Type: " + contentType}, lines...)
	}
	lines = append(slices.Clip(lines), "Content-Length: "+strconv.Itoa(size))
	return join(corpus.Text(head(method, target, lines...)+"\r\n"), body...)
}

// chunked is a request whose body comes in chunks, one for each part.
func chunked(target, contentType string, chunks []corpus.Part) []corpus.Part {
	parts := bare("POST", target, "Content-Type: "+contentType, "Transfer-Encoding: chunked")
	for _, chunk := range chunks {
		parts = append(parts, corpus.Text(fmt.Sprintf("%x\r\n", chunk.Len())), chunk, corpus.Text("\r\n"))
	}
	return append(parts, corpus.Text("0\r\n\r\n"))
}

// join puts the head and the body together, as one text where both are text.
func join(head corpus.Part, body ...corpus.Part) []corpus.Part {
	parts := []corpus.Part{head}
	for _, part := range body {
		if part.Len() > 0 {
			parts = append(parts, part)
		}
	}
	return parts
}

func head(method, target string, headers ...string) string {
	lines := append([]string{method + " " + target + " HTTP/1.1", "Host: localhost"}, headers...)
	return strings.Join(lines, "\r\n") + "\r\n"
}
