package catchall

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// entry is the first handler of a compiled path. It makes sure that the path, as it was sent, belongs to the pattern
// whose handlers follow, and sets the parameters of that pattern. Its methods are registered as method values, so that
// the chain of a route has the same names for every pattern.
type entry struct {
	// What every request reads lies together, because a server with many patterns finds it in no cache of the processor:
	// the fields down to few, and all the texts of the parts in one string.
	parts []part // the parameters of the group and the pattern, ready for a decoded path
	end   string // the literals behind the last part; the whole path when there is no part
	name  string // the pattern behind the path of the group: what Pattern returns
	mount *mount
	few   [2]part // where parts are, unless there are more

	pattern  *pattern
	segments []segment // of the group and the pattern
	allow    []string
}

// part is a parameter with the literals before it.
type part struct {
	before string // "/api/post/"; without the slash at the end before an optional catch-all
	name   string
	kind   kind
}

// newEntries prepares what requests to the paths need, side by side.
func (m *mount) newEntries(base string, routes []route) []entry {
	entries := make([]entry, len(routes))
	for i := range entries {
		e, r := &entries[i], routes[i]
		e.mount, e.pattern = m, r.pattern
		e.name = nameBelow(base, r.pattern.text)
		e.segments = slices.Concat(m.base, r.pattern.segments)
		e.allow = r.pattern.allow()
		e.prepare()
	}
	return entries
}

// prepare makes the parts from the segments.
func (e *entry) prepare() {
	e.parts = e.few[:0]
	for _, s := range e.segments {
		switch s.kind {
		case literal:
			e.end += "/" + s.text
		case optional:
			e.parts, e.end = append(e.parts, part{e.end, s.text, s.kind}), ""
		default:
			e.parts, e.end = append(e.parts, part{e.end + "/", s.text, s.kind}), ""
		}
	}
	if len(e.segments) == 0 {
		e.end = "/"
	}
	var texts strings.Builder
	for _, p := range e.parts {
		texts.WriteString(p.before + p.name)
	}
	left := texts.String() + e.end
	for i := range e.parts {
		p := &e.parts[i]
		p.before, left = left[:len(p.before)], left[len(p.before):]
		p.name, left = left[:len(p.name)], left[len(p.name):]
	}
	e.end = left
}

// nameBelow puts the path of a group before a pattern.
func nameBelow(base, pattern string) string {
	if pattern == "/" {
		return base
	}
	return strings.TrimSuffix(base, "/") + pattern
}

// enter lets the request on to the handlers of the pattern or answers it.
func (e *entry) enter(c *gin.Context) {
	if !e.agree(c) {
		return
	}
	if raw := c.Request.URL.RawQuery; len(raw) > querystring.DefaultMaxPairs {
		if _, err := querystring.Pairs(raw, querystring.DefaultMaxPairs); err != nil {
			e.fail(c, err)
		}
	}
}

// notAllowed answers a method that the pattern has no handlers for.
func (e *entry) notAllowed(c *gin.Context) {
	if !e.agree(c) {
		return
	}
	c.Header("Allow", strings.Join(e.allow, ", "))
	e.fail(c, &MethodError{Method: c.Request.Method, Pattern: e.name, Allow: slices.Clone(e.allow)})
}

// redirect answers a path with a slash at its end. An escaped one ("/post/a%2F"), which Gin matches as a slash without
// UseRawPath, is part of a segment: the path belongs to the pattern, but its handlers are not in this chain.
func (e *entry) redirect(c *gin.Context) {
	if e.agree(c) {
		e.fail(c, &MismatchError{Path: rawPath(c.Request.URL), Route: c.FullPath(), Pattern: e.pattern.text})
	}
}

// agree sets the parameters and returns true when the path belongs to the pattern; else it has answered.
func (e *entry) agree(c *gin.Context) bool {
	u := c.Request.URL
	if u.RawPath == "" && !e.mount.dead {
		// The sent path is the usual encoding of Path: a segment of Path is a segment of it, decoded, and a literal is
		// itself. What Gin matched, whichever form its flags make it use, is the same.
		if params, ok := e.read(c.Params[:0], u.Path); ok {
			c.Params = params
			c.Request.Pattern = e.name
			return true
		}
	}
	return e.examine(c, rawPath(u))
}

// read appends the parameters found in a decoded path, by position; false when the path has another form than the
// pattern or needs a second look. Values are parts of the path, nothing is copied.
func (e *entry) read(params gin.Params, path string) (gin.Params, bool) {
	for i := range e.parts {
		p := &e.parts[i]
		if !strings.HasPrefix(path, p.before) {
			return params, false
		}
		value := path[len(p.before):]
		switch p.kind {
		case param:
			end := strings.IndexByte(value, '/')
			if end < 0 {
				end = len(value)
			}
			value, path = value[:end], value[end:]
		case optional:
			if value == "" || path == "/" {
				return params, true
			}
			if value[0] != '/' {
				return params, false
			}
			value, path = value[1:], ""
		default:
			path = ""
		}
		if !settled(value) {
			return params, false
		}
		params = append(params, gin.Param{Key: p.name, Value: value})
	}
	return params, path == e.end
}

// examine decides about a path that was sent with escapes of its own, or that needs cleaning.
func (e *entry) examine(c *gin.Context, raw string) bool {
	if e.mount.dead {
		e.fail(c, &unmountedError{route: c.FullPath()})
		return false
	}
	if strings.Contains(raw, "#") {
		e.fail(c, &PathError{Path: raw, Reason: `has a raw "#": a client keeps the fragment to itself, or sends %23`})
		return false
	}
	if to := clean(raw); to != raw {
		redirectTo(c, raw)
		return false
	}
	if found := e.mount.find(raw); found != e.pattern {
		mismatch := &MismatchError{Path: raw, Route: c.FullPath()}
		if found != nil {
			mismatch.Pattern = found.text
		}
		e.fail(c, mismatch)
		return false
	}
	params, err := e.decode(c.Params[:0], raw)
	if err != nil {
		e.fail(c, err)
		return false
	}
	c.Params = params
	c.Request.Pattern = e.name
	return true
}

// find returns the pattern that a sent path belongs to, nil for none.
func (m *mount) find(raw string) *pattern {
	if raw == "/" {
		raw = ""
	}
	for _, s := range m.base {
		if raw == "" {
			return nil
		}
		var label string
		label, raw = cut(raw)
		if decoded, err := url.PathUnescape(label); s.kind == literal && (err != nil || decoded != s.text) {
			return nil
		}
	}
	return m.start.match(raw)
}

// decode appends the parameters found in a sent path, by position, each segment decoded once. The path is known to
// belong to the pattern.
func (e *entry) decode(params gin.Params, raw string) (gin.Params, error) {
	path := raw
	for _, s := range e.segments {
		if path == "" || path == "/" {
			break
		}
		var label string
		if s.kind >= rest {
			label, path = path[1:], ""
		} else {
			label, path = cut(path)
		}
		if s.kind == literal {
			continue
		}
		value, _ := url.PathUnescape(label) // of a path that was decoded before; an escape never reaches across a slash
		if !utf8.ValidString(value) {
			return nil, &PathError{Path: raw, Reason: "is not UTF-8"}
		}
		params = append(params, gin.Param{Key: s.text, Value: value})
	}
	return params, nil
}

// fail answers a refused request by the hook and ends the chain.
func (e *entry) fail(c *gin.Context, err error) {
	c.Abort()
	_ = c.Error(err) // returns what was passed, for chaining
	e.mount.refuse(c, err)
}

// redirectTo answers 308 with the clean path and the query as it was sent. The path is the one on the request line when
// that ends in the path the engine was given, so that a prefix which http.StripPrefix took off is in the answer.
func redirectTo(c *gin.Context, raw string) {
	if sent, _, _ := strings.Cut(c.Request.RequestURI, "?"); strings.HasPrefix(sent, "/") && strings.HasSuffix(sent, raw) {
		raw = sent
	}
	to := clean(raw)
	if query := c.Request.URL.RawQuery; query != "" {
		to += "?" + query
	}
	c.Header("Location", ascii(to))
	c.AbortWithStatus(http.StatusPermanentRedirect)
}

// ascii escapes the bytes that must not stand in a header.
func ascii(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
