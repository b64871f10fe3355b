package twin

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// object has the order of a JavaScript literal: a Go map is printed sorted.
type object struct {
	B int   `json:"b"`
	A []any `json:"a"`
}

// send is res/send/[value].js.
func send(req *apiroutes.Request, res *apiroutes.Response) {
	values := map[string]any{
		"undefined":    nil,
		"null":         nil,
		"text":         "plain text",
		"html":         `<p>markup & "quotes"</p>`,
		"unicode":      "žluťoučký kůň 日本語 😀",
		"empty-text":   "",
		"buffer":       []byte{0, 1, 254, 255},
		"text-buffer":  []byte("text in a buffer"),
		"empty-buffer": []byte{},
		"object":       object{B: 1, A: []any{true, nil, "x"}},
		"empty-object": gin.H{},
		"array":        []any{1, "two", gin.H{"three": 3}},
		"empty-array":  []any{},
		"number":       42,
		"zero":         0,
		"fraction":     0.1,
		"true":         true,
		"false":        false,
	}
	res.Send(values[req.Query().Get("value")])
}
