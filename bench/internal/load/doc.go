// Package load starts contenders as processes of their own and sends them
// requests over loopback: by wrk for throughput and latency, and by connections
// of its own where the question is what many large bodies at once cost.
package load
