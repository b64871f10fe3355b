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
// answered (413, 415 or 400) and the handler does not run. Afterwards c.Request.Body is put back, and can be read any number of
// times: ShouldBindJSON, PostForm, FormFile, MultipartForm and GetRawData work as if nobody had read it before.
//
// After a full read, c.Request.Body starts over by itself: the last bytes come together with io.EOF, and the next read begins
// with the first byte. Whoever stops midway leaves it there; [net/http.Request.GetBody] returns a fresh reader.
//
// # Several middleware
//
// [New] is for one parser per route: of two in a chain both limits hold. To let a route replace what its group or the engine
// said, use package middleware, which knows the nearest setting before anything is read.
//
// # Refusals
//
// Every failure is a typed error with a StatusCode and a Message that a client may see. One hook, [Config.ErrorHandler], answers:
// [PlainText], the default, with the texts of Next.js; [ProblemJSON], as in RFC 9457; or one of your own. The answer goes out
// first. Then what the client is still sending is read and discarded, within the bounds of [DrainConfig]: so clients that read
// only after they have sent everything see the answer, and the connection is clean, or closed, for the next request.
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
