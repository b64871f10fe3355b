package main

import "github.com/gin-gonic/gin"

// Main is the program.
func Main() { main() }

// NewEngine is what it serves.
func NewEngine() *gin.Engine { return newEngine() }
