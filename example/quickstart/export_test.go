package main

import "github.com/gin-gonic/gin"

// NewEngine is what main serves.
func NewEngine() *gin.Engine { return newEngine() }
