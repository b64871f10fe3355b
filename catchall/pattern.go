package catchall

import (
	"strings"
)

// kind tells what a segment of a pattern stands for.
type kind uint8

const (
	literal  kind = iota // the very bytes of a segment
	param                // [name]: one segment
	rest                 // [...name]: one segment or more
	optional             // [[...name]]: any number of segments, none included
)

// segment is a part of a pattern between two slashes.
type segment struct {
	kind kind
	text string // the literal, or the name of the parameter
}

// allowed are the bytes beside letters and digits that a literal may have: those that a client sends unescaped, so that
// comparing with the raw path, which is what Next.js does, can succeed; without ":" and "*", which Gin's routes
// reserve.
const allowed = "-._~!$&'()+,;=@"

// parsePattern splits a pattern into segments; the fault says what to write instead.
func parsePattern(pattern string) ([]segment, error) {
	if !strings.HasPrefix(pattern, "/") {
		return nil, faultf("pattern %q must begin with a slash: write %q", pattern, "/"+pattern)
	}
	if pattern == "/" {
		return nil, nil
	}
	if strings.HasSuffix(pattern, "/") {
		return nil, faultf("pattern %q ends in a slash, and paths with one are redirected: write %q", pattern, trimSlashes(pattern))
	}
	if strings.Contains(pattern, "//") {
		return nil, faultf("pattern %q has an empty segment: write one slash between two segments", pattern)
	}
	var segments []segment
	for text := range strings.SplitSeq(pattern[1:], "/") {
		s, reason := parseSegment(text)
		if reason != "" {
			return nil, faultf("pattern %q: segment %q %s", pattern, text, reason)
		}
		if n := len(segments); n > 0 && segments[n-1].kind >= rest {
			return nil, faultf("pattern %q: the catch-all %q must be the last segment: drop what follows it", pattern, segments[n-1].String())
		}
		for _, other := range segments {
			if s.kind != literal && other.kind != literal && other.text == s.text {
				return nil, faultf("pattern %q has two parameters named %q: give each its own name", pattern, s.text)
			}
		}
		segments = append(segments, s)
	}
	return segments, nil
}

// trimSlashes is the pattern that was meant by one with slashes at its end.
func trimSlashes(pattern string) string {
	if trimmed := strings.TrimRight(pattern, "/"); trimmed != "" {
		return trimmed
	}
	return "/"
}

// parseSegment reads one segment; reason is empty when it is right.
func parseSegment(text string) (s segment, reason string) {
	if !strings.ContainsAny(text, "[]") {
		return segment{kind: literal, text: text}, checkLiteral(text)
	}
	if !strings.HasPrefix(text, "[") || !strings.HasSuffix(text, "]") {
		return s, "mixes text and brackets: a parameter is a whole segment, as in [id]"
	}
	inner := text[1 : len(text)-1]
	s.kind = param
	double := strings.HasPrefix(inner, "[") && strings.HasSuffix(inner, "]")
	if double {
		inner = inner[1 : len(inner)-1]
	}
	if name, found := strings.CutPrefix(inner, "..."); found {
		s.kind, inner = rest, name
	}
	if double {
		if s.kind != rest {
			return s, "is an optional parameter, which Next.js does not have: write [name] or [[...name]]"
		}
		s.kind = optional
	}
	s.text = inner
	return s, checkName(inner)
}

// checkName says what is wrong with the name of a parameter.
func checkName(name string) string {
	switch {
	case name == "":
		return "has no name: write one, as in [id]"
	case strings.HasPrefix(name, "…"):
		return "has the one character … where three dots belong: write [...name]"
	case strings.HasPrefix(name, "."):
		return "has a name that begins with a dot: write [name], or [...name] with three dots"
	case strings.ContainsAny(name, "[]"):
		return "has brackets in its name: write [name], [...name] or [[...name]]"
	case strings.ContainsAny(name, `:*\`):
		return `has one of : * \ in its name, which Gin's routes reserve: use letters, digits, - and _`
	}
	return ""
}

// checkLiteral says what is wrong with a literal segment.
func checkLiteral(text string) string {
	if text == "." || text == ".." {
		return "is resolved by every client before it is sent: drop it"
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte(allowed, c) >= 0:
		case c == ':', c == '*':
			return "has " + string(rune(c)) + ", which Gin's routes reserve: a parameter is written [name], a catch-all [...name]"
		default:
			return "has a character that clients escape, so that it would never match: use a [name] and compare its value"
		}
	}
	return ""
}

// String writes a parameter as it stands in a pattern.
func (s segment) String() string {
	switch s.kind {
	case rest:
		return "[..." + s.text + "]"
	case optional:
		return "[[..." + s.text + "]]"
	default:
		return "[" + s.text + "]"
	}
}
