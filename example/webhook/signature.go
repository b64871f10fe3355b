package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// signed reports whether digits, in hexadecimal, are the HMAC-SHA256 of the
// parts. It compares in constant time, so that how long an answer takes does
// not tell how much of a guess was right.
func signed(secret []byte, digits string, parts ...[]byte) bool {
	claimed, err := hex.DecodeString(digits)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	for _, part := range parts {
		mac.Write(part)
	}
	return hmac.Equal(mac.Sum(nil), claimed)
}
