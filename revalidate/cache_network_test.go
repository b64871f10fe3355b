package revalidate_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// TestCrowdOverTheNetwork sends 50 visitors at once through a real server.
// Those whose page is being rendered hold it back until all of them are there.
func TestCrowdOverTheNetwork(t *testing.T) {
	const crowd = 50
	tests := map[string]struct {
		kept   bool          // there is a page before
		later  time.Duration // how much later the crowd comes
		header []string
		failed bool
		waits  bool // for the render
		want   string
		most   int32 // renders for the crowd
	}{
		"missing": {waits: true, want: "200 MISS run 1", most: 1},
		"fresh":   {kept: true, want: "200 HIT run 1", most: 0},
		"stale":   {kept: true, later: time.Hour, want: "200 STALE run 1", most: 1},
		"expired": {kept: true, later: 48 * time.Hour, waits: true, want: "200 HIT run 2", most: 1},
		"failing": {failed: true, waits: true, want: "500  Internal Server Error", most: 1},
		// Who comes after a render has begun needs the next one, which all of
		// them share.
		"on demand": {kept: true, header: []string{"X-Prerender-Revalidate", secret}, want: "200 REVALIDATED", most: 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var shift atomic.Int64
			s := newSite(t, revalidate.Config{
				Secret: secret, Expire: 24 * time.Hour,
				Now: func() time.Time { return time.Now().Add(time.Duration(shift.Load())) },
			})
			gate := make(chan struct{})
			s.GET("/p", s.pages.Page(time.Minute), func(c *gin.Context) {
				n := s.runs.Add(1)
				if !test.kept || n > 1 {
					<-gate
				}
				if test.failed {
					panic("broken")
				}
				c.String(http.StatusOK, "run %d", n)
			})
			server := httptest.NewServer(s)
			defer server.Close()
			if test.kept {
				get(t, server.URL+"/p")
			}
			shift.Store(int64(test.later))
			var all sync.WaitGroup
			for range crowd {
				all.Go(func() {
					if got := visitServer(t, server.URL+"/p", test.header...); got != test.want && (test.header == nil || got[:15] != test.want) {
						t.Errorf("got %q, want %q", got, test.want)
					}
				})
			}
			for test.waits && s.pages.Stats().Misses < crowd {
				time.Sleep(time.Millisecond)
			}
			for test.header != nil && s.pages.Stats().Coalesced < crowd-2 {
				time.Sleep(time.Millisecond)
			}
			if test.want != "200 STALE run 1" {
				close(gate)
				all.Wait()
			} else { // they do not wait for the render behind them
				all.Wait()
				close(gate)
			}
			before := int32(0)
			if test.kept {
				before = 1
			}
			if got := s.runs.Load() - before; got > test.most {
				t.Errorf("%d renders for the crowd, want %d", got, test.most)
			}
		})
	}
}

func visitServer(t *testing.T, target string, header ...string) string {
	t.Helper()
	status, state, body := ask(t, target, header...)
	return fmt.Sprint(status, " ", state, " ", body)
}
