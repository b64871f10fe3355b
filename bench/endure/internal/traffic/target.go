package traffic

import (
	"sync/atomic"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

// Languages are those that pages vary by.
var Languages = []string{"en", "de"}

// World is the instances that share their pages.
type World struct {
	Name     string
	Versions *ledger.Versions
	Truth    *ledger.Truth
	Shared   bool // by Redis
	Targets  []*Target
}

// Target is an instance, whichever process it is at the moment.
type Target struct {
	Name    string
	World   *World
	running atomic.Pointer[running]
}

// running is one process of a target, and what it has served.
type running struct {
	address, control string
	acked            [subject.Pages]atomic.Uint64
	served           [subject.Pages][2]atomic.Uint64
}

// Serve says that the target is a new process.
func (t *Target) Serve(address, control string) {
	t.running.Store(&running{address: address, control: control})
}

// Address is that of the process that it is at the moment.
func (t *Target) Address() string { return t.running.Load().address }

// raise is for a watermark.
func raise(mark *atomic.Uint64, version uint64) {
	for {
		last := mark.Load()
		if version <= last || mark.CompareAndSwap(last, version) {
			return
		}
	}
}
