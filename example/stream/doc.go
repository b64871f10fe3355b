// Command stream sends what takes longer or is larger than an answer of an API
// should be: events for as long as a client listens, and a large file.
//
//	go run ./example/stream
package main
