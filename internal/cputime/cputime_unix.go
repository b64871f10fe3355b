//go:build unix

package cputime

import (
	"syscall"
	"time"
)

// Of runs f and returns the processor time that the whole process took meanwhile: in kernel and program, in all threads.
// A test that calls it must not be parallel, or the work of others counts. It reports false where that time is not known, and
// then f has not run.
func Of(f func()) (took time.Duration, known bool) {
	before, known := taken()
	if !known {
		return 0, false
	}
	f()
	after, known := taken()
	return after - before, known
}

func taken() (took time.Duration, known bool) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, false
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), true
}
