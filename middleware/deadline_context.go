package middleware

import (
	"context"
	"sync"
	"time"
)

// deadlineContext is a request context that ends when told to, so that one
// timer serves both the context and the answer, and so that a stream can be
// exempted after the fact. context.WithDeadline can do neither. Nothing is
// allocated for Done until somebody asks for it.
type deadlineContext struct {
	context.Context
	start time.Time
	limit time.Duration

	mu     sync.Mutex
	done   chan struct{}
	err    error
	exempt bool
	after  map[*func()]struct{} // to be called at the end
	detach func() bool          // stops following the parent
}

// Deadline is the earlier of the parent's and this one's.
func (d *deadlineContext) Deadline() (time.Time, bool) {
	at, ok := d.Context.Deadline()
	end := d.start.Add(d.limit)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.exempt || ok && at.Before(end) {
		return at, ok
	}
	return end, true
}

func (d *deadlineContext) Done() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done == nil {
		d.done = make(chan struct{})
		if d.err != nil {
			close(d.done)
		} else {
			d.follow()
		}
	}
	return d.done
}

func (d *deadlineContext) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return d.err
	}
	return d.Context.Err()
}

// AfterFunc is what package context looks for in a parent that it does not
// know, to do without a goroutine for every context derived from it.
func (d *deadlineContext) AfterFunc(f func()) (stop func() bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		go f()
		return func() bool { return false }
	}
	if d.after == nil {
		d.after = make(map[*func()]struct{})
	}
	key := &f
	d.after[key] = struct{}{}
	d.follow()
	return func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		_, waiting := d.after[key]
		delete(d.after, key)
		return waiting
	}
}

// follow passes on the end of the parent. The caller holds mu.
func (d *deadlineContext) follow() {
	if d.detach == nil {
		d.detach = context.AfterFunc(d.Context, func() { d.end(d.Context.Err()) })
	}
}

// end ends the context, unless it has ended already.
func (d *deadlineContext) end(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return
	}
	d.err = err
	if d.done != nil {
		close(d.done)
	}
	for f := range d.after {
		go (*f)()
	}
	d.after = nil
	if d.detach != nil {
		d.detach()
	}
}

// lift takes the deadline off.
func (d *deadlineContext) lift() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.exempt = true
}
