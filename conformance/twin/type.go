package twin

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// typed is res/type/[kind].js: a type that the handler set stays for text and
// bytes; JSON overrides it.
func typed(req *apiroutes.Request, res *apiroutes.Response) {
	kinds := map[string]struct {
		mediaType string
		value     any
	}{
		"html-text":     {"text/html; charset=utf-8", "<p>hello</p>"},
		"xml-text":      {"application/xml", "<a/>"},
		"json-text":     {"application/json", `{"already":"text"}`},
		"png-buffer":    {"image/png", []byte{137, 80, 78, 71}},
		"text-object":   {"text/plain", gin.H{"a": 1}},
		"vendor-object": {"application/vnd.api+json", gin.H{"a": 1}},
		"text-number":   {"text/plain", 7},
		"text-null":     {"text/plain", nil},
	}
	kind := kinds[req.Query().Get("kind")]
	res.SetHeader("Content-Type", kind.mediaType)
	res.Send(kind.value)
}

// typedJSON is res/type/json.js: json overrides the type as well.
func typedJSON(_ *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("Content-Type", "application/vnd.api+json")
	res.JSON(gin.H{"a": 1})
}
