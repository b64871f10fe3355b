package revalidate

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// nextPaths turns the paths of a caller into those that Next.js takes without
// a redirect: encoded, with basePath, locale and the right trailing slash. A
// path that is not canonical is answered with 308 and refreshes nothing.
type nextPaths struct {
	basePath      string
	locales       []string
	trailingSlash bool
}

// nextTarget is one page.
type nextTarget struct {
	locale string
	inner  string // without basePath, as res.revalidate takes it
	path   string // with basePath
}

func newNextPaths(config NextConfig) (nextPaths, error) {
	p := nextPaths{basePath: config.BasePath, trailingSlash: config.TrailingSlash}
	var faults []error
	if b := config.BasePath; b != "" {
		if segments, err := nextSegments(b); err != nil || b == "/" || strings.HasSuffix(b, "/") || "/"+strings.Join(segments, "/") != b {
			faults = append(faults, fmt.Errorf("revalidate: BasePath %q; write it as in next.config.js: /shop", b))
		}
	}
	for _, locale := range config.Locales {
		if segments, err := nextSegments("/" + locale); err != nil || len(segments) != 1 || segments[0] != locale || locale == "" {
			faults = append(faults, fmt.Errorf("revalidate: the locale %q is no path segment; write it as in next.config.js: en-US", locale))
		}
	}
	p.locales = append(p.locales, config.Locales...)
	return p, errors.Join(faults...)
}

// targets returns the pages that a path stands for: one, or one per locale.
func (p nextPaths) targets(path string) ([]nextTarget, error) {
	segments, err := p.within(path)
	if err != nil {
		return nil, err
	}
	if len(p.locales) == 0 {
		return []nextTarget{p.target("", segments)}, nil
	}
	if len(segments) > 0 {
		for _, locale := range p.locales {
			if strings.EqualFold(locale, segments[0]) { // Next.js does not mind the case either
				return []nextTarget{p.target(locale, segments)}, nil
			}
		}
	}
	targets := make([]nextTarget, 0, len(p.locales))
	for _, locale := range p.locales {
		targets = append(targets, p.target(locale, append([]string{locale}, segments...)))
	}
	return targets, nil
}

// route returns the path of an API route, which has no locale.
func (p nextPaths) route(path string) (string, error) {
	segments, err := p.within(path)
	if err != nil || len(segments) == 0 {
		return "", fmt.Errorf("revalidate: Route %q; write it as /api/revalidate", path)
	}
	return p.target("", segments).path, nil
}

// within cuts a path into encoded segments, without the basePath, which
// res.revalidate takes or leaves as well.
func (p nextPaths) within(path string) ([]string, error) {
	segments, err := nextSegments(path)
	if err != nil {
		return nil, err
	}
	if p.basePath != "" {
		rest, ok := strings.CutPrefix("/"+strings.Join(segments, "/")+"/", p.basePath+"/")
		if ok {
			segments = nil
			if rest = strings.TrimSuffix(rest, "/"); rest != "" {
				segments = strings.Split(rest, "/")
			}
		}
	}
	return segments, nil
}

func (p nextPaths) target(locale string, segments []string) nextTarget {
	inner := "/" + strings.Join(segments, "/")
	// A last segment with a dot is a file to Next.js and gets no slash; the
	// root has one already, unless there is a basePath before it.
	if p.trailingSlash && len(segments) > 0 && !strings.Contains(segments[len(segments)-1], ".") {
		inner += "/"
	}
	path := p.basePath + inner
	if p.basePath != "" && inner == "/" && !p.trailingSlash {
		path = p.basePath
	}
	return nextTarget{locale: locale, inner: inner, path: path}
}

// nextSegments checks a path and cuts it into encoded segments. What is
// encoded already stays; query and fragment are no part of a page and go, as
// res.revalidate has it.
func nextSegments(path string) ([]string, error) {
	if !strings.HasPrefix(path, "/") {
		return nil, &InvalidPathError{Path: path}
	}
	path, _, _ = strings.Cut(path, "#")
	path, _, _ = strings.Cut(path, "?")
	path = strings.TrimSuffix(path[1:], "/")
	if path == "" {
		return nil, nil
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		encoded, err := nextSegment(segment)
		if err != nil {
			return nil, err
		}
		segments[i] = encoded
	}
	return segments, nil
}

// nextSegment checks and encodes one segment. Everything is refused that a
// URL parser could take for something else than a name.
func nextSegment(segment string) (string, error) {
	var encoded strings.Builder
	decoded := make([]byte, 0, len(segment))
	for i := 0; i < len(segment); i++ {
		c := segment[i]
		switch {
		case c == '%':
			b, ok := hexPair(segment[i+1:])
			if !ok {
				return "", errors.New("it has a % that begins no escape; write %25")
			}
			encoded.WriteString(segment[i : i+3])
			decoded = append(decoded, b)
			i += 2
			continue
		case c == '\\':
			return "", errors.New(`it has a backslash, which is a slash to some; write %5C`)
		case c < ' ' || c == 0x7f:
			return "", errors.New("it has a control character")
		case isPathChar(c):
			encoded.WriteByte(c)
		default:
			fmt.Fprintf(&encoded, "%%%02X", c)
		}
		decoded = append(decoded, c)
	}
	switch {
	case len(decoded) == 0:
		return "", errors.New("it has two slashes in a row")
	case string(decoded) == "." || string(decoded) == "..":
		return "", errors.New("it has a segment . or .., which leads elsewhere; write the path out")
	case !utf8.Valid(decoded):
		return "", errors.New("it is not UTF-8")
	}
	return encoded.String(), nil
}

func hexPair(text string) (byte, bool) {
	if len(text) < 2 {
		return 0, false
	}
	high, ok := hexDigit(text[0])
	low, also := hexDigit(text[1])
	return high<<4 | low, ok && also
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// isPathChar says whether c stands for itself in a segment (RFC 3986, pchar).
func isPathChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~!$&'()*+,;=:@", c) >= 0
}
