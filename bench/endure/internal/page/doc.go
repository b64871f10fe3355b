// Package page is what a rendered page says, so that whoever gets one can tell
// that it is whole, whose it is, and from which data it was made.
package page
