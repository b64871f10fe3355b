package browser_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/conformance/browser"
	"github.com/gin-apiroutes/apiroutes/internal/redistest"
)

const (
	state    = `footer output`
	renderAt = `document.querySelector('footer').textContent.match(/at (\S+)/)[1]`
)

// arrives waits until the page says how it came, and returns that and the time
// when it was rendered.
func arrives(p *browser.Page) (how, when string) {
	p.Wait(`document.querySelector('` + state + `').textContent !== '…'`)
	return p.Text(state), browser.Eval[string](p, renderAt)
}

// again clicks on the link that loads the page once more.
func again(p *browser.Page) (how, when string) {
	p.Follow(`footer a`)
	return arrives(p)
}

// edit goes from a post to its form, fills it, and presses a button of it.
func edit(p *browser.Page, title, button string) {
	p.Follow(`main a`)
	p.Fill("#title", title)
	p.Follow(`button[value=` + button + `]`)
}

// What the first page of the blog says to click, and what one sees then.
func TestBlog(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	blog := browser.Build(t, "blog")
	p := b.Open(t, blog.Run(t, []string{"-addr"}, "-window", "1h")[0])
	readable(t, p, "blog")

	p.Follow(`ol li:nth-child(1) a`)
	how, first := arrives(p)
	if how != "MISS" || p.Text("h1") != "Bread" {
		t.Errorf("the first visit: %s, %q", how, p.Text("h1"))
	}
	readable(t, p, "blog-post")
	if how, when := again(p); how != "HIT" || when != first {
		t.Errorf("again: %s of %s, rendered first at %s", how, when, first)
	}

	edit(p, "Cake", "nothing")
	if how, when := arrives(p); how != "HIT" || when != first || p.Text("h1") != "Bread" {
		t.Errorf("saved only: %s of %s, %q", how, when, p.Text("h1"))
	}
	p.Follow(`main a`)
	readable(t, p, "blog-edit")
	p.Fill("#title", "Rye <b>")
	p.Enter() // is the first button
	if how, when := arrives(p); how != "HIT" || when == first || p.Text("h1") != "Rye <b>" {
		t.Errorf("saved and revalidated: %s of %s, %q", how, when, p.Text("h1"))
	}
	p.Follow(`nav a[href="/posts"]`)
	if how, _ := arrives(p); how != "HIT" || p.Text("main li") != "Rye <b>" {
		t.Errorf("the list: %s, %q", how, p.Text("main li"))
	}
	readable(t, p, "blog-posts")
}

// A page that is older than its window is shown once more, and is new behind
// that.
func TestBlogWindow(t *testing.T) {
	b := browser.Start(t, browser.FirstParty)
	p := b.Open(t, browser.Build(t, "blog").Run(t, []string{"-addr"}, "-window", "1ms")[0]+"/posts/1")
	_, first := arrives(p)
	if how, when := again(p); how != "STALE" || when != first {
		t.Errorf("got %s of %s, rendered first at %s", how, when, first)
	}
	for deadline := time.Now().Add(time.Minute); ; {
		if _, when := again(p); when != first {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the page stays as it is")
		}
	}
}

// Two instances on one Redis: an edit on one is on the screen of the other.
func TestBlogOfTwoInstances(t *testing.T) {
	redis, db := redistest.Start(t).URL(), filepath.Join(t.TempDir(), "blog.db")
	b := browser.Start(t, browser.FirstParty)
	blog := browser.Build(t, "blog")
	instance := func() string {
		return blog.Run(t, []string{"-addr"}, "-window", "1h", "-redis", redis, "-db", db)[0]
	}
	one, other := instance(), instance()
	p, q := b.Open(t, one+"/posts/1"), b.Open(t, one)
	how, first := arrives(p)
	if how != "MISS" {
		t.Errorf("the first visit of the first instance: %s", how)
	}
	q.Go(other + "/posts/1")
	if how, when := arrives(q); how != "HIT" || when != first {
		t.Errorf("the first visit of the second instance: %s of %s, rendered first at %s", how, when, first)
	}
	edit(q, "Rye", "revalidate")
	if how, _ := arrives(q); how != "HIT" || q.Text("h1") != "Rye" {
		t.Errorf("the second instance: %s, %q", how, q.Text("h1"))
	}
	for deadline := time.Now().Add(time.Minute); p.Text("h1") != "Rye"; again(p) {
		if time.Now().After(deadline) {
			t.Fatal("the first instance does not hear of the edit")
		}
	}
	if how, when := again(p); how != "HIT" || when == first {
		t.Errorf("the first instance: %s of %s, rendered first at %s", how, when, first)
	}
	p.Go(one)
	readable(t, p, "blog-redis")
}
