// Command rest is a REST resource: notes that are listed, created, read,
// replaced, deleted and found by their tags, in memory or in SQLite.
//
//	go run ./example/rest
//	go run ./example/rest -db notes.db
//
// It is a module of its own, so that only this program needs SQLite.
package main
