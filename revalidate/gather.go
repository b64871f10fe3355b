package revalidate

import (
	"context"
	"hash/maphash"
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// mostGather is how long a render on demand waits for more calls to share it,
	// since after its start they would need another: no longer than this, and no
	// longer than a tenth of what that other render would take, judged by the
	// last one.
	mostGather = 5 * time.Millisecond
	// leastGather is enough for calls of the same instant. Timers are not exact:
	// on an idle machine it takes a millisecond.
	leastGather = 100 * time.Microsecond
	// worthATimer is the least time that a call for many pages waits with each.
	worthATimer = time.Millisecond
)

// gather waits for calls to share a render on demand, and asks the store
// meanwhile at which moment they came: where other processes gather calls as
// well, the render that one of them begins first will do for all.
//
// A call for many pages would pay for that with each of them. Where renders are
// quick, the wait, which timers make a millisecond, takes about as long as the
// render that it may save, and a thousand pages, eight at a time, would take an
// eighth of a second longer. So it only lets those through that are ready to
// run. It still shares the render that runs in another process and has begun
// after the call, or else the one after that.
func (cache *Cache) gather(ctx context.Context, f *flight, want errand) {
	wait := mostGather
	if last := cache.pace.of(f.key); last > 0 {
		wait = min(wait, max(last/10, leastGather))
	}
	if want == manyOf && wait < worthATimer {
		runtime.Gosched()
		return
	}
	cache.mu.Lock()
	if f.moment.calls == 0 {
		cache.note(f)
	}
	cache.mu.Unlock()
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
