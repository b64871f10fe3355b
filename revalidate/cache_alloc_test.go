//go:build !race

package revalidate_test

import (
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// TestHitAllocates nothing, where a bare handler allocates for its header;
// variants have a key to build.
func TestHitAllocates(t *testing.T) {
	engine, request := hitSetup(t, strings.Repeat("x", 4096))
	shared := []string{"x"}
	engine.GET("/header", func(c *gin.Context) { c.Writer.Header()["X"] = shared })
	header := testing.AllocsPerRun(200, request("/header"))
	for _, test := range []struct {
		name string
		most float64
		run  func()
	}{
		{"page", 0, request("/page")},
		{"page for ever", 0, request("/forever")},
		{"not modified", 0, request("/page", "If-None-Match", "*")},
		{"with a header of middleware", 0, request("/around")},
		{"variant", 1, request("/vary", "Accept-Language", "de-DE,de;q=0.9,en;q=0.8")},
	} {
		if got := testing.AllocsPerRun(200, test.run) - header; got > test.most {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.most)
		}
	}
	for _, bare := range []string{"/bare", "/alike"} {
		if got := testing.AllocsPerRun(200, request(bare)) - header; got < 1 {
			t.Errorf("%s allocates %v times: the yardstick is broken", bare, got)
		}
	}
}
