//go:build !race

package catchall_test

import (
	"net/http"
	"testing"
)

// The race detector makes sync.Pool forget at random, so allocations are counted
// without it.

// TestAllocations keeps the budget: a set allocates what bare Gin does, catch-alls one slice of strings as
// strings.Split.
func TestAllocations(t *testing.T) {
	for _, r := range rivals() {
		allocations := map[string]float64{}
		for who, engine := range r.engines(t) {
			request := newRequest(t, http.MethodGet, r.path)
			w := &discard{http.Header{}}
			allocations[who] = testing.AllocsPerRun(200, func() { engine.ServeHTTP(w, request) })
		}
		if allocations["set"] > allocations["gin"] {
			t.Errorf("%s: %v allocations, bare Gin %v", r.name, allocations["set"], allocations["gin"])
		}
	}
}
