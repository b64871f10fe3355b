package main

// program is an example of its own: it answers one question.
type program struct {
	name  string // of its folder below example
	shows string
}

var programs = []program{
	{"quickstart", "the program of the README"},
	{"basic", "an API route and a page that reads it"},
	{"helpers", "helpers of requests and responses, and a middleware that sets a cookie"},
	{"rest", "a REST resource on routes written [id] and [...tags], in memory or in SQLite"},
	{"graphql", "a GraphQL server, schema first, mounted as an external handler"},
	{"cors", "a CORS policy for each route: an API and a page on two origins"},
	{"webhook", "signatures of GitHub and Stripe over the bytes of a body"},
	{"upload", "a body limit for each route, and a page that shows progress and refusals"},
	{"stream", "events for as long as a client listens, and a large file"},
	{"blog", "a page cache: pages are rendered once, and anew when a post is edited"},
	{"nextfront", "a Next.js front end whose pages are refreshed from Gin"},
	{"port", "API routes of Next.js in JavaScript, beside their ports to Go"},
}
