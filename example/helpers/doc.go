// Command helpers shows the helpers of requests and responses, and a middleware
// that sets a cookie.
//
//	go run ./example/helpers
package main
