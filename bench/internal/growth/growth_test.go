package growth_test

import (
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/growth"
)

func TestOfPatterns(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	found, err := growth.OfPatterns(t.Context(), 10, 100)
	if err != nil || len(found) != 2 {
		t.Fatalf("%v, %v", found, err)
	}
	for i, n := range []int{10, 100} {
		if f := found[i]; f.Number != n || f.Mount <= 0 || f.Match <= 0 {
			t.Errorf("%+v", f)
		}
	}
}

func TestOfPages(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	found, err := growth.OfPages(t.Context(), 100, 1000)
	if err != nil || len(found) != 2 {
		t.Fatalf("%v, %v", found, err)
	}
	for i, n := range []int{100, 1000} {
		if f := found[i]; f.Number != n || f.Bytes < growth.BodySize || f.Bytes > 100_000 || f.Render <= 0 || f.Hit <= 0 {
			t.Errorf("%+v", f)
		}
	}
}
