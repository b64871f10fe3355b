package origin

import "strings"

// Limits of what is looked at in a request. They come from DNS (RFC 1035, section 2.3.4: 63 bytes a label, 253 a
// name) and leave room for a scheme and a port; a longer header is no origin and costs one comparison.
const (
	maxLabelLen  = 63
	maxHostLen   = 253
	maxSchemeLen = 64
	maxLen       = maxSchemeLen + len("://") + maxHostLen + len(":65535")
)

// Origin is a serialized origin cut into its parts. The parts are slices of the text, so parsing allocates nothing.
type Origin struct {
	Scheme string // lower case, without "://"
	Host   string // lower case ASCII; an IPv6 address keeps its brackets
	Port   string // decimal, "" for the default port of the scheme
}

// Parse cuts the value of an Origin header into its parts. It reports false for everything that a browser does not
// send as the serialization of an origin (WHATWG HTML, "serialization of an origin"): "null", upper case, a written
// default port, user information, a path, empty labels, text beyond ASCII. Being strict costs no real client
// anything, and what is echoed in Access-Control-Allow-Origin is always well formed.
func Parse(s string) (Origin, bool) {
	if len(s) > maxLen {
		return Origin{}, false
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || !isScheme(scheme) {
		return Origin{}, false
	}
	host, port, ok := cutPort(rest)
	if !ok || port != "" && port == defaultPort(scheme) {
		return Origin{}, false
	}
	if strings.HasPrefix(host, "[") {
		ok = isIPv6(host)
	} else {
		ok = isHost(host)
	}
	if !ok {
		return Origin{}, false
	}
	return Origin{Scheme: scheme, Host: host, Port: port}, true
}

// String puts the parts together again.
func (o Origin) String() string {
	if o.Port == "" {
		return o.Scheme + "://" + o.Host
	}
	return o.Scheme + "://" + o.Host + ":" + o.Port
}

// defaultPort is the port that the serialization of an origin leaves out.
func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	default:
		return ""
	}
}

// cutPort separates host and port. A colon without a number behind it, a number above 65535 and one with a leading
// zero are refused.
func cutPort(s string) (host, port string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || i < strings.LastIndexByte(s, ']') {
		return s, "", true
	}
	host, port = s[:i], s[i+1:]
	return host, port, isPort(port)
}

// isPort reports whether s is a port as it is written in an origin.
func isPort(s string) bool {
	if s == "" || len(s) > len("65535") || len(s) > 1 && s[0] == '0' {
		return false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n <= 65535
}

// isScheme checks for the scheme of RFC 3986, section 3.1, in lower case.
func isScheme(s string) bool {
	if s == "" || len(s) > maxSchemeLen || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '-', c == '.':
		default:
			return false
		}
	}
	return true
}

// isHost checks the shape of a host name: labels of letters, digits, hyphens and underscores, none of them empty. An
// IPv4 address has this shape as well. A dot at the end is refused: it makes another origin of the same host.
func isHost(s string) bool {
	if s == "" || len(s) > maxHostLen {
		return false
	}
	label := 0
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
			label++
			if label > maxLabelLen {
				return false
			}
		case c == '.':
			if label == 0 {
				return false
			}
			label = 0
		default:
			return false
		}
	}
	return label > 0
}

// isIPv6 checks the shape of a bracketed address. It need not be more: addresses in patterns are exact, so a
// malformed one equals none of them.
func isIPv6(s string) bool {
	const longest = len("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]")
	if len(s) < len("[::]") || len(s) > longest || s[len(s)-1] != ']' {
		return false
	}
	for _, c := range []byte(s[1 : len(s)-1]) {
		switch {
		case 'a' <= c && c <= 'f', '0' <= c && c <= '9', c == ':':
		default:
			return false
		}
	}
	return true
}
