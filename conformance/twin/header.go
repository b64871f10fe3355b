package twin

import "github.com/gin-apiroutes/apiroutes"

// header is res/header/[kind].js.
func header(req *apiroutes.Request, res *apiroutes.Response) {
	kinds := map[string]func(){
		"one":    func() { res.SetHeader("X-One", "value") },
		"number": func() { res.SetHeader("X-Number", "7") },
		"list": func() {
			res.AppendHeader("X-List", "a")
			res.AppendHeader("X-List", "b")
		},
		"empty": func() { res.SetHeader("X-Empty", "") },
		"replaced": func() {
			res.SetHeader("X-Own", "first")
			res.SetHeader("x-own", "second")
		},
		"appended": func() {
			res.AppendHeader("X-Own", "first")
			res.AppendHeader("X-Own", "second")
		},
		"removed": func() {
			res.SetHeader("X-Own", "first")
			res.RemoveHeader("X-Own")
		},
		"latin1":         func() { res.SetHeader("X-Own", "caf\u00e9") },
		"cache-control":  func() { res.SetHeader("Cache-Control", "s-maxage=60, stale-while-revalidate") },
		"content-length": func() { res.SetHeader("Content-Length", "4") },
		"beyond-latin1":  func() { res.SetHeader("X-Own", "日本") },
		"crlf":           func() { res.SetHeader("X-Own", "a\r\nX-Injected: 1") },
		"bad-name":       func() { res.SetHeader("X Own", "a") },
		// undefined does not compile in Go; the nearest is no header.
		"undefined-value": func() {},
	}
	kinds[req.Query().Get("kind")]()
	res.Send("sent")
}
