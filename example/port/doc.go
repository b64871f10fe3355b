// Command port is four API routes of Next.js and their Go ports, side by side.
// Below pages and lib are the originals, in the .go files of the same names the
// ports.
//
//	go run ./example/port
package main
