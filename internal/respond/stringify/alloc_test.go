//go:build !race

// The race detector makes sync.Pool forget at random, so allocations are counted
// without it.

package stringify_test

import (
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/respond/stringify"
)

func TestAppendAllocatesNothingForPlainData(t *testing.T) {
	buf := make([]byte, 0, 1024)
	for name, v := range map[string]any{
		"map":    map[string]any{"message": "Hello from Next.js!", "n": 1, "list": []any{1.5, true, nil}},
		"struct": &plain{A: 1, B: "b", H: []byte("x")},
		"slice":  []string{"a", "b"},
	} {
		if got := testing.AllocsPerRun(100, func() { _, _ = stringify.Append(buf, v) }); got != 0 {
			t.Errorf("%s: %v allocations, want none", name, got)
		}
	}
}
