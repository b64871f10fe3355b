package twin

import (
	"encoding/json"
	"fmt"
	"html"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// sources are what the pages show, and how often they were rendered. The tests
// set it by /api/isr/source.
type sources struct {
	mu    sync.Mutex
	paths map[string]*source
	// building is true while the pages are rendered that are there from the
	// start.
	building bool
}

// source has the fields that a request to /api/isr/source may change, and what
// became of it.
type source struct {
	Value      string          `json:"value"`
	Revalidate any             `json:"revalidate"`
	Missing    bool            `json:"missing"`
	Redirect   *sourceRedirect `json:"redirect"`
	Fail       bool            `json:"fail"`
	Hold       bool            `json:"hold"`

	renders, running int
	gate             chan struct{}
}

type sourceRedirect struct {
	Destination string `json:"destination"`
	Permanent   bool   `json:"permanent"`
	StatusCode  int    `json:"statusCode"`
}

// of returns the source of a path; before anybody has said anything, forever…
// and gone… are as they are called. The caller holds mu.
func (s *sources) of(path string) *source {
	if s.paths[path] == nil {
		name := path[strings.LastIndex(path, "/")+1:]
		s.paths[path] = &source{Value: "first", Revalidate: 2.0, Missing: strings.HasPrefix(name, "gone")}
		if strings.HasPrefix(name, "forever") {
			s.paths[path].Revalidate = false
		}
	}
	return s.paths[path]
}

// change sets the fields that a JSON object has.
func (s *sources) change(path string, fields []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.of(path)
	if err := json.Unmarshal(fields, changed); err != nil {
		return err
	}
	if changed.Hold && changed.gate == nil {
		changed.gate = make(chan struct{})
	}
	if !changed.Hold && changed.gate != nil {
		close(changed.gate)
		changed.gate = nil
	}
	return nil
}

// begin counts a render, and waits where renders have to.
func (s *sources) begin(path string) (now source, render string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	current := s.of(path)
	render = "built"
	if !s.building {
		current.renders++
		render = fmt.Sprintf("render %d", current.renders)
	}
	text := current.Value + ", " + render
	current.running++
	if gate := current.gate; gate != nil {
		s.mu.Unlock()
		<-gate
		s.mu.Lock()
	}
	current.running--
	return *current, text
}

// page is getStaticProps and the component in one: the handler of a page.
func (p *pages) page(path func(*gin.Context) string) gin.HandlerFunc {
	return apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		now, text := p.sources.begin(path(req.Gin()))
		if req.DraftMode() {
			written, _ := json.Marshal(req.PreviewData()) // it was read from JSON
			text += ", draft " + string(written)
		}
		if now.Fail {
			show(res, http.StatusInternalServerError, "Internal Server Error.")
			return
		}
		revalidate.Window(req.Gin(), window(now.Revalidate))
		switch {
		case now.Missing:
			show(res, http.StatusNotFound, "This page could not be found.")
		case now.Redirect != nil:
			res.RedirectStatus(now.Redirect.status(), now.Redirect.Destination)
		default:
			show(res, http.StatusOK, text)
		}
	})
}

// show answers with a document around the text.
func show(res *apiroutes.Response, status int, text string) {
	res.SetHeader("Content-Type", "text/html; charset=utf-8")
	res.Status(status).Send("<!doctype html><html><main>" + html.EscapeString(text) + "</main></html>")
}

func (r *sourceRedirect) status() int {
	switch {
	case r.StatusCode != 0:
		return r.StatusCode
	case r.Permanent:
		return http.StatusPermanentRedirect
	default:
		return http.StatusTemporaryRedirect
	}
}

// window is what getStaticProps returns as revalidate.
func window(value any) time.Duration {
	switch value := value.(type) {
	case float64:
		return time.Duration(math.Round(value * float64(time.Second)))
	case bool:
		if value {
			return time.Second
		}
	}
	return revalidate.Never
}
