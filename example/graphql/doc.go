// Command graphql is a GraphQL server behind an API route: schema first, written
// with gqlgen and mounted as an external handler, with a page to try it on.
//
//	go run ./example/graphql
//
// It is a module of its own, so that only this program needs gqlgen.
package main
