// Package growth measures what more work costs: more patterns in the router,
// more pages in the cache.
package growth
