package preview

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"time"
)

// Outcome is what the cookies of a request amount to.
type Outcome uint8

// The outcomes, in the order of Next.js' decisions.
const (
	// Absent: neither cookie has a value.
	Absent Outcome = iota
	// Draft: the bypass cookie is right and there is no data.
	Draft
	// Preview: both cookies are right.
	Preview
	// Off: both cookies are right and the data is the JSON value false, which
	// Next.js takes for "no preview".
	Off
	// Alone: there is data without the bypass cookie.
	Alone
	// WrongID: the bypass cookie holds another id, that of an older build or a
	// made-up one.
	WrongID
	// BadToken: the token is too long, malformed or not signed with the key.
	BadToken
	// Expired: the token is past its end or before its beginning.
	Expired
	// Sealed: the token is signed but cannot be decrypted. Next.js answers 500.
	Sealed
	// NotJSON: the token is decrypted to something that is not JSON.
	NotJSON
)

// On says whether the request is in draft mode.
func (o Outcome) On() bool { return o == Draft || o == Preview }

// Clears says whether the browser is told to drop both cookies.
//
// Next.js does so for all refused cookies but two. A token that is signed but
// cannot be decrypted makes it answer 500 to every request of that browser
// until somebody deletes the cookies by hand; here they are cleared like any
// token that does not verify. Data that is not JSON is ignored and stays, as
// in Next.js.
func (o Outcome) Clears() bool {
	switch o {
	case Alone, WrongID, BadToken, Expired, Sealed:
		return true
	default:
		return false
	}
}

// String says in a few words what the outcome means.
func (o Outcome) String() string {
	return [...]string{
		Absent:   "no cookies",
		Draft:    "draft mode",
		Preview:  "draft mode with preview data",
		Off:      "preview data is false",
		Alone:    "preview data without the bypass cookie",
		WrongID:  "the bypass cookie is not that of this build",
		BadToken: "the preview data is not signed with our key",
		Expired:  "the preview data is out of date",
		Sealed:   "the preview data cannot be decrypted",
		NotJSON:  "the preview data is not JSON",
	}[o]
}

// Read judges the cookies of a request. For [Preview] and [Off] it also
// returns the text of JSON in the token, which the caller may keep.
func (c *Codec) Read(cookies Cookies, now time.Time) (Outcome, []byte) {
	if cookies.Bypass == "" {
		if cookies.Data == "" {
			return Absent, nil
		}
		return Alone, nil
	}
	if !c.IsID(cookies.Bypass) {
		return WrongID, nil
	}
	if cookies.Data == "" {
		return Draft, nil
	}
	text, err := c.Decode(cookies.Data, now)
	switch {
	case err == nil && string(bytes.Trim(text, " \t\r\n")) == "false":
		return Off, text
	case err == nil:
		return Preview, text
	case errors.Is(err, ErrExpired):
		return Expired, nil
	case errors.Is(err, ErrSealed):
		return Sealed, nil
	case errors.Is(err, ErrNotJSON):
		return NotJSON, nil
	default:
		return BadToken, nil
	}
}

// IsID compares a value that came with a request with the id, in a time that
// depends on the lengths alone.
func (c *Codec) IsID(value string) bool {
	return subtle.ConstantTimeCompare([]byte(value), []byte(c.keys.ID)) == 1
}
