// Package responselimit warns when the response of an API route is too large to
// be quick, as Next.js does with responseLimit.
//
// Nothing is cut off and nothing is held back: the warning is written after the
// handler, when the response has reached the limit of 4 MB or another.
//
//	r.Use(responselimit.Must(responselimit.Config{Limit: "8mb"}))
//
// To switch it off, leave the middleware out. Where package middleware composes
// the layers of a route, its options ResponseLimit and NoResponseLimit do this for
// a group or a route.
package responselimit
