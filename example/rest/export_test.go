package main

import (
	"context"
	"testing"

	"github.com/gin-gonic/gin"
)

// Main is the program.
func Main() { main() }

// NewEngine is what it serves, with notes in memory or, if db is not empty, in
// a file. It ends with the test.
func NewEngine(t *testing.T, db string) *gin.Engine {
	t.Helper()
	var notes store = newMemory()
	if db != "" {
		file, err := openSQLite(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := file.db.Close(); err != nil {
				t.Error(err)
			}
		})
		notes = file
	}
	return engine(t, notes)
}

// NewBroken is the engine with a store that answers nothing but err.
func NewBroken(t *testing.T, err error) *gin.Engine {
	t.Helper()
	return engine(t, broken{err})
}

func engine(t *testing.T, notes store) *gin.Engine {
	t.Helper()
	r, err := newEngine(notes)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type broken struct{ err error }

func (b broken) list(context.Context, []string, int64, int) ([]note, error) { return nil, b.err }
func (b broken) get(context.Context, int64) (note, error)                   { return note{}, b.err }
func (b broken) add(context.Context, input) (note, error)                   { return note{}, b.err }

func (b broken) replace(context.Context, int64, int64, input) (note, error) { return note{}, b.err }
func (b broken) remove(context.Context, int64, int64) error                 { return b.err }
