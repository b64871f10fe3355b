package main

import (
	"net/http"

	"github.com/gin-apiroutes/apiroutes"
)

type note struct {
	Title string   `json:"title" binding:"required"`
	Tags  []string `json:"tags"`
}

type savedNote struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
}

// saveNote takes a note and gives a saved one; both types are checked by the
// compiler. It runs on good notes only: its route declares the type, so the
// body is decoded straight into it, and faults are answered before.
func saveNote(req *apiroutes.Request, in note) (savedNote, error) {
	if in.Title == "Milk" {
		return savedNote{}, apiroutes.NewError(http.StatusConflict, "There is enough milk")
	}
	req.Response().Status(http.StatusCreated)
	return savedNote{ID: 1, Title: in.Title}, nil
}
