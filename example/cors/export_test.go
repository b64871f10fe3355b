package main

import "github.com/gin-gonic/gin"

// Main is the program.
func Main() { main() }

// NewAPI is the API for a page of the origin site.
func NewAPI(site string) *gin.Engine { return newAPI(site) }

// NewSite serves the page for an API.
func NewSite(api string) *gin.Engine { return newSite(api) }
