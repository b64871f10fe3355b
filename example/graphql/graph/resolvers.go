package graph

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxName bounds titles and names, in letters.
const maxName = 200

// resolver answers for each type of the schema that has more than plain fields.
type resolver struct{ library *library }

func (r *resolver) Query() QueryResolver       { return query{r.library} }
func (r *resolver) Mutation() MutationResolver { return mutation{r.library} }
func (r *resolver) Book() BookResolver         { return book{r.library} }
func (r *resolver) Author() AuthorResolver     { return author{r.library} }

type query struct{ *library }

func (q query) Books(_ context.Context, author *string) ([]*Book, error) { return q.list(author), nil }
func (q query) Book(_ context.Context, id string) (*Book, error)         { return q.book(id), nil }

type mutation struct{ *library }

// AddBook checks what the schema cannot say.
func (m mutation) AddBook(_ context.Context, input NewBook) (*Book, error) {
	title, name := strings.TrimSpace(input.Title), strings.TrimSpace(input.Author)
	for _, field := range []struct{ name, text string }{{"title", title}, {"author", name}} {
		if n := utf8.RuneCountInString(field.text); n == 0 || n > maxName {
			return nil, gqlerror.Errorf("%s must have 1 to %d letters", field.name, maxName)
		}
	}
	return m.add(title, name), nil
}

type book struct{ *library }

func (b book) Author(_ context.Context, of *Book) (*Author, error) {
	return b.author(of.author), nil
}

type author struct{ *library }

func (a author) Books(_ context.Context, of *Author) ([]*Book, error) { return a.list(&of.ID), nil }
