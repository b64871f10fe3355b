package main

import "io"

// For the tests, which are outside the package.
var (
	Run   = run
	Parse = func(args ...string) (jobs, rivals int, err error) {
		o, err := parse(args, io.Discard)
		if err != nil {
			return 0, 0, err
		}
		return len(o.jobs), len(o.rivals), nil
	}
)
