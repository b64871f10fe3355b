package twin

import (
	"net/http"

	"github.com/gin-apiroutes/apiroutes"
)

// redirect is res/redirect/[target].js. What JavaScript finds out at run time,
// a missing or a wrong argument, does not compile in Go: these are the empty
// target.
func redirect(req *apiroutes.Request, res *apiroutes.Response) {
	targets := map[string]struct {
		status int
		url    string
	}{
		"plain":         {0, "/there"},
		"query":         {0, "/there?a=1&b=2#c"},
		"absolute":      {0, "https://example.com/there"},
		"relative":      {0, "there/too"},
		"dots":          {0, "../up"},
		"empty":         {0, ""},
		"other-host":    {0, "//example.com/there"},
		"unicode":       {0, "/caf\u00e9"},
		"escaped":       {0, "/caf%C3%A9%20x"},
		"blank":         {0, "/a b"},
		"quotes":        {0, `/a"b<c>`},
		"beyond-latin1": {0, "/日本"},
		"crlf":          {0, "/a\r\nX-Injected: 1"},
		"newline":       {0, "/a\nb"},
		"nul":           {0, "/a\x00b"},
		"status-301":    {301, "/there"},
		"status-302":    {302, "/there"},
		"status-303":    {303, "/there"},
		"status-307":    {307, "/there"},
		"status-308":    {308, "/there"},
		"status-200":    {200, "/there"},
		"status-201":    {201, "/there"},
		"status-204":    {204, "/there"},
		"status-304":    {304, "/there"},
		"status-404":    {404, "/there"},
		"status-599":    {599, "/there"},
		"status-999":    {999, "/there"},
		"status-99":     {99, "/there"},
		"status-1000":   {1000, "/there"},
		"status-text":   {0, "307"},
	}
	target := targets[req.Query().Get("target")]
	if target.status == 0 {
		res.Redirect(target.url)
		return
	}
	res.RedirectStatus(target.status, target.url)
}

// redirectAfterType: headers set before stay.
func redirectAfterType(_ *apiroutes.Request, res *apiroutes.Response) {
	res.SetHeader("Content-Type", "text/plain")
	res.SetHeader("Set-Cookie", "a=1")
	res.RedirectStatus(http.StatusSeeOther, "/there")
}
