package main

import (
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"
)

// Main is the program.
func Main() { main() }

// NewEngine is what it serves, with times of the test's own.
func NewEngine(every, deadline time.Duration, logger *slog.Logger) *gin.Engine {
	return newEngine(settings{every: every, deadline: deadline, logger: logger})
}
