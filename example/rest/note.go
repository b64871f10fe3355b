package main

import "slices"

// input is what clients send. Its rules are checked before a handler runs.
type input struct {
	Title string   `json:"title" form:"title" binding:"required,max=200"`
	Text  string   `json:"text" form:"text" binding:"max=10000"`
	Tags  []string `json:"tags" form:"tags" binding:"max=20,unique,dive,required,max=30"`
}

// note is what clients get.
type note struct {
	ID    int64    `json:"id"`
	Title string   `json:"title"`
	Text  string   `json:"text"`
	Tags  []string `json:"tags"`

	// version is 1 for a new note, and one more after each change.
	version int64
}

// newNote copies what it keeps. Without tags the list is empty, not null.
func newNote(id, version int64, in input) note {
	return note{ID: id, Title: in.Title, Text: in.Text, Tags: append([]string{}, in.Tags...), version: version}
}

// tagged reports whether the note has all the tags.
func (n note) tagged(tags []string) bool {
	for _, tag := range tags {
		if !slices.Contains(n.Tags, tag) {
			return false
		}
	}
	return true
}
