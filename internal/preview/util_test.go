package preview_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"hash"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
)

// keys are of the form that `next build` makes.
var keys = preview.Keys{
	ID:         "158ec99209cd94f1591e0b01e55773d7",
	Signing:    "4695f5741afe03df6c225f681ab26ebf65e09c4f5fbbf64ca8466044852f6e9c",
	Encryption: "ef3996a7ab6161774c1db391c99c7cd9e9d5bef3b4d48fca5ca670ae6198c354",
}

// now is the moment of all tests and recordings.
var now = time.Date(2026, 3, 1, 12, 0, 0, 250e6, time.UTC)

const plainHeader = `{"alg":"HS256","typ":"JWT"}`

// forge signs any header and payload, as somebody who knows the key can.
func forge(key, header, payload string) string {
	return forgeWith(sha256.New, key, header, payload)
}

func forge512(key, header, payload string) string {
	return forgeWith(sha512.New, key, header, payload)
}

func forgeWith(h func() hash.Hash, key, header, payload string) string {
	return seal(h, key, base64.RawURLEncoding.EncodeToString([]byte(header))+"."+base64.RawURLEncoding.EncodeToString([]byte(payload)))
}

func seal(h func() hash.Hash, key, input string) string {
	mac := hmac.New(h, []byte(key))
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// payloadOf returns the middle of a token, decoded.
func payloadOf(tb testing.TB, token string) string {
	tb.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		tb.Fatalf("%q has %d parts", token, len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// envelope returns the encrypted part of a token for the text.
func envelope(tb testing.TB, c *preview.Codec, text string) string {
	tb.Helper()
	var payload struct{ Data string }
	if err := json.Unmarshal([]byte(payloadOf(tb, encode(tb, c, text))), &payload); err != nil {
		tb.Fatal(err)
	}
	return payload.Data
}

func encode(tb testing.TB, c *preview.Codec, text string) string {
	tb.Helper()
	token, err := c.Encode([]byte(text), now, preview.Forever)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func at(unixMilli int64) time.Time { return time.UnixMilli(unixMilli).UTC() }

// unbase64 decodes what can be decoded.
func unbase64(text string) string {
	b, _ := base64.RawURLEncoding.DecodeString(text)
	return string(b)
}
