// Package conformance compares the toolkit with a real Next.js server, request
// by request.
//
// The folder nextjs is a Next.js app whose API routes cover the rules in
// rules.yaml; twin has the same routes in Go, file beside file. The requests
// are in corpus, the answers of the real server in recorded. The tests replay
// the requests against the twin and compare status, headers and body; where the
// twin differs on purpose, differences.yaml says why, and a difference that is
// not listed there fails, as does a listed one that no longer exists.
//
//	go test .                      # the twin against the recorded answers
//	APIROUTES_NEXT=1 go test .     # the twin against a running Next.js (needs Node)
//	go test . -update              # record again (needs Node)
package conformance
