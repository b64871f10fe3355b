package contenttype

import "strings"

// plain is the media type of bodies that come without a type or with one that cannot be read.
const plain = "text/plain"

// Parse returns the media type of a Content-Type header in lower case and the value of its charset parameter as it is written,
// without quotes; the last one counts. charset is empty when there is none.
//
// An empty or malformed header gives "text/plain" and no charset. As in Next.js one fault spoils the whole header:
// "application/json; charset" and "application/json;" are plain text, not JSON.
//
// The header is read byte by byte, since Node.js takes it for Latin-1.
func Parse(header string) (mediaType, charset string) {
	mediaType, params, more := strings.Cut(header, ";")
	mediaType = trim(mediaType)
	slash := tokenLen(mediaType)
	if slash == 0 || slash == len(mediaType) || mediaType[slash] != '/' {
		return plain, ""
	}
	if subtype := mediaType[slash+1:]; subtype == "" || tokenLen(subtype) != len(subtype) {
		return plain, ""
	}
	for more {
		var name, value string
		var ok bool
		if name, value, params, ok = parameter(params); !ok {
			return plain, ""
		}
		if strings.EqualFold(name, "charset") {
			charset = value
		}
		if more = params != ""; more {
			if params[0] != ';' {
				return plain, ""
			}
			params = params[1:]
		}
	}
	return strings.ToLower(mediaType), charset
}

// trim drops what String.prototype.trim of JavaScript drops from Latin-1 text: white space and the byte of the no-break space.
func trim(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// isSpace tells the bytes that trim drops.
func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r' || c == 0xa0
}

// tokens marks the bytes of a token of RFC 7230, section 3.2.6.
var tokens = func() (set [256]bool) {
	for _, c := range []byte("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
		set[c] = true
	}
	return set
}()
