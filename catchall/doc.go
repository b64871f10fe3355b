// Package catchall gives Gin the routes of Next.js: "/post/[id]", "/post/[...slug]" and "/docs/[[...slug]]" beside any literals, in any order.
package catchall
