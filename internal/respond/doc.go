// Package respond writes responses the way the helpers of a Next.js API route
// do: send, json and end of next/dist/server/api-utils.
//
// It needs an [http.ResponseWriter] only, so that handlers of Gin, the face for
// people who know Next.js and the redirects share one implementation.
package respond
