package twin

import (
	"math"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// nested has the order of a JavaScript literal.
type nested struct {
	Z int   `json:"z"`
	A gin.H `json:"a"`
}

// json is res/json/[value].js.
func jsonValue(req *apiroutes.Request, res *apiroutes.Response) {
	values := map[string]any{
		"undefined":    nil,
		"null":         nil,
		"text":         "plain text",
		"empty-text":   "",
		"markup":       `</script><script>alert(1) & "more"`,
		"separators":   "a\u2028b\u2029c",
		"control":      "\u0000\u0001\b\t\n\u000b\f\r\u001b\u001f\u007f\u0080",
		"backslash":    `\ / "`,
		"unicode":      "ž 日本語 😀",
		"array":        []any{1, 2.5, "x", nil, true},
		"empty-array":  []any{},
		"object":       nested{Z: 1, A: gin.H{"nested": []any{}}},
		"empty-object": gin.H{},
		"true":         true,
		"zero":         0,
		"minus-zero":   math.Copysign(0, -1),
		"integer":      9007199254740991,
		"minus-one":    -1,
		"fraction":     0.1,
		"third":        1.0 / 3,
		"1e20":         1e20,
		"1e21":         1e21,
		"1.5e300":      1.5e300,
		"123456789e15": 123456789e15,
		"1e-6":         1e-6,
		"1e-7":         1e-7,
		"5e-324":       5e-324,
		"max":          1.7976931348623157e308,
		"markup-key":   gin.H{"<k&>": "<v&>"},
		"date":         time.Date(2024, time.February, 29, 12, 30, 45, 678e6, time.UTC),
	}
	res.JSON(values[req.Query().Get("value")])
}
