package catchall

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// cut splits "/a/b" into "a" and "/b".
func cut(path string) (segment, tail string) {
	path = path[1:]
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// rawPath returns the path as it was sent. url.URL keeps it in RawPath when it is not the usual encoding of Path.
// URL.EscapedPath is not enough: for a RawPath with a byte that should have been escaped it encodes Path anew, and
// "%2F" becomes a slash.
func rawPath(u *url.URL) string {
	if u.RawPath != "" {
		if decoded, err := url.PathUnescape(u.RawPath); err == nil && decoded == u.Path {
			return u.RawPath
		}
	}
	return (&url.URL{Path: u.Path}).EscapedPath()
}

// settled tells that nothing about one or more decoded segments ("a/b") needs a second look, given that the sent path
// was its usual encoding: none of them is empty or a dot segment, and all are UTF-8. Then they are the segments of the
// sent path, decoded. It runs for every request, so it reads each byte once.
func settled(segments string) bool {
	if !opens(segments) {
		return false
	}
	var seen byte
	for i := range len(segments) {
		c := segments[i]
		seen |= c
		if c == '/' && !opens(segments[i+1:]) {
			return false
		}
	}
	return seen < utf8.RuneSelf || utf8.ValidString(segments)
}

// opens tells that the first segment is neither empty nor a dot segment.
func opens(segments string) bool {
	return segments != "" && segments[0] != '/' && (segments[0] != '.' || !isDots(segments))
}

// isDots tells that the first segment is "." or "..", unescaped.
func isDots(segments string) bool {
	first := strings.TrimPrefix(segments, ".")
	first = strings.TrimPrefix(first, ".")
	return len(first) < len(segments) && (first == "" || first[0] == '/')
}

// clean returns the path that a sent path is redirected to; it returns path itself when that is clean. Next.js does it
// in two steps, each with a redirect of its own, and so does this function: backslashes become slashes and repeated
// slashes one; when there are none, a slash at the end is dropped. Dot segments, also escaped ones, are resolved in
// both steps, as a URL parser does.
//
// The result begins with exactly one slash and has no backslash, so that no client can take it for a host.
func clean(path string) string {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if collapsed := collapse(path); collapsed != path {
		return resolve(collapsed)
	}
	path = resolve(path)
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

// collapse makes backslashes slashes and runs of slashes one.
func collapse(path string) string {
	if !strings.Contains(path, `\`) && !strings.Contains(path, "//") {
		return path
	}
	var b strings.Builder
	b.Grow(len(path))
	var last byte
	for i := range len(path) {
		c := path[i]
		if c == '\\' {
			c = '/'
		}
		if c != '/' || last != '/' {
			b.WriteByte(c)
		}
		last = c
	}
	return b.String()
}

// resolve removes "." and ".." as the URL standard does: escaped dots count, ".." above the root stays at the root, and
// one of them at the end leaves a slash.
func resolve(path string) string {
	if !strings.Contains(path, "/.") && !strings.Contains(path, "/%2") {
		return path
	}
	var kept []string
	dotted, last := false, false
	for segment := range strings.SplitSeq(path[1:], "/") {
		n := dots(segment)
		last = n > 0
		if n == 0 {
			kept = append(kept, segment)
			continue
		}
		dotted = true
		if n == 2 && len(kept) > 0 {
			kept = kept[:len(kept)-1]
		}
	}
	if !dotted {
		return path
	}
	if last {
		kept = append(kept, "")
	}
	return "/" + strings.Join(kept, "/")
}

// dots returns 1 for ".", 2 for "..", each dot plain or escaped, and 0 for other segments.
func dots(segment string) int {
	n := 0
	for segment != "" {
		switch {
		case segment[0] == '.':
			segment = segment[1:]
		case len(segment) >= 3 && segment[0] == '%' && segment[1] == '2' && segment[2]|0x20 == 'e':
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
