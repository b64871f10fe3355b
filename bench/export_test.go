package main

import (
	"io"
	"log"
)

// For the tests, which are outside the package.
var (
	Run   = run
	Busy  = busy
	Parse = func(args ...string) (jobs, rivals int, err error) {
		o, err := parse(args, log.New(io.Discard, "", 0))
		if err != nil {
			return 0, 0, err
		}
		return len(o.jobs), len(o.rivals), nil
	}
)
