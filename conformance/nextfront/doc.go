// Package nextfront runs a real Next.js front end beside Gin: that of
// example/nextfront, built once, on two servers at a time.
//
// They share a Redis through the cache handler in revalidate/redisstore/nextjs,
// so that each side revalidates for both; and the example's own program
// refreshes them as its README says.
package nextfront
