//go:build !race

// The race detector makes sync.Pool forget at random, so allocations are counted
// without it.

package respond_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/respond"
)

// A large text does not stay in memory for the next answers, a small one is
// sent without allocating for it.
func TestAllocations(t *testing.T) {
	w, r := &discard{header: http.Header{}}, httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	var value any = map[string]any{"message": "Hello from Next.js!"}
	if got := testing.AllocsPerRun(200, func() { _ = respond.JSON(w, r, 200, value) }); got > 3 {
		t.Errorf("JSON: %v allocations, want the tag, the header lines and the length at most", got)
	}
	if err := respond.JSON(w, r, 200, strings.Repeat("x", 1<<20)); err != nil {
		t.Fatal(err)
	}
}
