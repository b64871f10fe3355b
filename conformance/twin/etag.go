package twin

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// etag is res/etag/[value].js.
func etag(req *apiroutes.Request, res *apiroutes.Response) {
	values := map[string]any{
		"text":       "hello",
		"unicode":    "žluťoučký kůň",
		"emoji":      "😀😀",
		"empty-text": "",
		"long":       strings.Repeat("x", 100000),
		"object":     gin.H{"hello": "world"},
		"buffer":     []byte{1, 2, 3},
		"null":       nil,
	}
	res.Send(values[req.Query().Get("value")])
}

// etagOwn: a tag that the handler set is replaced.
func etagOwn(_ *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("ETag", `"my-own"`)
	res.Send("hello")
}

// etagEnd: End computes no tag, and If-None-Match is not looked at.
func etagEnd(_ *apiroutes.Request, res *apiroutes.Response) {
	res.End("hello")
}

func etagOwnEnd(_ *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("ETag", `"my-own"`)
	res.End("hello")
}

// etagKept: a 304 keeps Cache-Control, Vary, Set-Cookie and what else the
// handler set.
func etagKept(_ *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("Cache-Control", "max-age=60")
	res.SetHeader("Vary", "Accept")
	res.SetHeader("Set-Cookie", "a=1")
	res.SetHeader("Last-Modified", "Thu, 29 Feb 2024 12:00:00 GMT")
	res.SetHeader("X-Own", "kept")
	res.Status(http.StatusCreated).Send(gin.H{"hello": "world"})
}
