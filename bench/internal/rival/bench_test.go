package rival_test

import (
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/internal/inproc"
	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
	"github.com/gin-apiroutes/apiroutes/bench/internal/rival"
)

// BenchmarkInProcess is for profiles of one contender at one job:
//
//	go test -run='^$' -bench=InProcess/S6/apiroutes$ -cpuprofile=cpu.out ./bench/internal/rival
//
// For comparisons the harness is better, where contenders take turns.
func BenchmarkInProcess(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	jobs := job.All()
	for i := range jobs {
		j := &jobs[i]
		for _, r := range rival.All() {
			if !r.Can(j.Kind) || r.External != nil || j.LoopbackOnly || !r.Installed() {
				continue
			}
			b.Run(strings.ReplaceAll(j.String(), " ", "-")+"/"+strings.ReplaceAll(r.Name, "/", "-"), func(b *testing.B) {
				start(b, &r)
				handler, _ := r.Build(j.Kind)
				send := inproc.Sender(b.Context(), j, handler)
				b.ReportAllocs()
				for b.Loop() {
					send()
				}
			})
		}
	}
}
