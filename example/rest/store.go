package main

import (
	"context"
	"net/http"

	"github.com/gin-apiroutes/apiroutes"
)

// store keeps notes. Its methods are safe for concurrent use.
type store interface {
	// list returns the first notes, at most limit, with an id above after and
	// all the tags, by id.
	list(ctx context.Context, tags []string, after int64, limit int) ([]note, error)
	// get returns a note or errNotFound.
	get(ctx context.Context, id int64) (note, error)
	// add makes a note. An id is never given twice.
	add(ctx context.Context, in input) (note, error)
	// replace changes a note that is still of the version. Otherwise it changes
	// nothing and returns errChanged or errNotFound.
	replace(ctx context.Context, id, version int64, in input) (note, error)
	// remove deletes a note under the same condition.
	remove(ctx context.Context, id, version int64) error
}

// The errors of a store are answers: fail sends them with their status.
var (
	errNotFound = apiroutes.NewError(http.StatusNotFound, "There is no such note")
	errChanged  = apiroutes.NewError(http.StatusConflict, "Somebody changed the note meanwhile")
)
