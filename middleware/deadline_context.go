package middleware

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// deadlineContext is a request context that ends when told to, so that one
// timer serves both the context and the answer, and so that a stream can be
// exempted after the fact. context.WithDeadline can do neither. It is as small
// as it can be, because every request allocates one: what is only there for
// somebody who waits for the end is allocated when somebody does.
type deadlineContext struct {
	context.Context
	at   time.Time
	wait atomic.Pointer[waiting]
}

// waiting is what those who wait for the end of a context need, and the end.
type waiting struct {
	ctx *deadlineContext

	mu     sync.Mutex
	done   chan struct{}
	err    error
	exempt bool
	after  map[*func()]struct{} // to be called at the end
	detach func() bool          // stops following the parent
}

// waiting returns what is made at the first call.
func (d *deadlineContext) waiting() *waiting {
	if w := d.wait.Load(); w != nil {
		return w
	}
	d.wait.CompareAndSwap(nil, &waiting{ctx: d})
	return d.wait.Load()
}

// Deadline is the earlier of the parent's and this one's.
func (d *deadlineContext) Deadline() (time.Time, bool) {
	at, ok := d.Context.Deadline()
	if ok && at.Before(d.at) || d.isExempt() {
		return at, ok
	}
	return d.at, true
}

func (d *deadlineContext) isExempt() bool {
	w := d.wait.Load()
	if w == nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.exempt
}

func (d *deadlineContext) Done() <-chan struct{} {
	w := d.waiting()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done == nil {
		w.done = make(chan struct{})
		if w.err != nil {
			close(w.done)
		} else {
			w.follow()
		}
	}
	return w.done
}

func (d *deadlineContext) Err() error {
	if w := d.wait.Load(); w != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.err != nil {
			return w.err
		}
	}
	return d.Context.Err()
}

// AfterFunc is what package context looks for in a parent that it does not
// know, to do without a goroutine for every context derived from it.
func (d *deadlineContext) AfterFunc(f func()) (stop func() bool) {
	w := d.waiting()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		go f()
		return func() bool { return false }
	}
	if w.after == nil {
		w.after = make(map[*func()]struct{})
	}
	key := &f
	w.after[key] = struct{}{}
	w.follow()
	return func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		_, found := w.after[key]
		delete(w.after, key)
		return found
	}
}

// follow passes on the end of the parent. The caller holds mu.
func (w *waiting) follow() {
	if w.detach == nil {
		w.detach = context.AfterFunc(w.ctx.Context, func() { w.end(w.ctx.Context.Err()) })
	}
}

// end ends the context, unless it has ended already.
func (d *deadlineContext) end(err error) { d.waiting().end(err) }

func (w *waiting) end(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return
	}
	w.err = err
	if w.done != nil {
		close(w.done)
	}
	for f := range w.after {
		go (*f)()
	}
	w.after = nil
	if w.detach != nil {
		w.detach()
	}
}

// lift takes the deadline off.
func (d *deadlineContext) lift() {
	w := d.waiting()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exempt = true
}
