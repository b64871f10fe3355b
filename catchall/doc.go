// Package catchall gives Gin the routes of Next.js: "/post/create", "/post/[pid]", "/post/[...slug]" and
// "/docs/[[...slug]]" side by side, in any order, compiled into Gin's own router.
//
//	r := gin.New(catchall.NextPaths)
//	routes := catchall.New()
//	routes.Any("/post/create", createPost)
//	routes.Any("/post/[pid]", showPost)
//	routes.Any("/post/[...slug]", listPosts)      // catchall.Slice(c, "slug") is []string{"a", "b"}
//	routes.GET("/docs/[[...slug]]", limit, docs)  // with middleware of its own; also answers HEAD, and 405 to the rest
//	if err := routes.Mount(r.Group("/api")); err != nil {
//		log.Fatal(err) // all faults at once, each with the patterns and the lines they are on
//	}
//
// # Which pattern wins
//
// On each level a literal goes before [name], that before [...name], that before [[...name]], with backtracking: of
// "/shop/sale/[item]" and "/shop/[category]/items/[...rest]" the second one gets /shop/sale/items/1. The path alone
// decides, the method does not. Sets that Next.js refuses to build are refused by [Routes.Mount].
//
// # How a path is read
//
// It is split as it was sent, and each segment is decoded exactly once: "/post/a%2Fb" is one segment "a/b", "+" stays
// "+", "%2561" is "%61". Literals are compared with the bytes that were sent, so "/post/%63reate" is not
// "/post/create". A slash at the end, doubled slashes and backslashes are answered 308 with the clean path, never with
// a host; a segment that is not valid UTF-8 is answered 400. [Param], [Slice] and [Params] return parameters, [QueryOf] has them
// merged with the query string as req.query of Next.js is; c.Params and c.Param have the names of the pattern and
// decoded values too.
//
// Gin matches decoded paths unless told otherwise, where "/post/a%2Fb" has one segment too many. The set finds out and
// refuses such a request ([MismatchError], 404): the handlers of another pattern never see it, whatever the flags of
// the engine are. The option [NextPaths], or engine.UseRawPath = true, lets Gin agree.
//
// # How a set becomes routes of Gin
//
// Gin's tree does not allow a catch-all beside anything else, nor two names for one parameter, and once it has walked
// down a literal segment it does not come back to try a parameter. So the set is rewritten until there is nothing left
// to come back to, as one turns a nondeterministic automaton into a deterministic one. A state is what can still match
// after the segments read so far: some levels of the tree of patterns, the best first, and at most one catch-all that
// takes what they leave. From a state, one step goes out for each literal that one of its levels knows, and one for
// "any other segment". Written down as paths, a step is a literal or a :parameter, and the end of a state is a route of
// the one pattern that wins there. For
//
//	/post/create   /post/[pid]   /post/[...slug]
//
// the states behind "/post" give
//
//	/post/create          /post/create
//	/post/create/*slug    /post/[...slug], which "create" may begin too
//	/post/:pid            /post/[pid]
//	/post/:pid/*slug      /post/[...slug]
//
// A tail such as *slug is used where nothing else can match and the path before it has a route as well; otherwise,
// where Gin would redirect that path to the one with a slash and could hold no other route, ":slug" and ":slug/*slug"
// stand for it. Beside each path that has no tail stands one with a slash at the end, which is redirected. Every path
// has a route for each method: that of a method without handlers answers 405.
//
// So each of Gin's routes belongs to one pattern, and with it a fixed chain of handlers: a first handler that compares
// the pattern with the path as it was sent and sets the parameters, then those of the pattern, as Gin would run them.
// c.FullPath() and engine.Routes() have few and fixed names, but a pattern beside others may have several, since Gin's
// tree cannot hold it under one; [Pattern] has exactly one, for metrics and logs. It is also in c.Request.Pattern,
// where middleware for net/http looks.
//
// The number of paths grows with the patterns, not with their product, in sets as people write them; sets with a
// literal beside a parameter on many levels double with each, and are refused beyond Config.MaxRoutes.
//
// # Differences from Next.js
//
//   - Any answers nine methods and those of Config.Methods; in Next.js a handler gets whatever method a client makes up.
//   - More than 1000 parameters in a query string are 400.
//   - A raw "#" in a request line is 400; it is not part of a request (RFC 9112, section 3.2).
//   - Without [NextPaths], dot segments are redirected to the path they resolve to, not resolved in place, and paths
//     that Gin routes to no pattern are left to Gin, its redirects included.
//   - The literal path of a pattern, "/docs/[[...slug]]", and "/docs/index" are paths as any other.
//   - A literal that clients have to escape, such as "/café", is a fault; in Next.js it builds, but never matches.
//
// With Gin 1.12 leave engine.HandleMethodNotAllowed off: the set answers 405 without it, and a method that no route has
// makes Gin panic when it looks for others (gin-gonic/gin#4818).
package catchall
