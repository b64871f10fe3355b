// Command blog serves posts from SQLite as pages that are rendered once: kept in
// memory or in Redis, rendered anew behind a visitor when they are ten seconds
// old, and at once when an editor saves a post.
//
//	go run ./example/blog
//	go run ./example/blog -db blog.db -redis redis://127.0.0.1:6379
//	go run ./example/blog -db blog.db -redis redis://127.0.0.1:6379 -addr 127.0.0.1:8091
//
// The last two are instances that share their pages. It is a module of its own,
// so that only this program needs SQLite and a client for Redis.
package main
