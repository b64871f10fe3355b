// Command cors serves an API and a page on two origins, so that a browser asks
// the API whether the page may read its answers.
//
//	go run ./example/cors
package main
