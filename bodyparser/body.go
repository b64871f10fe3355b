package bodyparser

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// Body returns the parsed body as Next.js gives it in req.body:
//
//   - JSON: map[string]any, []any, string, float64, bool or nil for null; an empty body is an empty map
//   - a form: [querystring.Values]
//   - multipart and binary types: []byte
//   - everything else: string
//   - no body and no Content-Type, or no parser on the route: nil
//
// JSON is decoded at the first call, in the same way whatever JSON package Gin was built with. Every call returns the same value.
func Body(c *gin.Context) any {
	st := stateOf(c)
	if st == nil {
		return nil
	}
	st.once.Do(func() { st.value = st.decode() })
	return st.value
}

func (st *state) decode() any {
	switch st.kind {
	case kindJSON:
		if len(st.text) == 0 {
			return map[string]any{}
		}
		return decodeTree(st.text)
	case kindForm:
		return st.form
	case kindText:
		return string(st.text)
	case kindBinary:
		return st.raw
	case kindNone:
	}
	return nil
}

// Raw returns the bytes of the body as received, for a signature for instance, or nil if there was no body or the route has no parser.
// If inflating is on they are the inflated ones. They must not be changed.
func Raw(c *gin.Context) []byte {
	if st := stateOf(c); st != nil && len(st.raw) > 0 {
		return st.raw
	}
	return nil
}

// Form returns the pairs of an application/x-www-form-urlencoded body, and nil for other types. Multipart forms are in
// c.MultipartForm or, decoded, in Bind.
func Form(c *gin.Context) querystring.Values {
	if st := stateOf(c); st != nil {
		return st.form
	}
	return nil
}
