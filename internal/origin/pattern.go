package origin

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Pattern is one entry of a list of allowed origins, parsed. Its zero value matches nothing.
type Pattern struct {
	scheme  string
	host    string // exact host; below a wildcard the suffix with its dot, ".example.com"
	port    string // "" for the default port
	sub     bool   // the host is written "*." and more
	anyPort bool   // the port is written "*"
}

// ParsePattern reads one allowed origin as a person writes it. What is another spelling of the same origin is
// brought to the form that browsers send: upper case, international names (to punycode), a written default port,
// the long form of an IPv6 address. What is no origin, or admits more than it seems to, is an error that says what
// to write instead.
func ParsePattern(s string) (Pattern, error) {
	scheme, rest, ok := strings.Cut(s, "://")
	if err := checkForm(s, scheme, rest, ok); err != nil {
		return Pattern{}, err
	}
	p := Pattern{scheme: strings.ToLower(scheme)}
	if err := checkScheme(p.scheme); err != nil {
		return Pattern{}, err
	}
	host, port, err := p.cutPort(rest)
	if err != nil {
		return Pattern{}, err
	}
	if port != defaultPort(p.scheme) {
		p.port = port
	}
	if host, p.sub = strings.CutPrefix(host, "*."); strings.Contains(host, "*") {
		return Pattern{}, errors.New(`"*" may stand for the whole leftmost labels only; write https://*.example.com`)
	}
	if p.host, err = parseHost(p.scheme, host); err != nil {
		return Pattern{}, err
	}
	if !p.sub {
		return p, nil
	}
	if err := checkWildcard(p.host); err != nil {
		return Pattern{}, err
	}
	p.host = "." + p.host
	return p, nil
}

// checkForm names the usual mistakes before the parts are looked at.
func checkForm(s, scheme, rest string, cut bool) error {
	switch {
	case s == "":
		return errors.New("it is empty; write https://example.com")
	case s == "null":
		return errors.New(`"null" is the origin of every sandboxed document and local file, so anyone can send it; ` +
			"serve the page from an origin of its own")
	case len(s) > 2 && s[0] == '/' && strings.LastIndexByte(s, '/') > 0:
		return errors.New("regular expressions are not supported, they are too easily left without an anchor; " +
			"write https://*.example.com for the subdomains of a host")
	case !cut:
		return fmt.Errorf("it has no scheme; write https://%s", s)
	case scheme == "*":
		return errors.New("the scheme cannot be free; write one entry for each scheme")
	case strings.Contains(rest, "@"):
		return errors.New("an origin has no user information; write scheme://host:port")
	case strings.ContainsAny(rest, `/\?#`):
		return fmt.Errorf("an origin has no path and no slash at its end; write %s", s[:len(scheme)+3+strings.IndexAny(rest, `/\?#`)])
	}
	return nil
}

// checkScheme refuses the schemes of which no browser sends an origin.
func checkScheme(scheme string) error {
	switch {
	case !isScheme(scheme):
		return errors.New("the scheme is malformed; write https://example.com")
	case scheme == "file", scheme == "data", scheme == "blob", scheme == "javascript", scheme == "about":
		return fmt.Errorf(`documents of the scheme %q have the origin "null", which cannot be allowed; serve them over https`, scheme)
	case scheme == "ws", scheme == "wss":
		return errors.New("a WebSocket request carries the origin of the page that opened it; write http:// or https://")
	}
	return nil
}

// cutPort reads the port of a pattern, "*" included.
func (p *Pattern) cutPort(s string) (host, port string, err error) {
	if host, p.anyPort = strings.CutSuffix(s, ":*"); p.anyPort {
		return host, "", nil
	}
	host, port, ok := cutPort(s)
	if !ok {
		return "", "", fmt.Errorf(`the port %q is malformed; write a number up to 65535 without leading zeros, or "*"`, port)
	}
	return host, port, nil
}

// parseHost brings a host to the form in which browsers send it.
func parseHost(scheme, host string) (string, error) {
	switch {
	case host == "":
		return "", errors.New("it has no host; write https://example.com")
	case strings.HasPrefix(host, "["):
		return parseIPv6(host)
	case strings.HasSuffix(host, "."):
		return "", errors.New("the host ends in a dot, which makes another origin of it; write it without the dot")
	case scheme != "http" && scheme != "https":
		// The host of other schemes is opaque (an extension's id, "localhost"): nothing is mapped.
		if !isHost(host) {
			return "", fmt.Errorf("the host %q is malformed; write the letters, digits, hyphens and dots the client sends", host)
		}
		return host, nil
	}
	profile := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))
	ascii, err := profile.ToASCII(host)
	// What the mapping makes of text that is not UTF-8 is no name itself, which the second pass finds.
	again, errAgain := profile.ToASCII(ascii)
	if err != nil || errAgain != nil || again != ascii || !isHost(ascii) {
		return "", fmt.Errorf("the host %q is not a host name; write it as in the browser's address bar", host)
	}
	if last := ascii[strings.LastIndexByte(ascii, '.')+1:]; isNumber(last) {
		if addr, err := netip.ParseAddr(ascii); err != nil || !addr.Is4() {
			return "", fmt.Errorf("the host %q ends in a number but is no IPv4 address; write four decimal numbers", host)
		}
	}
	return ascii, nil
}

// isNumber tells a last label that makes a browser read the host as an IPv4 address (WHATWG URL, "ends in a number
// checker").
func isNumber(label string) bool {
	if strings.Trim(label, "0123456789") == "" {
		return true
	}
	hex, ok := strings.CutPrefix(label, "0x")
	return ok && strings.Trim(hex, "0123456789abcdef") == ""
}

// parseIPv6 brings a bracketed address to its canonical form (RFC 5952), in which browsers send it.
func parseIPv6(host string) (string, error) {
	inner, closed := strings.CutSuffix(host[1:], "]")
	addr, err := netip.ParseAddr(inner)
	if err != nil || !closed || !addr.Is6() || addr.Zone() != "" || addr.Is4In6() {
		return "", fmt.Errorf("the host %q is no IPv6 address; write one in brackets, without a zone, as in http://[::1]:3000", host)
	}
	return "[" + addr.String() + "]", nil
}

// checkWildcard refuses wildcards over names that belong to everyone. A name of one label that no registry manages
// ("localhost", "internal") is a private network's own and stays allowed.
func checkWildcard(host string) error {
	if strings.HasPrefix(host, "[") || isNumber(host[strings.LastIndexByte(host, '.')+1:]) {
		return errors.New("an address has no subdomains; write it without the wildcard")
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	if suffix == host && (icann || strings.Contains(host, ".")) {
		return fmt.Errorf("everyone can register a name below %q, a public suffix; write https://*.your-name.%s", host, host)
	}
	return nil
}

// String is the pattern in canonical form; of an exact one it is the only header value it matches.
func (p Pattern) String() string {
	host, port := p.host, p.port
	if p.sub {
		host = "*" + host
	}
	if p.anyPort {
		port = "*"
	}
	return Origin{Scheme: p.scheme, Host: host, Port: port}.String()
}

// Exact reports whether the pattern stands for a single origin.
func (p Pattern) Exact() bool { return !p.sub && !p.anyPort }

// Insecure reports whether what the pattern admits travels in the clear: http, except to the machine itself
// (W3C Secure Contexts, section 3.1).
func (p Pattern) Insecure() bool {
	if p.scheme != "http" {
		return false
	}
	if host := strings.TrimPrefix(p.host, "."); host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return false
	}
	addr, err := netip.ParseAddr(strings.Trim(p.host, "[]"))
	return err != nil || !addr.IsLoopback()
}

// Matches reports whether the pattern admits o.
func (p Pattern) Matches(o Origin) bool {
	if p.scheme != o.Scheme || !p.anyPort && p.port != o.Port {
		return false
	}
	if !p.sub {
		return p.host == o.Host
	}
	// The host is made of whole labels and the suffix begins with a dot, so what is left of it is whole labels.
	return len(o.Host) > len(p.host) && strings.HasSuffix(o.Host, p.host)
}
