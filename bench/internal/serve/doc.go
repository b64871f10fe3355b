// Package serve runs one contender as a server: in a process of its own, so
// that its processor time and its memory can be told from everybody else's.
package serve
