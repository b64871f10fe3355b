// Package httpcache computes the entity tags of Next.js and decides, with its
// rules, whether a conditional request is answered with 304.
//
// Both are pure functions: the tag depends on the body alone, freshness on the
// tag and three request headers.
package httpcache
