package main

import (
	"io"
	"log"
)

// For the tests, which are outside the package.
var (
	Run   = run
	Busy  = busy
	Parse = func(args ...string) (jobs int, rivals []string, err error) {
		o, err := parse(args, log.New(io.Discard, "", 0))
		if err != nil {
			return 0, nil, err
		}
		for i := range o.rivals {
			rivals = append(rivals, o.rivals[i].Name)
		}
		return len(o.jobs), rivals, nil
	}
)
