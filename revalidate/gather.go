package revalidate

import (
	"context"
	"hash/maphash"
	"runtime"
	"sync/atomic"
	"time"
)

// mostGather is how long a render on demand waits for more calls to share it, since
// after its start they would need another: no longer than this, and no longer
// than a tenth of what that other render would take, judged by the last one.
const mostGather = 5 * time.Millisecond

// gather waits for calls to share a render on demand. Where that is not worth a
// timer, those that are ready to run are let through.
func (cache *Cache) gather(ctx context.Context, f *flight) {
	wait := mostGather
	if last := cache.pace.of(f.key); last > 0 {
		wait = min(wait, last/10)
	}
	if wait < time.Millisecond {
		runtime.Gosched()
		return
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

// pace remembers how long the last renders took, roughly: keys may share a place.
type pace struct {
	seed maphash.Seed
	took [512]atomic.Int64
}

func (p *pace) place(key string) *atomic.Int64 {
	return &p.took[maphash.String(p.seed, key)%uint64(len(p.took))]
}

// of returns how long the last render of a key took; 0 is not known.
func (p *pace) of(key string) time.Duration { return time.Duration(p.place(key).Load()) }

func (p *pace) note(key string, took time.Duration) { p.place(key).Store(int64(max(took, 1))) }
