package exampletest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var (
	control = regexp.MustCompile(`<(?:input|select|textarea)\b[^>]*>`)
	id      = regexp.MustCompile(`\bid="([^"]+)"`)
	foreign = regexp.MustCompile(`(?:src|<link[^>]*href)="(?:https?:)?//`)
)

// Page checks that the page at url is for everybody: it names its language,
// fits a phone, has a title and one main heading, labels its fields, announces
// what its script changes, and needs no other server.
func Page(t *testing.T, url string) {
	t.Helper()
	page := Send(t, http.MethodGet, url, "")
	if page.Status != http.StatusOK || page.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("got %d %v", page.Status, page.Header)
	}
	for _, part := range []string{`<!doctype html>`, `<html lang="`, `<meta name="viewport" content="width=device-width`, "<title>", "<main"} {
		if !strings.Contains(page.Body, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	if n := strings.Count(page.Body, "<h1"); n != 1 {
		t.Errorf("the page has %d main headings", n)
	}
	if strings.Contains(page.Body, ".textContent") && !strings.Contains(page.Body, `aria-live="polite"`) && !strings.Contains(page.Body, "<output") {
		t.Error("nothing announces what the script changes")
	}
	for _, field := range control.FindAllString(page.Body, -1) {
		name := id.FindStringSubmatch(field)
		if len(name) == 0 || !strings.Contains(page.Body, `<label for="`+name[1]+`"`) {
			t.Errorf("%s has no label", field)
		}
	}
	if found := foreign.FindString(page.Body); found != "" {
		t.Errorf("the page loads from elsewhere: %s", found)
	}
}
