// Package process starts what a run needs as processes of their own, instances
// and a Redis server, and does to them what happens to processes. Only
// processes that it started get a signal.
package process
