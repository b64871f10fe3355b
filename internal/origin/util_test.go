package origin_test

import (
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

// parse reads a pattern that must be good.
func parse(tb testing.TB, text string) origin.Pattern {
	tb.Helper()
	p, err := origin.ParsePattern(text)
	if err != nil {
		tb.Fatalf("ParsePattern(%q): %v", text, err)
	}
	return p
}
