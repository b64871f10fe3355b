package main

import (
	"slices"
	"sync"
)

// post is what both programs show.
type post struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// posts keeps them in memory. It is safe for concurrent use.
type posts struct {
	mu  sync.Mutex
	all []post
}

func newPosts() *posts {
	return &posts{all: []post{
		{"1", "Hello", "The first post."},
		{"2", "Fresh pages", "Edit me, then load the front end again."},
	}}
}

func (p *posts) list() []post {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.all)
}

func (p *posts) find(id string) (post, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := p.index(id); i >= 0 {
		return p.all[i], true
	}
	return post{}, false
}

func (p *posts) rename(id, title string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := p.index(id)
	if i >= 0 {
		p.all[i].Title = title
	}
	return i >= 0
}

func (p *posts) index(id string) int {
	return slices.IndexFunc(p.all, func(one post) bool { return one.ID == id })
}
