package main

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// input is what an editor sends. Then is the button that was pressed.
type input struct {
	Title string `form:"title" binding:"required,max=100"`
	Text  string `form:"text" binding:"required,max=20000"`
	Then  string `form:"then" binding:"required,oneof=revalidate nothing"`
}

// form is the page with the form, and what there is to say about it.
type form struct {
	Post   post
	Faults []bodyparser.Fault
	Notice string
}

func (b *blog) edit(c *gin.Context) {
	p, err := b.find(c)
	switch {
	case errors.Is(err, errNoPost):
		c.HTML(http.StatusNotFound, "missing.html", gin.H{})
	case err != nil:
		fail(c, err)
	default:
		c.HTML(http.StatusOK, "edit.html", form{Post: p})
	}
}

// save stores the post and leads to its page.
func (b *blog) save(c *gin.Context) {
	p, err := b.find(c)
	if errors.Is(err, errNoPost) {
		c.HTML(http.StatusNotFound, "missing.html", gin.H{})
		return
	} else if err != nil {
		fail(c, err)
		return
	}
	in, err := bodyparser.Bind[input](c)
	if err != nil {
		b.refuse(c, p, err)
		return
	}
	p.Title, p.Text = in.Title, in.Text
	if err := b.posts.replace(c.Request.Context(), p); err != nil {
		fail(c, err)
		return
	}

	page := fmt.Sprintf("/posts/%d", p.ID)
	if in.Then == "revalidate" {
		// When this returns nil, visitors get the new pages; those of another instance a moment later.
		if _, err := b.pages.RevalidateAll(c, []string{page, "/posts"}); err != nil {
			_ = c.Error(err)
			c.HTML(http.StatusBadGateway, "edit.html", form{Post: p, Notice: "It is saved, but visitors may see the old pages for now. Save again to try again."})
			return
		}
	}
	// 303: the browser asks for the page with GET, and a reload of it sends no form.
	if err := revalidate.RedirectStatus(c, http.StatusSeeOther, page); err != nil {
		fail(c, err)
	}
}

// refuse shows the form again, with what was typed and what is wrong with it.
func (b *blog) refuse(c *gin.Context, p post, err error) {
	faults := (*bodyparser.BindError)(nil)
	if !errors.As(err, &faults) {
		bodyparser.PlainText(c, err)
		return
	}
	typed := bodyparser.Form(c)
	p.Title, p.Text = typed.Get("title"), typed.Get("text")
	c.HTML(http.StatusBadRequest, "edit.html", form{Post: p, Faults: faults.Faults})
}
