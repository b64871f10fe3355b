package bodyparser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sort"
	"syscall"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

func cpu() int64 {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return r.Utime.Nano() + r.Stime.Nano()
}

func TestRatio(t *testing.T) {
	if os.Getenv("RATIO") == "" {
		t.Skip()
	}
	parse := bodyparser.Must(bodyparser.Config{})
	typed := bodyparser.Must(bodyparser.Config{Type: bodyparser.TypeOf[benchOrder]()})
	mk := func(body []byte, h ...gin.HandlerFunc) func() {
		r := gin.New()
		r.POST("/", h...)
		in := &wire{}
		req := httptest.NewRequest(http.MethodPost, "/", in)
		req.Header.Set("Content-Type", "application/json")
		req.ContentLength = int64(len(body))
		w := &discard{header: http.Header{}}
		return func() { in.Reset(body); req.Body = in; r.ServeHTTP(w, req) }
	}
	gm := func(c *gin.Context) { var b map[string]any; _ = c.ShouldBindJSON(&b) }
	gs := func(c *gin.Context) { var b benchOrder; _ = c.ShouldBindJSON(&b) }
	for _, size := range []int{1 << 10, 100 << 10} {
		body := benchBody(t, size)
		jobs := map[string][2]func(){
			"map":      {mk(body, gm), mk(body, parse, func(c *gin.Context) { bodyparser.Body(c) })},
			"struct":   {mk(body, gs), mk(body, parse, func(c *gin.Context) { _, _ = bodyparser.Bind[benchOrder](c) })},
			"declared": {mk(body, gs), mk(body, typed, func(c *gin.Context) { _, _ = bodyparser.Bind[benchOrder](c) })},
			"unused":   {mk(body, gs), mk(body, parse, func(c *gin.Context) {})},
		}
		for _, name := range []string{"map", "struct", "declared", "unused"} {
			j := jobs[name]
			n := 4000000 / size * 8 / 10
			var rs []float64
			var a, p int64
			for range 15 {
				t0 := cpu()
				for range n / 4 {
					j[0]()
				}
				t1 := cpu()
				for range n / 4 {
					j[1]()
				}
				t2 := cpu()
				rs = append(rs, float64(t2-t1)/float64(t1-t0))
				a += t1 - t0
				p += t2 - t1
			}
			sort.Float64s(rs)
			fmt.Printf("%dKB %-9s gin %8d ns  parser %8d ns  ratio min %.2f med %.2f max %.2f\n", size>>10, name, a/15/int64(n/4), p/15/int64(n/4), rs[0], rs[7], rs[14])
		}
	}
}
