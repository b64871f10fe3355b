package bodyparser

import (
	stdjson "encoding/json"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
)

// problem is the body of RFC 9457. The type is left out, which means "about:blank": the title is that of the status.
type problem struct {
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Errors []Fault `json:"errors,omitempty"`
}

// ProblemJSON is an ErrorHandler that answers with application/problem+json as in RFC 9457. The detail is the text of
// PlainText; the faults of a BindError are in the member "errors", each with its pointer, rule, param and message.
func ProblemJSON(c *gin.Context, err error) {
	status := statusOf(err)
	p := problem{Title: http.StatusText(status), Status: status, Detail: messageOf(err)}
	if p.Detail == p.Title {
		p.Detail = ""
	}
	if e, ok := errors.AsType[*BindError](err); ok {
		p.Detail, p.Errors = "The request has faults", e.Faults
	}
	body, jsonErr := stdjson.Marshal(p)
	if jsonErr != nil { // strings and numbers always have a JSON text
		body = []byte("{}")
	}
	write(c, status, "application/problem+json", string(body))
}
