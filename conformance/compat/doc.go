// Package compat holds tests of applications that were written for plain Gin:
// they go on working, byte for byte, when the toolkit's middleware is added to
// them. The one in the folder shop is as they are found: with the sessions, the
// compression, the logs and the habits of other packages.
package compat
