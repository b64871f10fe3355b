// Package graph answers the questions of schema.graphqls about books and those
// who wrote them. What of it follows from the schema is written by gqlgen.
package graph

import (
	_ "embed"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"
)

//go:generate sh -c "cd .. && go run github.com/99designs/gqlgen@v0.17.98 generate"

// Schema is the text of schema.graphqls.
//
//go:embed schema.graphqls
var Schema string

// complexity is how many fields a question may have: an author has books, which
// have an author, and so on without an end.
const complexity = 100

// NewHandler returns a server with three books. It takes GET for questions, and
// POST with JSON for changes, too: no form on another site can send that.
func NewHandler() http.Handler {
	server := handler.New(NewExecutableSchema(Config{Resolvers: &resolver{newLibrary()}}))
	server.AddTransport(transport.GET{})
	server.AddTransport(transport.POST{})
	server.Use(extension.Introspection{}) // for playgrounds
	server.Use(extension.FixedComplexityLimit(complexity))
	return server
}
