package main

import "github.com/gin-gonic/gin"

// Main is the program.
func Main() { main() }

// NewEngine is what it serves.
func NewEngine(front, manifest, redis string) (*gin.Engine, error) {
	return newEngine(settings{front: front, manifest: manifest, redis: redis})
}
