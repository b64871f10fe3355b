package twin

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// limits are the size limits of the files in the folder, as they are written
// there.
var limits = map[string]string{
	"10b": `"10b"`, "10-number": `10`, "10-text": `"10"`, "plus-10b": `"+10b"`, "10.9b": `"10.9b"`, "10.9-number": `10.9`, "0.1b": `"0.1b"`,
	"1kb": `"1kb"`, "1kb-upper": `"1KB"`, "1kb-mixed": `"1Kb"`, "1kb-blank": `"1 kb"`, "1kb-blanks": `"1   kb"`, "1.5kb": `"1.5kb"`, "0.01kb": `"0.01kb"`, "500kb": `"500kb"`,
	"1mb": `"1mb"`, "0.5mb": `"0.5mb"`, "2mb": `"2mb"`, "1gb": `"1gb"`, "0.00001gb": `"0.00001gb"`, "1tb": `"1tb"`, "1pb": `"1pb"`, "zero-text": `"0"`, "zero-number": `0`,
	"junk-12abc": `"12abc"`, "junk-1k": `"1k"`, "junk-1kib": `"1kib"`, "junk-1e3": `"1e3"`, "junk-abc": `"abc"`, "junk-minus-1kb": `"-1kb"`, "junk-empty": `""`, "junk-blank-before": `" 10b"`, "junk-blank-after": `"10b "`,
	"junk-comma": `"1,5kb"`, "junk-dot-end": `"10.b"`, "junk-dot-start": `".5kb"`, "junk-true": `true`, "junk-hex": `"0x10"`,
}

func limitFiles() map[string][]gin.HandlerFunc {
	list := map[string][]gin.HandlerFunc{}
	for name, limit := range limits {
		list["/limit/"+name] = []gin.HandlerFunc{config(`{"api": {"bodyParser": {"sizeLimit": ` + limit + `}}}`), apiroutes.Handler(size)}
	}
	return list
}

// config is the exported config of a route, kept as JSON. A program would stop
// at the start if it were wrong; the twin has to go on, and answers the
// requests to such a route with what is wrong.
func config(text string) gin.HandlerFunc {
	var parsed middleware.Config
	err := json.Unmarshal([]byte(text), &parsed)
	layer, useErr := middleware.NewWith(middleware.Use(parsed))
	if err = errors.Join(err, useErr); err != nil {
		return func(c *gin.Context) { c.AbortWithStatusJSON(http.StatusNotImplemented, gin.H{"config": err.Error()}) }
	}
	return layer
}
