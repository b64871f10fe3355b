// Package inproc measures handlers without a network: what they cost and
// nothing else. Contenders take turns in short windows, so that whatever else
// the machine does meets all of them alike.
package inproc
