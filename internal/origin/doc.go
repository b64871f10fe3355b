// Package origin decides whether the Origin header of a request is one that a list of patterns allows.
//
// An origin is a scheme, a host and a port (RFC 6454, WHATWG URL), and it is compared as such: a pattern is parsed
// into these parts once, when a program starts, and so is the header of each request. Nothing is compared as a
// prefix, a suffix or a regular expression of text, so https://example.com.evil.net can never pass for
// https://example.com, nor https://notexample.com for a subdomain of it.
//
// A pattern is
//
//   - an exact origin: https://example.com, http://localhost:3000, http://[::1]:8080, tauri://localhost;
//   - one whose leftmost labels are free: https://*.example.com admits https://a.example.com and
//     https://a.b.example.com, but not https://example.com;
//   - one whose port is free: http://localhost:* admits any port and none.
//
// A set of patterns admits an origin exactly if one of its patterns does so alone.
package origin
