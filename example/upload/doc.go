// Command upload takes files of different sizes on different routes, and shows
// in a page how far an upload is and what a refusal says.
//
//	go run ./example/upload
package main
