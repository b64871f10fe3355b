// Bench measures apiroutes side by side with what its users could take
// instead. It is run from the root of the workspace:
//
//	go run ./bench                    # everything, once: a quarter of an hour
//	go run ./bench -runs 3            # three runs, each budget judged in each: the same time, with fewer rounds
//	go run ./bench -runs 3 -node      # with Express and Next.js: 25 minutes
//	go run ./bench -quick             # under 3 minutes
//	go run ./bench -scenario S2,S3    # some jobs only
//	go run -tags sonic ./bench        # with another JSON codec in Gin
//
// Every contender first has to give the same answers. Then they take turns,
// round by round, in process and as servers on 127.0.0.1 under wrk. The results
// go to bench/results: full.md is everything, quick.md a quick run, and part.md
// what -only, -scenario or -rivals left; build tags follow, as in full-sonic.md.
// The charts and the rounds, in the format of go test -bench, have the same
// names.
package main
