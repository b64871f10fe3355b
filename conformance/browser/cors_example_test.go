package browser_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/browser"
)

// The page of the cors example, opened from the origin that the API knows and
// from another name of the same machine.
func TestCORSExample(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	urls := browser.Program(t, "cors", "-addr", "-page")
	for name, test := range map[string]struct {
		page string
		want []string // what the buttons come to, from the top
	}{
		"known": {urls[1], []string{
			`200 {"open":"GET"}`,
			`200 {"open":"PUT"}`,
			refused,
			`200 {"name":"Ada"}`,
			`200 {"name":"Ada"}`,
			refused,
		}},
		"unknown": {strings.Replace(urls[1], "127.0.0.1", "localhost", 1), []string{
			`200 {"open":"GET"}`,
			`200 {"open":"PUT"}`,
			refused,
			refused,
			refused,
			refused,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := b.Open(t, test.page+"/#all")
			p.Wait(`[...document.querySelectorAll('output')].every(output => output.textContent)`)
			got := browser.Eval[[]string](p, `[...document.querySelectorAll('output')].map(output => output.textContent)`)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q", got)
			}
			readable(t, p, "cors-"+name)
		})
	}
}

const refused = "The browser does not let this page read it (Failed to fetch)."
