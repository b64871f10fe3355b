package traffic

import "context"

// kind is a kind of request.
type kind struct {
	name   string
	weight int
	send   func(ctx context.Context, v *visitor) error
}

// Quick are the kinds that a visitor sends at full speed, awkward those that
// take their time.
func quick() []kind {
	return []kind{
		{"fast GET", 30, fast},
		{"JSON within its limit", 20, order},
		{"malformed JSON", 3, malformed},
		{"body over its limit", 3, tooLarge},
		{"body over its limit, in chunks", 3, tooLargeChunked},
		{"compressed body", 4, compressed},
		{"bomb", 2, bomb},
		{"damaged compressed body", 2, damaged},
		{"form", 4, form},
		{"multipart form with a file", 3, multipartForm},
		{"cached page", 60, cachedPage},
		{"conditional request for a page", 10, conditional},
		{"HEAD of a page", 5, headPage},
		{"preflight", 8, preflight},
		{"preflight that is refused", 4, refusedPreflight},
		{"catch-all", 8, catchAll},
		{"cookies", 8, cookies},
		{"unknown path", 3, unknown},
		{"panic", 3, panics},
		{"panic in the middle of an answer", 2, cut},
	}
}

func awkward() []kind {
	return []kind{
		{"stream", 6, stream},
		{"stream that is left early", 4, leaveStream},
		{"slow reader", 4, slowReader},
		{"slow sender", 6, slowSender},
		{"half a body, then half-closed", 6, halfBody},
		{"half a body, then gone", 6, halfBodyGone},
		{"half a header, then gone", 4, halfHeader},
		{"gone before the answer", 6, goneEarly},
		{"pipelining", 10, pipelining},
		{"over-size body that asks first", 4, expectContinue},
		{"hanging handler", 3, hanging},
		{"handler that ignores its deadline", 3, ignoring},
		{"answer in flight", 3, inFlight},
	}
}

// Kinds are the names of all kinds, revalidations and their checks apart.
func Kinds() (names []string) {
	for _, k := range append(quick(), awkward()...) {
		names = append(names, k.name)
	}
	return names
}
