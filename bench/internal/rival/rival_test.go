package rival_test

import (
	"os"
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
			if !r.Can(j.Kind) || r.External != nil || j.LoopbackOnly || !r.Installed() {
				continue
			}
			answers++
			start(t, &r)
			handler, _ := r.Build(j.Kind)
			if err := inproc.Check(t.Context(), &j, handler); err != nil {
				t.Errorf("%s: %v", r.Name, err)
			}
		}
		if answers < 3 && !j.LoopbackOnly {
			t.Errorf("%v has %d contenders only", &j, answers)
		}
	}
}

// start starts what a contender needs until the end of the test.
func start(tb testing.TB, r *rival.Rival) {
	tb.Helper()
	stop, err := r.Start(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := stop(); err != nil {
			tb.Errorf("%s: %v", r.Name, err)
		}
	})
}

// TestPrograms: where everything has to be tested, every program is there,
// except those that npm would have to install.
func TestPrograms(t *testing.T) {
	for _, r := range rival.All() {
		if r.Installed() || r.External != nil && r.External.Install != nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Errorf("%s is not installed", r.Name)
		} else {
			t.Skipf("%s is not installed", r.Name)
		}
	}
}
