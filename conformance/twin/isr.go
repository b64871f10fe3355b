package twin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// sourceRoute changes what a page shows, or says how often pages were rendered
// and how many renders are running.
func (p *pages) sourceRoute(req *apiroutes.Request, res *apiroutes.Response) error {
	if req.Method() == http.MethodPost {
		var named struct{ Path string }
		if err := json.Unmarshal(req.Raw(), &named); err != nil {
			return err
		}
		if err := p.sources.change(named.Path, req.Raw()); err != nil {
			return err
		}
		res.JSON(gin.H{"path": named.Path})
		return nil
	}
	sum := struct {
		Held    int `json:"held"`
		Renders int `json:"renders"`
		Running int `json:"running"`
	}{}
	p.sources.mu.Lock()
	defer p.sources.mu.Unlock()
	for _, path := range req.Query().Slice("path") {
		s := p.sources.of(path)
		sum.Renders += s.renders
		sum.Running += s.running
		if s.Hold {
			sum.Held += s.running
		}
	}
	res.JSON(sum)
	return nil
}

// revalidateRoute revalidates a page and says how it went.
func revalidateRoute(req *apiroutes.Request, res *apiroutes.Response) error {
	var body struct {
		Path          any
		OnlyGenerated bool
	}
	if err := json.Unmarshal(req.Raw(), &body); err != nil {
		return err
	}
	var options []revalidate.Option
	if body.OnlyGenerated {
		options = append(options, revalidate.OnlyGenerated())
	}
	res.Revalidate(fmt.Sprint(body.Path), options...)
	res.JSON(gin.H{"revalidated": true})
	if err := res.Err(); err != nil {
		res.Status(http.StatusInternalServerError).JSON(gin.H{"message": message(err)})
	}
	return nil
}

// message is the error in the words of Next.js, for clients that read them.
func message(err error) string {
	if invalid, ok := errors.AsType[*revalidate.InvalidPathError](err); ok {
		return "Invalid urlPath provided to revalidate(), must be a path e.g. /blog/post-1, received " + invalid.Path
	}
	if failed, ok := errors.AsType[*revalidate.FailedError](err); ok && failed.Status != 0 {
		return fmt.Sprintf("Failed to revalidate %s: Invalid response %d", failed.Path, failed.Status)
	}
	return strings.TrimPrefix(err.Error(), "revalidate: ")
}

// draftRoute begins or ends draft mode, or says whether it is on.
func draftRoute(req *apiroutes.Request, res *apiroutes.Response) {
	if req.Method() != http.MethodGet {
		res.SetDraftMode(req.Method() == http.MethodPost)
	}
	res.JSON(gin.H{"draftMode": req.DraftMode(), "previewData": req.PreviewData()})
}

// previewRoute begins draft mode with data, or ends both.
func previewRoute(req *apiroutes.Request, res *apiroutes.Response) error {
	var body struct {
		Data    any
		Options struct {
			MaxAge *float64
			Path   string
		}
		Path string
	}
	if raw := req.Raw(); len(raw) > 0 {
		if err := json.Unmarshal(raw, &body); err != nil {
			return err
		}
	}
	var options []revalidate.PreviewOption
	if body.Options.MaxAge != nil {
		options = append(options, revalidate.PreviewMaxAge(time.Duration(*body.Options.MaxAge)*time.Second))
	}
	if path := body.Options.Path + body.Path; path != "" {
		options = append(options, revalidate.PreviewPath(path))
	}
	switch req.Method() {
	case http.MethodPost:
		res.SetPreviewData(body.Data, options...)
	case http.MethodDelete:
		res.ClearPreviewData(options...)
	}
	res.JSON(gin.H{"draftMode": req.DraftMode(), "previewData": req.PreviewData()})
	if _, tooLarge := errors.AsType[*revalidate.PreviewTooLargeError](res.Err()); tooLarge {
		res.Status(http.StatusInternalServerError).JSON(gin.H{"message": "Preview data is limited to 2KB currently, reduce how much data you are storing as preview data to continue"})
	}
	return nil
}

func (p *pages) files() map[string][]gin.HandlerFunc {
	return map[string][]gin.HandlerFunc{
		"/isr/source":     {apiroutes.HandlerE(p.sourceRoute)},
		"/isr/revalidate": {apiroutes.HandlerE(revalidateRoute)},
		"/isr/draft":      {apiroutes.Handler(draftRoute)},
		"/isr/preview":    {apiroutes.HandlerE(previewRoute)},
	}
}
