package httpcache

import (
	"slices"
	"strings"
)

// Fresh reports whether a request with these headers is answered with 304 when
// the response carries the strong tag etag and no Last-Modified. It is the
// rule of the package fresh as Next.js calls it for API routes:
//
//   - without If-None-Match nothing is fresh;
//   - Cache-Control: no-cache in the request (lower case) asks for the body;
//   - If-Modified-Since in the request does too, since it is only compared with
//     a Last-Modified that Next.js never passes on;
//   - "*" alone matches any tag, otherwise one member of the list has to be
//     the tag, with or without W/ in front.
//
// header is an http.Header with canonical names; lines of one name count as
// joined by a comma. Fresh allocates nothing.
func Fresh(header map[string][]string, etag string) bool {
	noneMatch := header["If-None-Match"] // most requests have none, which is found out without a call
	return len(noneMatch) > 0 && fresh(header, noneMatch, etag)
}

func fresh(header map[string][]string, noneMatch []string, etag string) bool {
	if slices.ContainsFunc(header["Cache-Control"], hasNoCache) {
		return false
	}
	if since := header["If-Modified-Since"]; len(since) > 0 && since[0] != "" {
		return false
	}
	if len(noneMatch) == 1 && noneMatch[0] == "*" {
		return true
	}
	if etag == "" {
		return false
	}
	for _, line := range noneMatch {
		if line != "" && matches(line, etag) {
			return true
		}
	}
	return false
}

// matches reports whether one token of the list is the tag, weak or strong.
func matches(list, etag string) bool {
	for token := range strings.SplitSeq(list, ",") {
		// Spaces only, as in fresh: a tab belongs to the token.
		token = strings.Trim(token, " ")
		if token == etag ||
			strings.HasPrefix(token, "W/") && token[2:] == etag ||
			strings.HasPrefix(etag, "W/") && etag[2:] == token {
			return true
		}
	}
	return false
}

// hasNoCache finds the directive the way the regular expression
// (?:^|,)\s*?no-cache\s*?(?:,|$) does: as a whole member, in lower case.
func hasNoCache(line string) bool {
	for member := range strings.SplitSeq(line, ",") {
		if trimSpace(member) == "no-cache" {
			return true
		}
	}
	return false
}

// trimSpace cuts what \s matches in a header as Node reads it: a byte is a
// Latin-1 character there, so 0xA0 is a no-break space.
func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(b byte) bool {
	return b == ' ' || b >= '\t' && b <= '\r' || b == 0xa0
}
