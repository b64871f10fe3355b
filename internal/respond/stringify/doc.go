// Package stringify writes Go values as the JSON text that JSON.stringify
// writes.
//
// Which fields, names and methods count is decided as in encoding/json of the
// Go release at hand: struct
// tags, embedding, omitempty, omitzero, Marshaler, TextMarshaler, sorted map
// keys, []byte in base64. The text differs from that of encoding/json where
// JavaScript's does:
//
//   - <, >, &, U+2028 and U+2029 stand as they are;
//   - negative zero is 0, numbers that are no numbers (NaN, ±Inf) are null;
//   - a byte that is no UTF-8 becomes U+FFFD itself, not an escape of it;
//   - no newline follows.
//
// It is an encoder of its own, since none of the codecs Gin can be built with
// writes this text, and the answer of a route, and with it its entity tag,
// must not depend on a build tag.
package stringify
