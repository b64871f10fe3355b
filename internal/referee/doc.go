// Package referee lets a test keep what the JavaScript originals answer as a
// recorded table, and ask them again.
//
// A test reads its table from testdata; with the flag -update it first runs the
// originals in Node and writes the table anew:
//
//	mkdir /tmp/next && cd /tmp/next && npm install next@16.4.6 react@19 react-dom@19
//	NEXT_DIR=/tmp/next go test ./internal/cookie -update
//
// Only tests import it, so no program carries it.
package referee
