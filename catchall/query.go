package catchall

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// Query holds parameters as req.query of Next.js does: a string, or a []string for a catch-all and for a key of the
// query string that occurs more than once.
type Query map[string]any

// Get returns a string as it is, the first of several, and "" when there is none.
func (q Query) Get(name string) string {
	switch value := q[name].(type) {
	case string:
		return value
	case []string:
		if len(value) > 0 {
			return value[0]
		}
	}
	return ""
}

// Slice returns several strings as they are, a string as a slice of one, and nil when there is none. The slice is not
// copied.
func (q Query) Slice(name string) []string {
	switch value := q[name].(type) {
	case string:
		return []string{value}
	case []string:
		return value
	}
	return nil
}

// Pattern returns the pattern that the request matched, behind the path of the group: "/api/post/[...slug]". It is one
// name per pattern, where c.FullPath() may have several, and what net/http calls Request.Pattern; it is set before the
// handlers of the pattern run. On a plain route of Gin it is c.FullPath().
func Pattern(c *gin.Context) string {
	own, full := c.Request.Pattern, c.FullPath()
	if own == full || !compatible(own, full) {
		return full
	}
	return own
}

// compatible tells that a pattern can have been set by the entry of the route. Request.Pattern may also come from an
// http.ServeMux outside, or from another route before Engine.HandleContext.
func compatible(own, full string) bool {
	if !strings.Contains(own, "[") {
		return false
	}
	for own != "" && full != "" {
		var a, b string
		a, own = cut(own)
		b, full = cut(full)
		switch {
		case strings.HasPrefix(a, "[...") || strings.HasPrefix(a, "[[..."):
			return true
		case a != b && !strings.HasPrefix(a, "["):
			return false
		}
	}
	return full == "" && (own == "" || strings.HasPrefix(own, "/[[..."))
}

// Param returns the decoded value of a parameter, "" when there is none. That of a catch-all is its segments with
// slashes between them, without the leading slash of Gin; Slice tells a slash in a segment from one between two.
func Param(c *gin.Context, name string) string {
	value := c.Param(name)
	if strings.HasPrefix(value, "/") && strings.HasSuffix(Pattern(c), "/*"+name) {
		return value[1:]
	}
	return value
}

// Slice returns the segments of a catch-all, each decoded once: for "/post/[...slug]", the path "/post/a%2Fb/c" gives
// "a/b", "c". It is nil when an optional catch-all matched its bare path and when there is no such parameter; "[name]"
// gives a slice of one.
//
// It works on plain routes of Gin too: on "/files/*path" it returns the segments behind "/files/". What those routes
// let pass stays in: "/files/a//b" has an empty segment, "/files/a/" ends in one, and "/files/" is nil. The segments of
// a path that Gin matched decoded (without engine.UseRawPath) are those of the path that was sent all the same.
func Slice(c *gin.Context, name string) []string {
	value, found := c.Params.Get(name)
	if !found {
		return nil
	}
	if u := c.Request.URL; u.RawPath == "" && value != "" && value[0] != '/' && strings.HasSuffix(u.Path, value) {
		return strings.Split(value, "/") // the end of a path without escaped slashes
	}
	if all, found := slice(c.Request.URL, Pattern(c), name); found {
		return all
	}
	return []string{value} // a parameter of Gin that is a part of a segment, as in "/user_:name"
}

// slice finds the segments of a parameter by its position in the pattern.
func slice(u *url.URL, pattern, name string) (all []string, found bool) {
	path, raw := u.Path, false
	if u.RawPath != "" {
		path, raw = rawPath(u), true
	}
	for pattern != "" && path != "" {
		var s, label string
		s, pattern = cut(pattern)
		wild := isTail(s)
		if wild {
			label, path = path[1:], ""
		} else {
			label, path = cut(path)
		}
		if nameIn(s) != name {
			continue
		}
		if wild {
			return segments(label, raw), true
		}
		return []string{unescape(label, raw)}, true
	}
	return nil, false
}

// segments splits the tail of a path.
func segments(tail string, raw bool) []string {
	if tail == "" {
		return nil
	}
	all := strings.Split(tail, "/")
	for i := range all {
		all[i] = unescape(all[i], raw)
	}
	return all
}

// unescape decodes a segment of a sent path once.
func unescape(label string, raw bool) string {
	if raw {
		label, _ = url.PathUnescape(label) // of a path that was decoded before
	}
	return label
}

// isTail tells that a segment of a pattern of ours, or of a path of Gin, takes the rest of the path.
func isTail(s string) bool {
	return strings.HasPrefix(s, "*") || strings.HasPrefix(s, "[...") || strings.HasPrefix(s, "[[...")
}

// nameIn returns the name of the parameter in a segment of a pattern of ours, or of a path of Gin; "" in a literal.
func nameIn(s string) string {
	switch {
	case strings.HasPrefix(s, ":"), strings.HasPrefix(s, "*"):
		return s[1:]
	case strings.HasPrefix(s, "["):
		return strings.Trim(strings.TrimPrefix(strings.TrimLeft(s, "["), "..."), "]")
	}
	return ""
}

// Params returns the parameters of the path alone: what a decision about access should read, since no query string can
// add to it. It is never nil.
func Params(c *gin.Context) Query {
	q := make(Query, len(c.Params))
	addParams(c, q)
	return q
}

// addParams puts the parameters of the path over what q has.
func addParams(c *gin.Context, q Query) {
	if len(c.Params) == 0 {
		return
	}
	pattern := Pattern(c)
	for _, p := range c.Params {
		if strings.HasSuffix(pattern, "..."+p.Key+"]") || strings.HasSuffix(pattern, "..."+p.Key+"]]") || strings.HasSuffix(pattern, "/*"+p.Key) {
			if all, _ := slice(c.Request.URL, pattern, p.Key); all != nil {
				q[p.Key] = all
			}
			continue
		}
		q[p.Key] = p.Value
	}
}

// QueryOf returns what Next.js calls req.query: the query string with the parameters of the path over it, so that a
// parameter always wins over a key of the same name. It is never nil, and parsed anew by each call.
//
// A query string of more than 1000 parameters does not reach the handlers of a pattern. On a plain route of Gin it is
// left out whole and its error is in c.Errors; ParseQuery returns it instead.
func QueryOf(c *gin.Context) Query {
	q, err := ParseQuery(c, querystring.DefaultMaxPairs)
	if err != nil {
		_ = c.Error(err) // returns what was passed, for chaining
		return Params(c)
	}
	return q
}

// ParseQuery is QueryOf with a cap on the parameters of the query string (0 means 1000) and with the error that QueryOf
// cannot return: *querystring.TooManyError.
func ParseQuery(c *gin.Context, maxPairs int) (Query, error) {
	values, err := querystring.Parse(c.Request.URL.RawQuery, maxPairs)
	if err != nil {
		return nil, err
	}
	q := make(Query, len(values)+len(c.Params))
	for key, all := range values {
		if len(all) == 1 {
			q[key] = all[0]
		} else {
			q[key] = all
		}
	}
	addParams(c, q)
	return q, nil
}

// URLQuery returns the query string alone, without the parameters of the path. Over the cap it is empty and the error
// is in c.Errors, as for QueryOf; querystring.Parse takes a cap and returns the error.
func URLQuery(c *gin.Context) querystring.Values {
	values, err := querystring.Parse(c.Request.URL.RawQuery, querystring.DefaultMaxPairs)
	if err != nil {
		_ = c.Error(err) // returns what was passed, for chaining
		return querystring.Values{}
	}
	return values
}
