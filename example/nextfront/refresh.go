package main

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// refresh renews the pages that show a post, and says of each what became of it.
func (s *site) refresh(c *gin.Context, id string) []string {
	// The pages of this program. With Redis, those of Next.js that have the tag
	// are out of date with them, on all its servers.
	if _, err := s.pages.RevalidateTag(c, "posts"); err != nil {
		return []string{"not refreshed, save again: " + err.Error()}
	}
	if s.settings.redis != "" {
		return []string{"out of date for both programs: all pages with the tag posts"}
	}
	client, err := s.nextClient()
	if err != nil {
		return []string{"the front end is not refreshed: " + err.Error()}
	}
	results, _ := client.RevalidateAll(c, []string{"/", "/latest", "/posts/" + id})
	lines := make([]string, len(results))
	for i := range results {
		lines[i] = results[i].Path + ": " + results[i].Why()
	}
	return lines
}

// nextClient makes the client when the front end has been built.
func (s *site) nextClient() (*revalidate.NextClient, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client != nil {
		return s.client, nil
	}
	client, err := revalidate.NewNextClient(revalidate.NextConfig{BaseURL: s.settings.front, Manifest: s.settings.manifest})
	if err != nil {
		return nil, err
	}
	s.client = client
	return client, nil
}
