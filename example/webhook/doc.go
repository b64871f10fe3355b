// Command webhook takes events from GitHub and Stripe whose signatures are over
// the bytes of the body.
//
//	go run ./example/webhook
package main
