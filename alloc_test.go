//go:build !race

// The race detector makes sync.Pool forget at random, so allocations are counted
// without it.

package apiroutes_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// The face costs one allocation; an answer costs its tag and its header lines, and
// saves those of encoding/json.
func TestAllocations(t *testing.T) {
	gin.SetMode(gin.TestMode)
	count := func(handler gin.HandlerFunc) float64 {
		engine := gin.New()
		engine.GET("/", handler)
		w, r := &discard{}, httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		return testing.AllocsPerRun(200, func() { serve(engine, w, r) })
	}
	nothing := count(func(*gin.Context) {})
	if got := count(apiroutes.Handler(func(*apiroutes.Request, *apiroutes.Response) {})) - nothing; got > 1 {
		t.Errorf("Handler: %v allocations, want 1", got)
	}
	value := gin.H{"message": "Hello from Next.js!"}
	bare := count(func(c *gin.Context) { c.JSON(http.StatusOK, value) })
	full := count(apiroutes.Handler(func(_ *apiroutes.Request, res *apiroutes.Response) { res.JSON(value) }))
	if full > bare {
		t.Errorf("res.JSON: %v allocations, c.JSON of Gin %v", full, bare)
	}
}
