// Bench measures apiroutes side by side with what its users could take
// instead. It is run from the root of the workspace:
//
//	go run ./bench                    # everything: about half an hour
//	go run ./bench -quick             # under 3 minutes
//	go run ./bench -scenario S2,S3    # some jobs only
//
// Every contender first has to give the same answers. Then they take turns,
// round by round, in process and as servers on 127.0.0.1 under wrk. The results
// go to bench/results.
package main
