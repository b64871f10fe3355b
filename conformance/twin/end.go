package twin

import (
	"net/http"

	"github.com/gin-apiroutes/apiroutes"
)

// end is res/end/[how].js.
func end(req *apiroutes.Request, res *apiroutes.Response) {
	ways := map[string]func(){
		"nothing": func() { res.End() },
		"text":    func() { res.End("ended") },
		"unicode": func() { res.End("ž 😀") },
		"bytes":   func() { res.End("\x00\xff") },
		"written": func() {
			writeString(res, "one ")
			writeString(res, "two ")
			res.End("three")
		},
		"length": func() {
			res.SetHeader("Content-Length", "5")
			writeString(res, "12")
			res.End("345")
		},
		"head": func() {
			res.SetHeader("Content-Type", "text/plain")
			res.Status(http.StatusAccepted).End("accepted")
		},
		"status": func() { res.Status(http.StatusCreated).End("created") },
	}
	ways[req.Query().Get("how")]()
}

// writeString is res.write(text). What becomes of the connection is not the
// handler's business there, and so not here.
func writeString(res *apiroutes.Response, text string) {
	_, _ = res.WriteString(text)
}
