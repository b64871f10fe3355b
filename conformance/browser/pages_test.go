package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/browser"
)

// readable takes pictures of a page as it is now, on a desktop and on a phone,
// and checks what makes it usable on both: nothing is cut off, nothing is too
// small to read or to hit, and Tab comes to everything that can be used.
func readable(t *testing.T, p *browser.Page, name string) {
	t.Helper()
	p.Screenshot(name)
	reachable(t, p, name)
	p.Phone()
	defer p.Desktop()
	p.Screenshot(name + "-phone")
	if wide := browser.Eval[int](p, `document.documentElement.scrollWidth`); wide > 390 {
		t.Errorf("%s: %d pixels wide on a phone of 390", name, wide)
	}
	const small = `[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() &&
		(parseFloat(getComputedStyle(e).fontSize) < 14 ||
		(e.matches('button, input, select, textarea, summary') && e.getBoundingClientRect().height < 24))).map((e) => e.outerHTML.slice(0, 80))`
	if found := browser.Eval[[]string](p, small); len(found) > 0 {
		t.Errorf("%s: too small on a phone: %q", name, found)
	}
}

// reachable presses Tab until everything had the focus that can have it, and
// looks whether the focus is seen.
func reachable(t *testing.T, p *browser.Page, name string) {
	t.Helper()
	const usable = `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
		.filter((e) => e.checkVisibility() && !e.disabled && e.type !== 'hidden')`
	const mark = `(() => { const e = document.activeElement
		if (e === document.body) return ''
		e.dataset.reached = ''
		return getComputedStyle(e).outlineStyle === 'none' ? e.outerHTML.slice(0, 80) : '' })()`
	browser.Eval[bool](p, `(document.activeElement.blur(), true)`)
	for range browser.Eval[int](p, usable+`.length`) + 1 {
		p.Press("\t")
		if unseen := browser.Eval[string](p, mark); unseen != "" {
			t.Errorf("%s: the focus is not seen on %s", name, unseen)
		}
	}
	if missed := browser.Eval[[]string](p, usable+`.filter((e) => !('reached' in e.dataset)).map((e) => e.outerHTML.slice(0, 80))`); len(missed) > 0 {
		t.Errorf("%s: Tab does not come to %q", name, missed)
	}
}

// page starts a program with one address and opens its first page.
func page(t *testing.T, name string) *browser.Page {
	t.Helper()
	b := browser.Start(t, browser.FirstParty)
	return b.Open(t, browser.Program(t, name, "-addr")[0])
}

// reads waits until an element reads what it should.
func reads(t *testing.T, p *browser.Page, selector, want string) {
	t.Helper()
	p.Wait(fmt.Sprintf(`document.querySelector(%q).textContent.includes(%q)`, selector, want))
}

func TestBasicPage(t *testing.T) {
	p := page(t, "basic")
	reads(t, p, "output", "Hello from Next.js!")
	p.Fill("#name", "Ada <b>")
	p.Press("\r")
	reads(t, p, "output", "Hello from Ada <b>!")
	readable(t, p, "basic")
}

func TestHelpersPage(t *testing.T) {
	p := page(t, "helpers")
	for button, want := range map[string]string{
		"1": `"body":{"a":[1,2]}`,
		"2": "cache-control: no-cache",
		"3": "418",
		"4": "redirected to /api/json",
		"5": "400",
		"6": `{"visits":1}`,
	} {
		p.Click("li:nth-child(" + button + ") button")
		reads(t, p, "pre", want)
	}
	p.Click("li:nth-child(6) button")
	reads(t, p, "pre", `{"visits":2}`) // the cookie came back
	readable(t, p, "helpers")
}

// Answers over the limit are read in the page, however much was under way.
func TestUploadPage(t *testing.T) {
	p := page(t, "upload")
	for _, test := range []struct {
		form, limit string
		more        []int // megabytes, besides those of the button
	}{
		{"avatar", "1mb", []int{10, 50, 200}},
		{"video", "50mb", nil},
		{"note", "100kb", []int{10}},
	} {
		press := func(button, want string) {
			t.Helper()
			browser.Eval[string](p, fmt.Sprintf(`document.querySelector('form:has(#%s) output').textContent = ''`, test.form))
			p.Click(fmt.Sprintf(`form:has(#%s) button[name=%s]`, test.form, button))
			reads(t, p, fmt.Sprintf(`form:has(#%s) output`, test.form), want)
		}
		press("within", "200: {")
		press("over", "413: Body exceeded "+test.limit+" limit")
		for _, mb := range test.more {
			browser.Eval[int](p, fmt.Sprintf(`document.querySelector('form:has(#%s)').dataset.over = %d`, test.form, mb*1024))
			press("over", "413: Body exceeded "+test.limit+" limit")
		}
		press("within", "200: {") // on the same connection or another
	}
	readable(t, p, "upload")
}

func TestStreamPage(t *testing.T) {
	p := page(t, "stream")
	p.Click("#events")
	p.Click("#file")
	p.Click("#slow")
	reads(t, p, "#size", "8,388,608 bytes")
	reads(t, p, "#late", "504: Gateway Timeout")
	reads(t, p, "#event", `Event 4: {"number":4}`) // the deadline was two seconds
	p.Click("#events")
	reads(t, p, "#event", "stopped")
	readable(t, p, "stream")
}

func TestPortPage(t *testing.T) {
	p := page(t, "port")
	for _, link := range browser.Eval[[]string](p, `[...document.links].map((link) => link.href)`) {
		if got := fetch(p, `'`+link+`'`); !strings.HasPrefix(got, "200 ") {
			t.Errorf("%s: got %q", link, got)
		}
	}
	readable(t, p, "port")

	// On a phone one route is open at a time, and the others are a tap away.
	const open = `[...document.querySelectorAll('details')].filter((e) => e.open).length`
	all := browser.Eval[int](p, open)
	p.Phone()
	if got := browser.Eval[int](p, open); got != 1 || all < 4 {
		t.Errorf("%d of %d routes are open on a phone", got, all)
	}
	p.Click("details:nth-of-type(2) summary")
	if got := browser.Eval[int](p, open); got != 2 {
		t.Errorf("%d routes are open after one more was opened", got)
	}
}

func TestGraphQLPage(t *testing.T) {
	p := page(t, "graphql")
	p.Click(`form > p:last-child button`)
	reads(t, p, "pre", `"name": "Chinua Achebe"`)
	for button, want := range map[string]string{
		"2": `"book": {`,
		"3": `"id": "4"`,
		"4": `Cannot query field`,
	} {
		p.Click("form button:nth-child(" + button + ")")
		reads(t, p, "pre", want)
	}
	p.Click("form button:nth-child(2)") // asks with variables
	reads(t, p, "pre", `"A Room of One's Own"`)
	readable(t, p, "graphql")
	p.Click("#variables")
	p.Press("{")
	p.Click(`form > p:last-child button`)
	reads(t, p, "pre", "Not sent: the variables are not JSON.")
	if focus := browser.Eval[string](p, `document.activeElement.id`); focus != "variables" {
		t.Errorf("the focus is on %q, not where the mistake is", focus)
	}
	readable(t, p, "graphql-variables")
	p.Click("summary")
	readable(t, p, "graphql-schema")
}
