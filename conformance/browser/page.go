package browser

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Page is a tab. What it cannot do within a minute fails the test, and so does
// an exception that a script on it does not catch.
type Page struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string
	refusals []string
	faults   []string
}

// Open opens url in a tab that shares nothing with other tabs: no cookies, no
// cache, no preflights that were answered before. The tab has the size of one
// on a desktop; for that of a phone see Phone.
func (b *Browser) Open(t *testing.T, url string) *Page {
	t.Helper()
	p := &Page{t: t}
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	p.ctx = ctx
	t.Cleanup(func() {
		stop()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, fault := range p.faults {
			t.Errorf("browser: a script failed: %s", fault)
		}
	})
	if err := chromedp.Do(ctx); err != nil { // the first action opens the tab, and must have no deadline
		t.Fatalf("browser: no tab: %v", err)
	}
	p.Desktop()
	p.Go(url)
	return p
}

// listen collects what Requests and Refusals return.
func (p *Page) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, event.Request.Method+" "+event.Request.URL)
	case *network.EventLoadingFailed:
		if event.CorsErrorStatus != nil {
			p.refusals = append(p.refusals, string(event.CorsErrorStatus.CorsError))
		}
	case *runtime.EventExceptionThrown:
		fault := event.ExceptionDetails.Text
		if thrown := event.ExceptionDetails.Exception; thrown != nil {
			fault += " " + thrown.Description
		}
		p.faults = append(p.faults, fault)
	}
}

// Requests returns the requests that the tab has sent since the last call, each
// as "PUT http://api.test/", preflights included.
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	sent := p.requests
	p.requests = nil
	return sent
}

// Refusals returns the answers since the last call that the browser did not let
// a script read, by the reason that it gives: "MissingAllowOriginHeader".
func (p *Page) Refusals() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	refused := p.refusals
	p.refusals = nil
	return refused
}

// Refused waits until the browser says that it did not let a script read an
// answer, which it may do after the script was told, and returns what Refusals
// does.
func (p *Page) Refused() []string {
	p.t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(5 * time.Millisecond) {
		if refused := p.Refusals(); len(refused) > 0 {
			return refused
		}
	}
	p.t.Errorf("browser: no answer was refused within %v", patience)
	return nil
}

// Go opens url in the tab and waits until it is loaded.
func (p *Page) Go(url string) {
	p.t.Helper()
	run(p, "open "+url, chromedp.Navigate(url))
}

// URL is the address that the tab shows.
func (p *Page) URL() string {
	p.t.Helper()
	return run(p, "address", chromedp.Location())
}

// Text returns what the first element of the CSS selector reads, without white
// space around it.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return strings.TrimSpace(run(p, "text of "+selector, chromedp.Text(chromedp.CSS(selector))))
}

// Click clicks on the first element of the CSS selector as soon as it is there.
func (p *Page) Click(selector string) {
	p.t.Helper()
	run(p, "click on "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Follow clicks on a link or a button, and waits until the page is loaded that
// it leads to.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	follow(p, "follow "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Enter presses the key of that name, and waits until the page is loaded that
// the form leads to.
func (p *Page) Enter() {
	p.t.Helper()
	follow(p, "enter", chromedp.KeyEvent("\r"))
}

// follow waits for a page after action. It marks the one that is there: what
// events say of a page may arrive when the next one is on its way.
func follow(p *Page, name string, action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	run(p, name, chromedp.Evaluate[bool](`window.left = true`))
	run(p, name, action)
	until(p, name, `!window.left && document.readyState === 'complete'`)
}

// until asks a page for an expression until it is true. While one page gives way
// to another, there is nobody to ask, which is no fault.
func until(p *Page, name, expression string) {
	p.t.Helper()
	holds := chromedp.Evaluate[bool](`Boolean(` + expression + `)`)
	run(p, name, func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		for {
			attempt, cancel := context.WithTimeout(ctx, time.Second)
			yes, err := holds(attempt, target)
			cancel()
			if yes && err == nil {
				return chromedp.Void{}, nil
			}
			if ctx.Err() != nil {
				return chromedp.Void{}, errors.Join(ctx.Err(), err)
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
}

// Fill replaces what is written in a field.
func (p *Page) Fill(selector, text string) {
	p.t.Helper()
	field := chromedp.CSS(selector)
	run(p, "fill "+selector, chromedp.Steps(chromedp.Clear(field), chromedp.SendKeys(field, text)))
}

// Choose picks files for a field.
func (p *Page) Choose(selector string, files ...string) {
	p.t.Helper()
	run(p, "choose for "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// Press presses keys, one after the other, on whatever has the focus.
func (p *Page) Press(keys string) {
	p.t.Helper()
	run(p, "press "+strconv.Quote(keys), chromedp.KeyEvent(keys))
}

// Wait waits until a JavaScript expression is true.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	until(p, "wait for "+expression, expression)
}

// Eval returns the value of a JavaScript expression, or what its promise is
// fulfilled with.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	return run(p, expression, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// run does what action says. name is for the message.
func run[T any](p *Page, name string, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatalf("browser: %s: %v", name, err)
	}
	return value
}
