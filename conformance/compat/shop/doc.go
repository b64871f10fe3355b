// Package shop is an application for plain Gin, with the middleware and the
// habits that such applications have. It knows nothing of the toolkit: what is
// put on top of it comes in as an Adoption.
package shop
