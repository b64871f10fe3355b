package main_test

import (
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
	main "github.com/gin-apiroutes/apiroutes/example/rest"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter, gin.DefaultErrorWriter = io.Discard, io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8083")
}

// everywhere serves the resource once for each store.
func everywhere(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"memory": exampletest.Serve(t, main.NewEngine(t, "")),
		"SQLite": exampletest.Serve(t, main.NewEngine(t, filepath.Join(t.TempDir(), "with space?.db"))),
	}
}

const jsonType = "application/json"

// send sends JSON; headers follow in pairs.
func send(t *testing.T, method, url, body string, headers ...string) exampletest.Answer {
	t.Helper()
	return exampletest.Send(t, method, url, body, append(headers, "Content-Type", jsonType)...)
}

func TestLifeOfANote(t *testing.T) {
	t.Parallel()
	for name, base := range everywhere(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, step := range []struct {
				method, path, body string
				status             int
				etag, want         string
			}{
				{"GET", "/api/notes", "", 200, "", `[]`},
				{"POST", "/api/notes", `{"title":"Bread","tags":["shop","today"]}`, 201, `"1"`, `{"id":1,"title":"Bread","text":"","tags":["shop","today"]}`},
				{"POST", "/api/notes", `{"title":"Call Ada","text":"soon"}`, 201, `"1"`, `{"id":2,"title":"Call Ada","text":"soon","tags":[]}`},
				{"GET", "/api/notes/1", "", 200, `"1"`, `{"id":1,"title":"Bread","text":"","tags":["shop","today"]}`},
				{"HEAD", "/api/notes/1", "", 200, `"1"`, ``},
				{"PUT", "/api/notes/1", `{"title":"Rye bread","tags":["shop"]}`, 200, `"2"`, `{"id":1,"title":"Rye bread","text":"","tags":["shop"]}`},
				{"GET", "/api/notes/1", "", 200, `"2"`, `{"id":1,"title":"Rye bread","text":"","tags":["shop"]}`},
				{"DELETE", "/api/notes/2", "", 204, "", ``},
				{"DELETE", "/api/notes/2", "", 404, "", ``},
				{"GET", "/api/notes/2", "", 404, "", ``},
				{"PUT", "/api/notes/2", `{"title":"x"}`, 404, "", ``},
				{"POST", "/api/notes", `{"title":"Third"}`, 201, `"1"`, `{"id":3,"title":"Third","text":"","tags":[]}`}, // no id twice
			} {
				got := send(t, step.method, base+step.path, step.body)
				if got.Status != step.status || step.etag != "" && got.Header.Get("ETag") != step.etag || step.want != "" && got.Body != step.want {
					t.Errorf("%s %s: got %d %s %q, want %d %s %q", step.method, step.path, got.Status, got.Header.Get("ETag"), got.Body, step.status, step.etag, step.want)
				}
			}
			if got := send(t, "POST", base+"/api/notes", `{"title":"x"}`).Header.Get("Location"); got != "/api/notes/4" {
				t.Errorf("Location is %q", got)
			}
		})
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	for name, base := range everywhere(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, body := range []string{`{"title":"A","tags":["x"]}`, `{"title":"B","tags":["x","y"]}`, `{"title":"C","tags":["a/b"]}`, `{"title":"D"}`} {
				send(t, "POST", base+"/api/notes", body)
			}
			for path, want := range map[string]string{
				"/api/notes":                      "ABCD",
				"/api/notes?limit=2":              "AB",
				"/api/notes?limit=2&after=2":      "CD",
				"/api/notes?after=4":              "",
				"/api/notes/tagged/x":             "AB",
				"/api/notes/tagged/x/y":           "B",
				"/api/notes/tagged/y/x/x":         "B",
				"/api/notes/tagged/x?after=1":     "B",
				"/api/notes/tagged/x?tags=y":      "AB", // the query adds no parameter of the path
				"/api/notes/tagged/a%2Fb":         "C",  // one segment
				"/api/notes/tagged/a/b":           "",
				"/api/notes/tagged/%27%20OR%201":  "",
				"/api/notes/tagged/nobody/has/it": "",
			} {
				got := exampletest.Send(t, "GET", base+path, "")
				var titles strings.Builder
				for _, title := range "ABCD" {
					if strings.Contains(got.Body, `"title":"`+string(title)+`"`) {
						titles.WriteRune(title)
					}
				}
				if got.Status != http.StatusOK || titles.String() != want {
					t.Errorf("%s: got %d %s, want %s", path, got.Status, got.Body, want)
				}
			}
			first := exampletest.Send(t, "GET", base+"/api/notes", "")
			if got := exampletest.Send(t, "GET", base+"/api/notes", "", "If-None-Match", first.Header.Get("ETag")); got.Status != http.StatusNotModified {
				t.Errorf("a list that is known: got %d", got.Status)
			}
		})
	}
}

// Every refusal is a problem as in RFC 9457, and a 405 names what would work.
func TestRefusals(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine(t, ""))
	for _, test := range []struct {
		method, path, contentType, body string
		status                          int
		allow, part                     string
	}{
		{"POST", "/api/notes", jsonType, `{"tags":["","a","a"]}`, 400, "", `"pointer":"/title"`},
		{"POST", "/api/notes", jsonType, `{"title":"x","tags":["",""]}`, 400, "", `"rule":"unique"`},
		{"POST", "/api/notes", jsonType, `{"title":7}`, 400, "", `"rule":"type"`},
		{"POST", "/api/notes", jsonType, `{"title":`, 400, "", `Invalid JSON`},
		{"POST", "/api/notes", "text/plain", `Bread`, 415, "", ``},
		{"POST", "/api/notes", jsonType, strings.Repeat(" ", 100<<10+1), 413, "", `Body exceeded 100kb limit`},
		{"PUT", "/api/notes/1", jsonType, `{}`, 400, "", `"pointer":"/title"`},
		{"GET", "/api/notes?limit=0", "", "", 400, "", `"pointer":"/limit"`},
		{"GET", "/api/notes?limit=x", "", "", 400, "", `"pointer":"/limit"`},
		{"GET", "/api/notes/x", "", "", 404, "", `There is no such note`},
		{"GET", "/api/notes/1x", "", "", 404, "", `There is no such note`},
		{"GET", "/api/notes/99999999999999999999", "", "", 404, "", `There is no such note`},
		{"GET", "/api/nowhere", "", "", 404, "", `There is nothing here`},
		{"GET", "/api/notes/1/2", "", "", 404, "", `There is nothing here`},
		{"DELETE", "/api/notes", "", "", 405, "GET, HEAD, POST", ``},
		{"POST", "/api/notes/1", jsonType, `{"title":"x"}`, 405, "DELETE, GET, HEAD, PUT", ``},
		{"PATCH", "/api/notes/1", jsonType, `{}`, 405, "DELETE, GET, HEAD, PUT", ``},
		{"PUT", "/api/notes/tagged/x", jsonType, `{}`, 405, "GET, HEAD", ``},
	} {
		got := exampletest.Send(t, test.method, base+test.path, test.body, "Content-Type", test.contentType)
		if got.Status != test.status || got.Header.Get("Allow") != test.allow || !strings.Contains(got.Body, test.part) {
			t.Errorf("%s %s: got %d %q %s", test.method, test.path, got.Status, got.Header.Get("Allow"), got.Body)
		}
		if kind := got.Header.Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("%s %s: the type is %q", test.method, test.path, kind)
		}
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	for name, base := range everywhere(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			send(t, "POST", base+"/api/notes", `{"title":"Bread"}`)
			send(t, "PUT", base+"/api/notes/1", `{"title":"Rye bread"}`) // its tag is "2" now
			for _, test := range []struct {
				method, header, value string
				status                int
			}{
				{"GET", "If-None-Match", `"2"`, 304},
				{"HEAD", "If-None-Match", `"2"`, 304},
				{"GET", "If-None-Match", `W/"2"`, 304},
				{"GET", "If-None-Match", `"1", "2"`, 304},
				{"GET", "If-None-Match", `*`, 304},
				{"GET", "If-None-Match", `"1"`, 200},
				{"GET", "If-Match", `"2"`, 200},
				{"GET", "If-Match", `"1"`, 412},
				{"PUT", "If-Match", `"1"`, 412},
				{"PUT", "If-Match", ``, 412},
				{"PUT", "If-Match", `W/"2"`, 412}, // weak tags are not enough to change something
				{"PUT", "If-None-Match", `*`, 412},
				{"DELETE", "If-Match", `"1"`, 412},
			} {
				got := send(t, test.method, base+"/api/notes/1", `{"title":"x"}`, test.header, test.value)
				if got.Status != test.status || got.Status == http.StatusNotModified && (got.Header.Get("ETag") != `"2"` || got.Body != "") {
					t.Errorf("%s with %s: %s: got %d %v %q, want %d", test.method, test.header, test.value, got.Status, got.Header, got.Body, test.status)
				}
			}
			for _, match := range []string{`"1", "2"`, `*`} {
				if got := send(t, "PUT", base+"/api/notes/1", `{"title":"x"}`, "If-Match", match); got.Status != http.StatusOK {
					t.Errorf("PUT with If-Match: %s: got %d %q", match, got.Status, got.Body)
				}
			}
			if got := send(t, "DELETE", base+"/api/notes/1", "", "If-Match", `"4"`); got.Status != http.StatusNoContent {
				t.Errorf("DELETE: got %d %q", got.Status, got.Body)
			}
		})
	}
}

// Of several who change the same state of a note, one succeeds.
func TestOneOfManyChanges(t *testing.T) {
	t.Parallel()
	for name, base := range everywhere(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			send(t, "POST", base+"/api/notes", `{"title":"Bread"}`)
			statuses := make(chan int, 8)
			var all sync.WaitGroup
			for range cap(statuses) {
				all.Go(func() {
					statuses <- send(t, "PUT", base+"/api/notes/1", `{"title":"x"}`, "If-Match", `"1"`).Status
				})
			}
			all.Wait()
			close(statuses)
			changed := 0
			for status := range statuses {
				switch status {
				case http.StatusOK:
					changed++
				case http.StatusConflict, http.StatusPreconditionFailed:
				default:
					t.Errorf("got %d", status)
				}
			}
			if changed != 1 {
				t.Errorf("%d requests changed the note", changed)
			}
		})
	}
}

func TestNotesInAFileStay(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "notes.db")
	first := exampletest.Serve(t, main.NewEngine(t, db))
	send(t, "POST", first+"/api/notes", `{"title":"Bread"}`)
	second := exampletest.Serve(t, main.NewEngine(t, db))
	if got := send(t, "GET", second+"/api/notes/1", ""); got.Body != `{"id":1,"title":"Bread","text":"","tags":[]}` {
		t.Errorf("got %d %q", got.Status, got.Body)
	}
}

// A fault of the store stays on the server.
func TestFaultsOfTheStore(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewBroken(t, errors.New("secret of the disk")))
	for _, request := range [][3]string{
		{"GET", "/api/notes", ""},
		{"POST", "/api/notes", `{"title":"x"}`},
		{"GET", "/api/notes/1", ""},
		{"PUT", "/api/notes/1", `{"title":"x"}`},
		{"DELETE", "/api/notes/1", ""},
	} {
		got := send(t, request[0], base+request[1], request[2])
		if got.Status != http.StatusInternalServerError || strings.Contains(got.Body, "secret") {
			t.Errorf("%s %s: got %d %q", request[0], request[1], got.Status, got.Body)
		}
	}
}
