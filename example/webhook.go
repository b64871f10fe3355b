package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// maxEvent is the largest event GitHub sends. Without the parser there is no
// limit but the handler's own.
const maxEvent = 25 << 20

// webhook accepts events whose X-Hub-Signature-256 was made with secret:
// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
func webhook(secret []byte) gin.HandlerFunc {
	return func(c *gin.Context) {
		payload, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxEvent))
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			c.String(http.StatusRequestEntityTooLarge, "event too large")
			return
		}
		if err != nil {
			c.String(http.StatusBadRequest, "event incomplete")
			return
		}
		if !signed(secret, payload, c.GetHeader("X-Hub-Signature-256")) {
			c.String(http.StatusUnauthorized, "signature does not match")
			return
		}
		c.JSON(http.StatusOK, gin.H{"accepted": len(payload)})
	}
}

// signed compares in constant time, so that the answer does not tell how much
// of a guessed signature was right.
func signed(secret, payload []byte, header string) bool {
	digits, found := strings.CutPrefix(header, "sha256=")
	claimed, err := hex.DecodeString(digits)
	if !found || err != nil {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(payload)
	return hmac.Equal(mac.Sum(nil), claimed)
}
