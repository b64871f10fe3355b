package preview

import (
	"strings"
	"unicode/utf8"
)

// Names of the two cookies.
const (
	BypassCookie = "__prerender_bypass" //nolint:gosec // a name, no secret
	DataCookie   = "__next_preview_data"
)

// Cookies are the values of the two cookies in one request, "" where there is
// none. Next.js makes no difference between an absent cookie and an empty one.
type Cookies struct {
	Bypass, Data string
}

// Find reads the two cookies from the lines of a Cookie header, as
// RequestCookies of Next.js does: the last one of a name counts, a cookie
// without "=" has the value "true", and one whose percent-encoding is broken is
// passed over. It allocates only where a value is percent-encoded, and takes
// time linear in the header.
func Find(lines []string) Cookies {
	var found Cookies
	for _, line := range lines {
		for line != "" {
			var cookie string
			cookie, line, _ = strings.Cut(line, ";")
			line = strings.TrimLeft(line, " ")
			name, value, valued := strings.Cut(cookie, "=")
			var field *string
			switch name {
			case BypassCookie:
				field = &found.Bypass
			case DataCookie:
				field = &found.Data
			default:
				continue
			}
			if !valued {
				value = "true"
			}
			if decoded, ok := unescape(value); ok {
				*field = decoded
			}
		}
	}
	return found
}

// unescape is decodeURIComponent: every escape must be whole, and each run of
// them valid UTF-8. A value too long for any token is left as it is, which is
// enough to refuse it.
func unescape(value string) (string, bool) {
	i := strings.IndexByte(value, '%')
	if i < 0 || len(value) > 3*MaxRead {
		return value, true
	}
	decoded := make([]byte, i, len(value))
	copy(decoded, value)
	for i < len(value) {
		if value[i] != '%' {
			decoded = append(decoded, value[i])
			i++
			continue
		}
		run := len(decoded)
		for ; i < len(value) && value[i] == '%'; i += 3 {
			b, ok := pair(value, i+1)
			if !ok {
				return "", false
			}
			decoded = append(decoded, b)
		}
		if !utf8.Valid(decoded[run:]) {
			return "", false
		}
	}
	return string(decoded), true
}

// pair reads the byte that text, at i, writes as two hexadecimal digits.
func pair(text string, i int) (byte, bool) {
	if i+1 >= len(text) {
		return 0, false
	}
	high, ok := digit(text[i])
	low, also := digit(text[i+1])
	return high<<4 | low, ok && also
}

func digit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	default:
		return 0, false
	}
}
