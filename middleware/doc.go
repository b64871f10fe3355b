// Package middleware composes the parts of apiroutes into one handler for
// [gin.Engine.Use], with exceptions for single groups and routes:
//
//	r := gin.New()
//	r.Use(gin.Logger(), gin.Recovery())
//	r.Use(middleware.Must(middleware.Config{})) // the defaults of Next.js for all routes below
//
//	r.POST("/api/upload", middleware.With(middleware.SizeLimit("10mb"), middleware.MaxDuration(5*time.Second)), upload)
//	r.POST("/api/webhook", middleware.With(middleware.NoBodyParser()), webhook)
//
// Behind it every handler finds a body that has been read and checked
// ([github.com/gin-apiroutes/apiroutes/bodyparser.Body]); what is too large or
// malformed was answered before it ran. Everything that Gin offers still works,
// because the request body is put back and can be read any number of times.
//
// # Nearest wins
//
// Each [New] and [With] in a chain of handlers is a layer. Their options are
// applied in the order of the chain, so a route replaces what its group said,
// and the group replaces what the engine said, upward too. A route with a limit of 10mb
// under an engine with 1mb accepts 9 MB; a route without a parser gets the
// untouched stream. What a layer does not mention stays as it was.
//
// Nothing reads the body before the last layer of the chain runs. How many
// layers a route has is counted once, from the names in
// [gin.Context.HandlerNames], and remembered per route. Two rules follow:
//
//   - Hand layers to Gin itself. One that is called from within another
//     function has no name in the chain, and acts as soon as it is called.
//   - A layer that is shared between engines must not have the same method and
//     pattern behind different numbers of layers in them. Make one for each.
//
// Requests that match no route pass only the engine's layers. They are not
// parsed there, so an unknown path is 404 whatever was posted to it; CORS
// headers and preflights are served.
//
// # Deadlines
//
// See [MaxDuration]. The handler stays on its goroutine, nothing is buffered,
// and the client gets its 504 in time even if the handler ignores its context.
package middleware
