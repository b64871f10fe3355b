package main

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// memory is a store that ends with the program.
type memory struct {
	mu    sync.Mutex
	notes map[int64]note
	last  int64
}

func newMemory() *memory { return &memory{notes: map[int64]note{}} }

func (m *memory) list(_ context.Context, tags []string, after int64, limit int) ([]note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := []note{}
	for _, id := range slices.Sorted(maps.Keys(m.notes)) {
		if n := m.notes[id]; id > after && len(found) < limit && n.tagged(tags) {
			found = append(found, n)
		}
	}
	return found, nil
}

func (m *memory) get(_ context.Context, id int64) (note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, found := m.notes[id]
	if !found {
		return note{}, errNotFound
	}
	return n, nil
}

func (m *memory) add(_ context.Context, in input) (note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	n := newNote(m.last, 1, in)
	m.notes[n.ID] = n
	return n, nil
}

func (m *memory) replace(_ context.Context, id, version int64, in input) (note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(id, version); err != nil {
		return note{}, err
	}
	n := newNote(id, version+1, in)
	m.notes[id] = n
	return n, nil
}

func (m *memory) remove(_ context.Context, id, version int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(id, version); err != nil {
		return err
	}
	delete(m.notes, id)
	return nil
}

// check is called under the lock.
func (m *memory) check(id, version int64) error {
	n, found := m.notes[id]
	switch {
	case !found:
		return errNotFound
	case n.version != version:
		return errChanged
	default:
		return nil
	}
}
