// Command basic is an API route and a page that reads it.
//
//	go run ./example/basic
package main
