package main

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// unmet says what the conditions of a request ask for, when the resource has
// the tag: 412 or 304, and 0 if the request is to be carried out. The order is
// that of RFC 9110, section 13.2.2.
func unmet(c *gin.Context, etag string) int {
	if wanted := c.Request.Header.Values("If-Match"); wanted != nil && !listed(wanted, etag) {
		return http.StatusPreconditionFailed
	}
	if known := c.Request.Header.Values("If-None-Match"); known != nil && listed(weak(known), etag) {
		if c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead {
			return http.StatusNotModified
		}
		return http.StatusPreconditionFailed
	}
	return 0
}

// listed reports whether a header names the tag, or any tag by "*". The tags of
// this program have no commas in them.
func listed(values []string, etag string) bool {
	for tag := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if tag = strings.TrimSpace(tag); tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// weak takes the mark off weak tags, which count for If-None-Match: caches that
// compress an answer make its tag weak.
func weak(values []string) []string {
	return []string{strings.ReplaceAll(strings.Join(values, ","), "W/", "")}
}

var errPrecondition = apiroutes.NewError(http.StatusPreconditionFailed, "The note is not the one you know; read it again")
