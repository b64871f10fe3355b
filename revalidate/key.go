package revalidate

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// A page's key is its path, decoded, then the query parameters that belong to
// it, then the values of the request headers that its answers vary by:
//
//	/posts/café
//	/posts?page=2
//	/posts\x00 2:de
//
// What separates the parts can't occur inside one: in the path it stays
// percent-encoded, in the query it is, and header values have their length in
// front. So two different pages never share a key.

// pathKey returns the decoded path of u as a key. The segments are decoded
// once each; "/", "?", "#", "%" and control characters inside a segment stay
// encoded. It is false for a path that is not UTF-8.
func pathKey(u *url.URL) (string, bool) {
	if u.RawPath == "" && isPlain(u.Path) {
		return u.Path, true
	}
	var b strings.Builder
	for i, segment := range strings.Split(u.EscapedPath(), "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		decoded, err := url.PathUnescape(segment)
		if err != nil || !utf8.ValidString(decoded) {
			return "", false
		}
		writeEncoded(&b, decoded)
	}
	return b.String(), true
}

// isPlain says whether a decoded path is its own key.
func isPlain(path string) bool {
	ascii := true
	for i := range len(path) {
		switch c := path[i]; {
		case c < ' ', c == '?', c == '#', c == '%':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(path)
}

func writeEncoded(b *strings.Builder, segment string) {
	const hex = "0123456789ABCDEF"
	for i := range len(segment) {
		c := segment[i]
		if c < ' ' || strings.IndexByte("/?#%", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
}

// keyQuery returns the part of a raw query that belongs to the key, in a
// canonical form with its question mark: parameters in alphabetical order,
// the values of each in their own.
func keyQuery(raw string, names []string) (string, error) {
	if raw == "" || len(names) == 0 {
		return "", nil
	}
	all, err := querystring.Parse(raw, querystring.DefaultMaxPairs)
	if err != nil {
		return "", err
	}
	chosen := make(url.Values, len(names))
	for _, name := range names {
		if values := all.All(name); len(values) > 0 {
			chosen[name] = values
		}
	}
	if len(chosen) == 0 {
		return "", nil
	}
	return "?" + chosen.Encode(), nil
}

// fieldsOf picks the named headers of a request.
func fieldsOf(h http.Header, names []string) []Field {
	fields := make([]Field, len(names))
	for i, name := range names {
		fields[i] = Field{Name: name, Values: h.Values(name)}
	}
	return fields
}

// variantKey adds the values of headers to a key.
func variantKey(key string, vary []Field) string {
	if len(vary) == 0 {
		return key
	}
	var b strings.Builder
	b.WriteString(key)
	b.WriteByte(0)
	for _, field := range vary {
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(len(field.Values)))
		for _, value := range field.Values {
			b.WriteByte(' ')
			b.WriteString(strconv.Itoa(len(value)))
			b.WriteByte(':')
			b.WriteString(value)
		}
	}
	return b.String()
}
