package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"
)

// NewEngine is the server of the tour with a logger and a deadline of the
// test's own.
func NewEngine(logger *slog.Logger, uploadDeadline time.Duration) (*gin.Engine, error) {
	s := defaults()
	s.logger, s.uploadDeadline = logger, uploadDeadline
	return newEngine(s)
}

// Serve is what main runs.
func Serve(ctx context.Context, addr string, out io.Writer) error {
	return serve(ctx, addr, out)
}

// PrintTour writes the list of routes.
func PrintTour(out io.Writer, base string) error {
	return printTour(out, base)
}

// Programs are the other programs: the name of each, and what it shows.
func Programs() [][2]string {
	list := make([][2]string, 0, len(programs))
	for _, p := range programs {
		list = append(list, [2]string{p.name, p.shows})
	}
	return list
}
