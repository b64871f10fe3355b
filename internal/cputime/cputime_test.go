package cputime_test

import (
	"sync"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/internal/cputime"
)

func TestWorkCounts(t *testing.T) {
	var x uint64
	spin := func(n int) func() {
		return func() {
			for i := range n {
				x = x*6364136223846793005 + uint64(i)
			}
		}
	}
	one, known := cputime.Of(spin(1 << 18))
	if !known {
		t.Skip("this system does not tell the processor time")
	}
	for range 10 { // systems count in steps, some of 10 ms
		if many, _ := cputime.Of(spin(1 << 22)); many > 2*one {
			return
		}
	}
	t.Errorf("16 times the work is not more work than %v (%d)", one, x)
}

func TestWaitingDoesNotCount(t *testing.T) {
	took, known := cputime.Of(func() { time.Sleep(200 * time.Millisecond) })
	if !known {
		t.Skip("this system does not tell the processor time")
	}
	if took > 150*time.Millisecond {
		t.Errorf("sleeping took %v of a processor", took)
	}
}

func TestOtherGoroutinesCount(t *testing.T) {
	took, known := cputime.Of(func() {
		var all sync.WaitGroup
		all.Go(func() {
			for start := time.Now(); ; {
				if took, _ := cputime.Of(func() {}); took < 0 || time.Since(start) > 50*time.Millisecond {
					return
				}
			}
		})
		all.Wait()
	})
	if known && took == 0 {
		t.Error("the work of a goroutine was not seen")
	}
}
