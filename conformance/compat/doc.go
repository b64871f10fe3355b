// Package compat holds one test: an application that was written for plain Gin
// goes on working, line for line, when the toolkit's middleware is added to it.
package compat
