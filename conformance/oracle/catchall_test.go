package oracle_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

// matched is what a path gets: a pattern with its parameters, or a pattern
// whose parameters cannot be decoded.
type matched struct {
	Pattern   string         `json:"pattern"`
	Params    map[string]any `json:"params,omitempty"`
	Malformed bool           `json:"malformed,omitempty"`
}

// mount makes an engine of patterns; each handler prints what it was given.
func mount(patterns []string) (*gin.Engine, error) {
	routes := catchall.New()
	for _, pattern := range patterns {
		routes.GET(pattern, func(c *gin.Context) {
			params := map[string]any(catchall.Params(c))
			c.JSON(http.StatusOK, matched{Pattern: pattern, Params: params})
		})
	}
	engine := gin.New(catchall.NextPaths)
	return engine, routes.Mount(engine)
}

// checkPatterns: the same sets are refused.
func checkPatterns(q question) string {
	patterns := input[[]string](q)
	_, err := mount(patterns)
	if threw := decode[answer](q.Answer).Error; threw != (err != nil) {
		return fmt.Sprintf("the original refuses the set: %v, ours says: %v", threw, err)
	}
	return ""
}

// checkMatching: every path gets the same pattern with the same parameters.
func checkMatching(q question) string {
	set := input[matching](q)
	want, threw := theirs[[]*matched](q)
	engine, err := mount(set.Patterns)
	if threw != (err != nil) {
		return fmt.Sprintf("the original refuses the set: %v, ours says: %v", threw, err)
	}
	if threw {
		return ""
	}
	for i, path := range set.Paths {
		if fault := checkPath(engine, path, want[i]); fault != "" {
			return path + ": " + fault
		}
	}
	return ""
}

func checkPath(engine *gin.Engine, path string, want *matched) string {
	recorder := httptest.NewRecorder()
	engine.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	switch {
	case want == nil:
		return differ(http.StatusNotFound, recorder.Code)
	case want.Malformed:
		return differ(http.StatusBadRequest, recorder.Code)
	case recorder.Code != http.StatusOK:
		return fmt.Sprintf("want %s, got status %d", want.Pattern, recorder.Code)
	}
	got := decode[matched](json.RawMessage(recorder.Body.Bytes()))
	if want.Params == nil {
		want.Params = map[string]any{}
	}
	if got.Params == nil {
		got.Params = map[string]any{}
	}
	return differ(*want, got)
}
