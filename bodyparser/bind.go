package bodyparser

import (
	"bytes"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/codec/json"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// Bind decodes the body into a T by its content type and validates it:
//
//   - JSON, +json types included, with the tags json; the JSON package is the one that Gin was built with
//   - a form with the tags form, and options in them, that Gin knows
//   - multipart/form-data likewise, with files in fields of type *multipart.FileHeader, or slices of it
//   - text into a string, and any body into a []byte
//
// No body counts as an empty object, so that required fields are reported. Everything that is wrong is in one *BindError.
// Rules stand in the tag "binding", as for Gin, or "validate" for types without any "binding" tag; "required" holds for
// nested structs too. If T is the declared Type the value is there already. Other errors are *UnsupportedTypeError,
// *SyntaxError and *NoParserError. Pass any of them to Parser.Refuse, PlainText or ProblemJSON, or look into them.
func Bind[T any](c *gin.Context) (T, error) {
	st := stateOf(c)
	if st != nil {
		if value, ok := st.typed.(*T); ok {
			return *value, nil
		}
	} else {
		p := parserOf(c)
		if p == nil {
			var zero T
			return zero, noParser(c)
		}
		st = newState(c.Request, p)
	}
	return result(new(T), func(value *T) error { return st.bind(c, value) })
}

// BindQuery decodes the query string into a T, by the tags form, and validates it as Bind does. A body plays no part in it.
// It works without a parser on the route, under the defaults.
func BindQuery[T any](c *gin.Context) (T, error) {
	return result(new(T), func(value *T) error {
		s := settingsOf(c)
		query, err := querystring.Parse(c.Request.URL.RawQuery, s.maxParams)
		if err != nil {
			return tooMany(err)
		}
		return bindValues(c, s, value, values{form: query}, sourceForm)
	})
}

// BindURI decodes the parameters of the path into a T, by the tags uri, and validates it as Bind does.
func BindURI[T any](c *gin.Context) (T, error) {
	return result(new(T), func(value *T) error {
		params := make(map[string][]string, len(c.Params))
		for _, p := range c.Params {
			params[p.Key] = append(params[p.Key], p.Value)
		}
		return bindValues(c, settingsOf(c), value, values{form: params}, sourceURI)
	})
}

// BindHeader decodes the headers into a T, by the tags header, and validates it as Bind does.
func BindHeader[T any](c *gin.Context) (T, error) {
	return result(new(T), func(value *T) error {
		return bindValues(c, settingsOf(c), value, values{form: c.Request.Header}, sourceHeader)
	})
}

// result keeps values that were only half filled from the caller.
func result[T any](value *T, bind func(*T) error) (T, error) {
	if err := bind(value); err != nil {
		var zero T
		return zero, err
	}
	return *value, nil
}

func noParser(c *gin.Context) error {
	return &NoParserError{Route: c.Request.Method + " " + c.FullPath()}
}

// defaults are the settings for sources other than the body on routes without a parser.
var defaults = func() *settings {
	s, err := (&Config{}).check()
	if err != nil {
		panic(err)
	}
	return &s
}()

func settingsOf(c *gin.Context) *settings {
	if p := parserOf(c); p != nil {
		return &p.settings
	}
	return defaults
}

// bind decodes the body into value, which is a pointer, and validates it.
func (st *state) bind(c *gin.Context, value any) error {
	switch v := value.(type) {
	case *[]byte:
		*v = st.raw
		return nil
	case *string:
		if st.kind == kindText || st.kind == kindNone {
			*v = string(st.text)
			return nil
		}
	}
	switch {
	case st.kind == kindNone, st.kind == kindJSON:
		return st.bindJSON(c, value)
	case st.kind == kindForm:
		return bindValues(c, &st.parser.settings, value, values{form: st.form}, sourceForm)
	case st.mediaType == "multipart/form-data":
		return st.bindMultipart(c, value)
	case strings.HasSuffix(st.mediaType, "+json") || st.mediaType == "text/json":
		if len(st.text) > 0 {
			if err := st.parser.checkJSON(st.text); err != nil {
				return err
			}
		}
		return st.bindJSON(c, value)
	}
	return &UnsupportedTypeError{MediaType: st.mediaType}
}

func (st *state) bindJSON(c *gin.Context, value any) error {
	text, s := st.text, &st.parser.settings
	if len(text) == 0 {
		text = []byte("{}")
	}
	err := unmarshal(text, value, s.strict)
	if err != nil && st.unchecked {
		if fault := s.checkJSON(text); fault != nil {
			return fault
		}
	}
	st.unchecked = false
	if err != nil {
		return explain(c, s, text, value, err)
	}
	return validate(c, s, value, sourceJSON)
}

// unmarshal decodes JSON that has been checked, or will be if that fails.
func unmarshal(text []byte, value any, strict bool) error {
	if !strict {
		return json.API.Unmarshal(text, value)
	}
	d := json.API.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(value)
}
