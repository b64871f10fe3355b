package main

import (
	"time"

	"github.com/gin-gonic/gin"
)

// Main is the program.
func Main() { main() }

// NewEngine is what it serves, with secrets and a clock of the test's own.
func NewEngine(github, stripe string, now func() time.Time) *gin.Engine {
	return newEngine(secrets{github: []byte(github), stripe: []byte(stripe)}, now)
}

// Signed is the comparison that both hooks share.
func Signed(secret []byte, digits string, parts ...[]byte) bool {
	return signed(secret, digits, parts...)
}
