package rival_test

import (
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// TestSameAnswers is what makes a comparison one: every contender gives the
// wanted answer to every job that it takes part in.
func TestSameAnswers(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	for _, j := range job.All() {
		answers := 0
		for _, r := range rival.All() {
			build := r.Handlers[j.Kind]
			if build == nil || j.LoopbackOnly {
				continue
			}
			answers++
			if err := inproc.Check(t.Context(), &j, build()); err != nil {
				t.Errorf("%s: %v", r.Name, err)
			}
		}
		if answers < 3 && !j.LoopbackOnly {
			t.Errorf("%v has %d contenders only", &j, answers)
		}
	}
}
