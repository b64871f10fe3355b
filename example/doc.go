// Command example is a tour of apiroutes: a server with one route for each
// thing the toolkit does. It prints its routes, each with a curl line to try
// it, and stops at SIGINT or SIGTERM when the requests under way are answered.
//
//	go run ./example
//	go run ./example -addr 127.0.0.1:9000
//
// There is one file per idea. Start with tour.go.
package main
