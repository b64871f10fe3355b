package origin_test

import (
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

// parse reads a pattern that must be good.
func parse(t testing.TB, text string) origin.Pattern {
	t.Helper()
	p, err := origin.ParsePattern(text)
	if err != nil {
		t.Fatalf("ParsePattern(%q): %v", text, err)
	}
	return p
}
