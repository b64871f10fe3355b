package conformance_test

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/gin-apiroutes/apiroutes/conformance/browser"
)

// form is one that a browser submits, as somebody has filled it in.
type form struct {
	name, method, enctype, path string

	fields [][2]string
	file   string // the name of a file that is chosen, or nothing
}

const (
	urlencoded = "application/x-www-form-urlencoded"
	multipart  = "multipart/form-data"
	plainText  = "text/plain"
)

var filledIn = [][2]string{
	{"name", "Ada Lovelace"},
	{"mail", "ada+1@example.com"},
	{"text", "two\nlines & more=100 %"},
	{"tag", "a"},
	{"tag", "b"},
	{"empty", ""},
	{"", "without a name"},
	{"ž š", "日本 \U0001F600"},
	{"a[b]", "; , : @ / ?"},
	{"_charset_", ""},
}

var forms = []form{
	{name: "get", method: "get", enctype: urlencoded, path: "/api/query", fields: filledIn},
	{name: "get with a query in the action", method: "get", enctype: urlencoded, path: "/api/query?lost=1", fields: filledIn[:2]},
	{name: "get of nothing", method: "get", enctype: urlencoded, path: "/api/query"},
	{name: "get of a catch-all", method: "get", enctype: urlencoded, path: "/api/post/a%2Fb/c", fields: filledIn[:3]},
	{name: "post", method: "post", enctype: urlencoded, path: "/api/body/echo", fields: filledIn[:9]},
	{name: "post of nothing", method: "post", enctype: urlencoded, path: "/api/body/echo"},
	{name: "post of text", method: "post", enctype: plainText, path: "/api/body/echo", fields: filledIn[:9]},
	{name: "post of parts", method: "post", enctype: multipart, path: "/api/body/blind", fields: filledIn},
	{name: "post of a file", method: "post", enctype: multipart, path: "/api/body/blind", fields: filledIn, file: `a "b" ž.png`},
	{name: "over the limit", method: "post", enctype: urlencoded, path: "/api/limit/10b", fields: filledIn[:3]},
	{name: "text over the limit", method: "post", enctype: plainText, path: "/api/limit/10b", fields: filledIn[:3]},
	{name: "a file over the limit", method: "post", enctype: multipart, path: "/api/limit/1kb", file: "large.bin"},
	{name: "a slash too many", method: "post", enctype: urlencoded, path: "/api/body/echo/", fields: filledIn[:3]},
	{name: "two slashes", method: "post", enctype: urlencoded, path: "/api//body/echo", fields: filledIn[:3]},
	{name: "redirected with its method", method: "post", enctype: urlencoded, path: "/api/res/redirect/status-307", fields: filledIn[:3]},
	{name: "redirected to get", method: "post", enctype: urlencoded, path: "/api/res/redirect/status-303", fields: filledIn[:3]},
}

var formPage = template.Must(template.New("form").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><title>form</title>
<form action="{{.Action}}" method="{{.Method}}" enctype="{{.Enctype}}" accept-charset="utf-8">
{{range .Fields}}<textarea name="{{index . 0}}">{{index . 1}}</textarea>{{end}}
{{if .File}}<input type="file" name="file">{{end}}<button>Send</button></form>`))

// shown is what a form leads to, as its user and scripts of the page see it.
type shown struct {
	Path   string `json:"path"`
	Status int    `json:"status"`
	Type   string `json:"type"`
	Text   string `json:"text"`
}

// submit fills the form in, sends it to a server and reads the page that comes.
func submit(t *testing.T, p *browser.Page, f form, to server) shown {
	t.Helper()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := formPage.Execute(w, map[string]any{
			"Action": template.URL("http://" + to.addr + f.path), //nolint:gosec // from the table
			"Method": f.method, "Enctype": f.enctype, "Fields": f.fields, "File": f.file,
		}); err != nil {
			t.Error(err)
		}
	}))
	defer page.Close()
	p.Go(page.URL)
	if f.file != "" {
		path := filepath.Join(t.TempDir(), f.file)
		if err := os.WriteFile(path, make([]byte, 5000), 0o600); err != nil {
			t.Fatal(err)
		}
		p.Choose("[name=file]", path)
	}
	p.Follow("button")
	got := browser.Eval[shown](p, `({
		path: location.pathname + location.search,
		status: performance.getEntriesByType('navigation')[0].responseStatus,
		type: document.contentType,
		text: (document.querySelector('pre') ?? document.body).textContent,
	})`)
	if got.Status == http.StatusNotFound {
		got.Type, got.Text = "", "" // a page there, text here, which is listed
	}
	return got
}

// compareForms lets a browser submit forms to both servers.
func compareForms(t *testing.T, next, ours server) {
	t.Helper()
	p := browser.Start(t, browser.FirstParty).Open(t, "about:blank")
	same := 0
	for _, f := range forms {
		want, got := submit(t, p, f, next), submit(t, p, f, ours)
		if got == want {
			same++
			continue
		}
		t.Errorf("form, %s: want %+v\n got %+v", f.name, want, got)
	}
	t.Logf("forms of a browser: %d of %d the same", same, len(forms))
}
