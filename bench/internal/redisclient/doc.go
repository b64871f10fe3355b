// Package redisclient measures Redis clients at what redisstore asks of one. It
// has benchmarks only.
package redisclient
