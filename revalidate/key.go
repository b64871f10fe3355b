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
// it, then the request headers that its answers vary by:
//
//	/posts/café
//	/posts?page=2
//	/posts\x00Accept-Language 1 2:de;
//
// What separates the parts can't occur inside one: in the path it stays
// percent-encoded, in the query it is, and header values have their length in
// front. So two different pages never share a key, and a key says all that its
// render requests.

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
	var met byteClass
	for i := range len(path) {
		met |= byteClasses[path[i]]
	}
	return met == 0 || met == beyondASCII && utf8.ValidString(path)
}

// byteClass says what a byte means for a key. They are in a table, which is
// faster than to compare, since every hit looks at every byte of its path.
type byteClass uint8

const (
	encoded byteClass = 1 << iota
	beyondASCII
)

var byteClasses = func() (classes [256]byteClass) {
	for c := range classes {
		switch {
		case c < ' ', c == '?', c == '#', c == '%':
			classes[c] = encoded
		case c >= utf8.RuneSelf:
			classes[c] = beyondASCII
		}
	}
	return classes
}()

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

// pageURI returns what a render of a key without headers requests. It depends
// on the key alone, so that no visitor's spelling of a path gets into a page.
func pageURI(key string) string {
	path, query, hasQuery := strings.Cut(key, "?")
	var b strings.Builder
	for i, segment := range strings.Split(path, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		for j, part := range strings.Split(segment, "%2F") {
			if j > 0 {
				b.WriteString("%2F")
			}
			decoded, err := url.PathUnescape(part)
			if err != nil {
				decoded = part
			}
			b.WriteString((&url.URL{Path: "/" + decoded}).EscapedPath()[1:])
		}
	}
	if hasQuery {
		b.WriteByte('?')
		b.WriteString(query)
	}
	return b.String()
}

const (
	endOfPath  = "\x00"
	endOfField = ";"
)

// variantKey adds the named headers of a request to a key.
func variantKey(key string, names []string, header http.Header) string {
	if len(names) == 0 {
		return key
	}
	const perNumber = 8
	size := len(key) + len(endOfPath)
	for _, name := range names {
		size += len(name) + perNumber
		for _, value := range header[name] {
			size += len(value) + perNumber
		}
	}
	var b strings.Builder
	b.Grow(size)
	number := func(n int) {
		var digits [20]byte
		b.Write(strconv.AppendInt(digits[:0], int64(n), 10))
	}
	b.WriteString(key)
	b.WriteString(endOfPath)
	for _, name := range names {
		values := header[name]
		b.WriteString(name)
		b.WriteByte(' ')
		number(len(values))
		for _, value := range values {
			b.WriteByte(' ')
			number(len(value))
			b.WriteByte(':')
			b.WriteString(value)
		}
		b.WriteString(endOfField)
	}
	return b.String()
}

// splitKey takes a key apart into that of the path and the query, and the
// headers. It is false for what variantKey doesn't make; a store that others
// write to may have that.
func splitKey(id string) (key string, vary []Field, ok bool) {
	key, rest, _ := strings.Cut(id, endOfPath)
	for rest != "" {
		var field Field
		if field, rest, ok = cutField(rest); !ok {
			return "", nil, false
		}
		vary = append(vary, field)
	}
	return key, vary, strings.HasPrefix(key, "/")
}

func cutField(s string) (field Field, rest string, ok bool) {
	field.Name, s, _ = strings.Cut(s, " ")
	count, s, ok := cutNumber(s)
	if !ok || count > len(s) {
		return Field{}, "", false
	}
	for range count {
		var n int
		s, ok = strings.CutPrefix(s, " ")
		if ok {
			n, s, ok = cutNumber(s)
		}
		if ok {
			s, ok = strings.CutPrefix(s, ":")
		}
		if !ok || n > len(s) {
			return Field{}, "", false
		}
		field.Values, s = append(field.Values, s[:n]), s[n:]
	}
	rest, ok = strings.CutPrefix(s, endOfField)
	return field, rest, ok && isToken(field.Name)
}

// cutNumber takes a decimal number off the front of s, as strconv writes it.
func cutNumber(s string) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	n, err := strconv.Atoi(s[:i])
	return n, s[i:], err == nil && (s[0] != '0' || i == 1)
}

func namesOf(fields []Field) []string {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = field.Name
	}
	return names
}

// isToken says whether a name can be that of a header field.
func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= utf8.RuneSelf-1 || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	return name != ""
}
