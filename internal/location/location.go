package location

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says why a target is refused.
type Error struct {
	// Target is the redirect target as it was given.
	Target string
	// Reason says what is wrong with it and what to write instead.
	Reason string
}

// longestQuote bounds what an error repeats of a target.
const longestQuote = 200

// Error quotes the target, control characters escaped.
func (e *Error) Error() string {
	target, cut := e.Target, ""
	if len(target) > longestQuote {
		target, cut = target[:longestQuote], "…"
	}
	return fmt.Sprintf("location: %+q%s %s", target, cut, e.Reason)
}

// Header returns the target as the value of a Location header. Any URL may be
// given, absolute or relative.
//
// Refused are an empty target and the control characters that Node refuses in
// a header: all but the tab, so that CR and LF cannot begin a header of their
// own. Characters beyond ASCII are percent-encoded as UTF-8, which is what a
// browser makes of them; Node sends Latin-1 and fails on the rest.
func Header(target string) (string, error) {
	if target == "" {
		return "", &Error{target, "is empty; write a path or a URL"}
	}
	if i := strings.IndexFunc(target, func(r rune) bool { return isControl(r) && r != '\t' }); i >= 0 {
		return "", &Error{target, "contains a control character; percent-encode it"}
	}
	return encode(target, func(c byte) bool { return c >= utf8.RuneSelf }), nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// Local returns the target as the value of a Location header if it is a path of
// the same origin, with or without a query and a fragment, and an *Error if it
// could lead anywhere else. It accepts what begins with exactly one slash, and
// refuses
//
//   - "//host", "/\host", "\/host" and every backslash in the path: browsers read
//     it as a slash;
//   - control characters, tabs and line breaks among them: browsers drop them, so
//     that "/<tab>/host" is "//host";
//   - anything before the slash: schemes, relative paths, blanks;
//   - paths that come out as "//host" when "." and ".." are resolved, and a
//     leading "%2f" or "%5c": harmless in a browser, but the next server may
//     decode or clean the path and redirect again;
//   - bytes that are no UTF-8.
//
// Blanks at the end are dropped and blanks, quotes, angle brackets and characters
// beyond ASCII are percent-encoded, as a browser does it.
func Local(target string) (string, error) {
	refuse := func(reason string) (string, error) { return "", &Error{target, reason} }
	switch {
	case !utf8.ValidString(target):
		return refuse("is not UTF-8")
	case strings.ContainsFunc(target, isControl):
		return refuse("contains a control character")
	case target == "" || target[0] != '/':
		return refuse("is no local path; begin it with a slash")
	}
	path := target
	if i := strings.IndexAny(target, "?#"); i >= 0 {
		path = target[:i]
	}
	switch {
	case strings.Contains(path, `\`):
		return refuse("contains a backslash, which browsers read as a slash")
	case leadsAway(path):
		return refuse("names another host; begin the path with one slash")
	}
	return encode(strings.TrimRight(target, " "), func(c byte) bool {
		return c >= utf8.RuneSelf || c == ' ' || c == '"' || c == '<' || c == '>'
	}), nil
}

// leadsAway reports whether a path begins with two slashes, as it stands or
// once its dot segments are resolved; there an encoded slash counts too.
func leadsAway(path string) bool {
	if strings.HasPrefix(path, "//") {
		return true // even "//..", whose host a browser takes to be ".."
	}
	given := strings.Split(path[1:], "/")
	kept := given[:0]
	for i, segment := range given {
		up := dots(segment)
		if up == 0 {
			kept = append(kept, segment)
			continue
		}
		if up == 2 && len(kept) > 0 {
			kept = kept[:len(kept)-1]
		}
		if i == len(given)-1 {
			kept = append(kept, "") // "/a/." is "/a/"
		}
	}
	first := kept[0]
	return len(kept) > 1 && first == "" || len(first) >= 3 && isEncodedSlash(first[:3])
}

func isEncodedSlash(s string) bool {
	return strings.EqualFold(s, "%2f") || strings.EqualFold(s, "%5c")
}

// dots returns 1 for a segment that browsers read as ".", 2 for "..", in plain or
// percent-encoded form, and 0 for any other.
func dots(segment string) int {
	n := 0
	for segment != "" {
		switch {
		case segment[0] == '.':
			segment = segment[1:]
		case len(segment) >= 3 && strings.EqualFold(segment[:3], "%2e"):
			segment = segment[3:]
		default:
			return 0
		}
		if n++; n > 2 {
			return 0
		}
	}
	return n
}

const hex = "0123456789ABCDEF"

// encode percent-encodes the bytes that must not stand as they are.
func encode(s string, must func(byte) bool) string {
	n := 0
	for i := range len(s) {
		if must(s[i]) {
			n++
		}
	}
	if n == 0 {
		return s
	}
	b := make([]byte, 0, len(s)+2*n)
	for i := range len(s) {
		if c := s[i]; must(c) {
			b = append(b, '%', hex[c>>4], hex[c&0xf])
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}
