// Package oracle compares the parsers of the toolkit with the originals that
// ship inside the npm package of Next.js, on random inputs.
//
// The inputs are drawn from a seeded source, kind by kind: byte strings,
// cookies, content types, conditional requests, entity tags, query strings,
// JSON texts, redirect targets, sets of routes. oracle.mjs asks the originals. That needs Node
// and an installed ../nextjs, so it happens where APIROUTES_NEXT=1 or CI=true;
// a sample of questions and answers is recorded and checked everywhere.
//
//	go test ./oracle                     # the recorded sample
//	APIROUTES_NEXT=1 go test ./oracle    # thousands of fresh questions
//	APIROUTES_NEXT=1 go test ./oracle -run Live/json -args -seed 100 -rounds 50   # and more of them
//	go test ./oracle -update             # record the sample again
package oracle
