//go:build !unix

package cputime

import "time"

// Of reports false: this system does not tell.
func Of(func()) (took time.Duration, known bool) { return 0, false }
