package graph

import (
	"strconv"
	"strings"
	"sync"
)

// Book is a book; who wrote it is asked for by a field of its own.
type Book struct {
	ID, Title string
	author    string // the id
}

// Author is who wrote books.
type Author struct{ ID, Name string }

// library keeps books and authors in memory. An id is the number of its place.
type library struct {
	mu      sync.RWMutex
	books   []*Book
	authors []*Author
}

// newLibrary has three books.
func newLibrary() *library {
	l := new(library)
	l.add("A Room of One's Own", "Virginia Woolf")
	l.add("The Waves", "Virginia Woolf")
	l.add("Things Fall Apart", "Chinua Achebe")
	return l
}

// list returns the books of an author, or all if author is nil.
func (l *library) list(author *string) []*Book {
	l.mu.RLock()
	defer l.mu.RUnlock()
	found := []*Book{}
	for _, book := range l.books {
		if author == nil || book.author == *author {
			found = append(found, book)
		}
	}
	return found
}

// book returns a book, nil if there is none.
func (l *library) book(id string) *Book { return at(l, &l.books, id) }

// author returns an author, nil if there is none.
func (l *library) author(id string) *Author { return at(l, &l.authors, id) }

func at[T any](l *library, all *[]*T, id string) *T {
	l.mu.RLock()
	defer l.mu.RUnlock()
	number, err := strconv.Atoi(id)
	if err != nil || number < 1 || number > len(*all) {
		return nil
	}
	return (*all)[number-1]
}

// add adds a book, and an author whose name is new.
func (l *library) add(title, name string) *Book {
	l.mu.Lock()
	defer l.mu.Unlock()
	author := ""
	for _, known := range l.authors {
		if strings.EqualFold(known.Name, name) {
			author = known.ID
		}
	}
	if author == "" {
		author = strconv.Itoa(len(l.authors) + 1)
		l.authors = append(l.authors, &Author{author, name})
	}
	book := &Book{ID: strconv.Itoa(len(l.books) + 1), Title: title, author: author}
	l.books = append(l.books, book)
	return book
}
