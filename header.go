package apiroutes

import (
	"net/http"
	"slices"
	"strings"
)

// SetHeader sets a header to one value or several, in place of what it was:
// res.setHeader(name, value). A name that is not a token, a control character in a
// value (CR and LF would begin another header) and a header after the headers have
// been sent are errors, as in Node.
func (r *Response) SetHeader(name string, values ...string) *Response {
	if !r.mayChange(name, values) {
		return r
	}
	if len(values) == 0 {
		r.c.Writer.Header().Del(name)
		return r
	}
	r.c.Writer.Header()[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	return r
}

// AppendHeader adds values to a header: res.appendHeader(name, value).
func (r *Response) AppendHeader(name string, values ...string) *Response {
	if !r.mayChange(name, values) {
		return r
	}
	h, key := r.c.Writer.Header(), http.CanonicalHeaderKey(name)
	h[key] = append(slices.Clip(h[key]), values...)
	return r
}

// GetHeader returns the values of a header that was set, joined by a comma; "" if
// none was: res.getHeader(name).
func (r *Response) GetHeader(name string) string {
	return strings.Join(r.c.Writer.Header().Values(name), ", ")
}

// RemoveHeader takes a header back: res.removeHeader(name).
func (r *Response) RemoveHeader(name string) *Response {
	if r.mayChange(name, nil) {
		r.c.Writer.Header().Del(name)
	}
	return r
}

// SetCookie adds a Set-Cookie header. A cookie that [http.Cookie.Valid] refuses is an
// error; net/http would drop it, or what is wrong in it, in silence. In Next.js
// it is res.setHeader('Set-Cookie', serialize(…)).
func (r *Response) SetCookie(cookie *http.Cookie) *Response {
	if r.err != nil {
		return r
	}
	if cookie == nil {
		return r.fail(&HeaderError{Name: "Set-Cookie", Reason: "is given no cookie"})
	}
	if err := cookie.Valid(); err != nil {
		return r.fail(&HeaderError{Name: "Set-Cookie", Reason: "cannot hold the cookie: " + err.Error()})
	}
	return r.AppendHeader("Set-Cookie", cookie.String())
}

// mayChange reports whether a header can be changed, and records why not.
func (r *Response) mayChange(name string, values []string) bool {
	switch {
	case r.err != nil:
	case r.c.Writer.Written():
		r.fail(ErrHeadersSent)
	case !isToken(name):
		r.fail(&HeaderError{Name: name, Reason: "has a name that is no token; use letters, digits and hyphens"})
	case slices.ContainsFunc(values, hasControl):
		r.fail(&HeaderError{Name: name, Reason: "has a control character in its value; encode it"})
	default:
		return true
	}
	return false
}

// isToken is the rule for names of headers (RFC 9110, section 5.6.2).
func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return name != ""
}

// hasControl finds what Node refuses in a value: controls other than the tab.
func hasControl(value string) bool {
	return strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}
