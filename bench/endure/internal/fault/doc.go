// Package fault does to a running site what happens to sites: it kills, pauses
// and restarts Redis and instances, fills disks and sets clocks.
package fault
