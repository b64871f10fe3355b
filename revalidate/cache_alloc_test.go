//go:build !race

package revalidate_test

import (
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// TestHitAllocates one slice, for the values of the header; variants have a key
// to build. That is less than a bare handler needs for the same answer.
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
		{"page", 1, request("/page")},
		{"not modified", 1, request("/page", "If-None-Match", "*")},
		{"variant", 2, request("/vary", "Accept-Language", "de-DE,de;q=0.9,en;q=0.8")},
	} {
		if got := testing.AllocsPerRun(200, test.run) - header; got > test.most {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.most)
		}
	}
}
