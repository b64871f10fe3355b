// Package bodyparser reads, checks and parses request bodies before a Gin handler runs, as Next.js does for its API routes.
//
//	r.POST("/api/orders", bodyparser.Must(bodyparser.Config{SizeLimit: "500kb"}), createOrder)
//
//	func createOrder(c *gin.Context) {
//		order, err := bodyparser.Bind[Order](c) // decoded by content type and validated
//		body := bodyparser.Body(c)              // or as in Next.js: a map, a slice, a string …
//		raw := bodyparser.Raw(c)                // or the bytes, for the signature of a webhook
//	}
//
// # What the handler gets
//
// A body is read once, in full, and never beyond the limit. JSON (application/json and application/ld+json) is checked as
// strictly as JSON.parse does, forms are split as Node's querystring does, text is decoded by its charset. A body that fails is
// answered (413, 415 or 400) and the handler does not run. Afterwards c.Request.Body is armed again, any number of times:
// ShouldBindJSON, PostForm, FormFile, MultipartForm and GetRawData work as if nobody had read before.
//
// A full read of c.Request.Body starts over by itself: the last bytes come together with io.EOF and the next read begins with
// the first byte. A consumer that stops midway leaves the reader there; [net/http.Request.GetBody] gives a fresh one.
//
// # Several middleware
//
// [New] is for one parser per route. To let a route replace what a group or the engine said, use package middleware,
// which knows the nearest setting before anything is read.
//
// # Refusals
//
// Every failure is a typed error with a StatusCode and a Message that a client may see. One hook, [Config.ErrorHandler], answers:
// [PlainText], the default, with the texts of Next.js, or [ProblemJSON] as RFC 9457 says, or yours. The answer goes out first;
// then what the client is still sending is read and thrown away, within the bounds of [DrainConfig], so that clients that read
// only after they have sent everything see it, and so that the next request on the connection finds it clean or closed.
//
// # Differences from Next.js
//
//   - No body and no declared type gives nil, as the documentation of Next.js says; its server gives an empty string.
//   - Multipart and binary bodies stay []byte; Next.js decodes them as text, which damages them.
//   - The reason phrase of a refusal is the standard one, since net/http cannot set another; the text is in the body.
//   - The plain text answers have a Content-Type and "X-Content-Type-Options: nosniff"; those of Next.js have neither.
//   - After a 413 the connection is usable or closed; that of Next.js is kept open with unread bytes on it.
//   - More form pairs than [Config].MaxParams are refused; Next.js drops the rest in silence.
//   - A JSON number that overflows a float64 is refused; Next.js makes it Infinity.
//   - JSON may be nested [JSONConfig].MaxDepth levels deep; Next.js has no cap.
//   - The charsets base64, hex and utf-7, which Next.js knows by accident, are unknown.
//   - Content-Encoding is ignored as in Next.js, until [InflateConfig] names encodings.
package bodyparser
