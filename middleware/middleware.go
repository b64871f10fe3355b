package middleware

import (
	"slices"

	"github.com/gin-gonic/gin"
)

// New returns a handler for Use that gives every route behind it the semantics
// of a Next.js API route: a body parsed by its content type under a limit, a
// warning for large responses, and what config says beyond that. Routes differ
// from it by [With]. Requests that match no route are left alone, except for
// CORS headers and preflights.
//
// The error names every fault in config.
func New(config Config) (gin.HandlerFunc, error) {
	l, err := newLayer(config.options())
	if err != nil {
		return nil, err
	}
	l.global = true
	return l.handle, nil
}

// Must is like [New] and panics if config has a fault.
func Must(config Config) gin.HandlerFunc {
	return must(New(config))
}

// With returns a handler for a group or a route that changes what options
// name and leaves everything else as the outer layers have it:
//
//	r.POST("/api/upload", middleware.With(middleware.SizeLimit("10mb")), upload)
//
// It works without [New] as well; what no layer mentions has its default. The
// nearest layer wins by replacement, upward too. With panics if an option has
// a fault; [NewWith] returns it.
//
// Give the handler to Gin itself, not to a function that calls it: the layers
// of a chain are found by their names in it.
func With(options ...Option) gin.HandlerFunc {
	return must(NewWith(options...))
}

// NewWith is like [With] and returns every fault of options in one error.
func NewWith(options ...Option) (gin.HandlerFunc, error) {
	l, err := newLayer(options)
	if err != nil {
		return nil, err
	}
	return l.handle, nil
}

func newLayer(options []Option) (*layer, error) {
	alone, err := build(options)
	if err != nil {
		return nil, err
	}
	return &layer{options: slices.Clone(options), policy: alone.cors, alone: alone}, nil
}

func must(h gin.HandlerFunc, err error) gin.HandlerFunc {
	if err != nil {
		panic(err)
	}
	return h
}
