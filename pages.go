package apiroutes

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Revalidator is what [Response.Revalidate] calls: a [*revalidate.Cache] for the
// pages of this program, or a [*revalidate.NextClient] for those of a Next.js front
// end.
type Revalidator interface {
	Revalidate(ctx context.Context, path string, options ...revalidate.Option) error
}

var (
	_ Revalidator = (*revalidate.Cache)(nil)
	_ Revalidator = (*revalidate.NextClient)(nil)
)

// Reasons why a helper for pages fails.
var (
	// ErrNoPages is recorded by Revalidate on a route without pages.
	ErrNoPages = errors.New("apiroutes: the route has no pages to revalidate; put r.Use(apiroutes.Provide(pages, draft)) in front of it")
	// ErrNoDraft is recorded by SetDraftMode, SetPreviewData and ClearPreviewData on
	// a route without draft mode.
	ErrNoDraft = errors.New("apiroutes: the route has no draft mode; put r.Use(apiroutes.Provide(pages, draft)) in front of it")
)

// Provide returns a middleware that gives the handlers behind it what an app of Next.js
// has one of: the pages that res.Revalidate refreshes, and the draft mode of
// res.SetDraftMode and req.DraftMode.
//
//	pages := revalidate.Must(r, revalidate.Config{Draft: draft})
//	r.Use(apiroutes.Provide(pages, draft))
//
// Either may be nil, for routes that do without. Behind two of them, the nearest
// counts. Plain handlers of Gin can call the methods of both themselves, with their
// *gin.Context, and need no Provide.
func Provide(pages Revalidator, draft *revalidate.Draft) gin.HandlerFunc {
	given := &provided{pages, draft}
	return func(c *gin.Context) { c.Set(providedKey{}, given) }
}

type provided struct {
	pages Revalidator
	draft *revalidate.Draft
}

type providedKey struct{}

var nothing = &provided{}

func providedTo(c *gin.Context) *provided {
	if value, ok := c.Get(providedKey{}); ok {
		if given, ok := value.(*provided); ok {
			return given
		}
	}
	return nothing
}

// DraftMode says whether the request is in draft mode: req.draftMode. Without a draft
// mode, by [Provide], no request is. See [revalidate.Draft.Enabled].
func (r *Request) DraftMode() bool {
	draft := providedTo(r.c).draft
	return draft != nil && draft.Enabled(r.c)
}

// Preview is DraftMode under its former name: req.preview.
func (r *Request) Preview() bool { return r.DraftMode() }

// PreviewData is the preview data of the request: req.previewData. It is an empty map in
// draft mode without data, and nil where Next.js has false, out of draft mode. See
// [revalidate.Draft.PreviewData].
func (r *Request) PreviewData() any {
	draft := providedTo(r.c).draft
	if draft == nil {
		return nil
	}
	data, _ := draft.PreviewData(r.c)
	return data
}

// Revalidate regenerates the page at path, and waits for it: await
// res.revalidate(path). What failed is recorded, as in the try block of Next.js:
//
//	res.Revalidate("/posts/1")
//	res.JSON(gin.H{"revalidated": true})
//	if res.Err() != nil {
//		res.Status(500).Send("Error revalidating")
//	}
//
// See [revalidate.Cache.Revalidate] and [revalidate.NextClient.Revalidate]. The call ends
// with the request, when the client leaves or the deadline of the route has passed.
func (r *Response) Revalidate(path string, options ...revalidate.Option) *Response {
	if r.err != nil {
		return r
	}
	pages := providedTo(r.c).pages
	if pages == nil {
		return r.fail(ErrNoPages)
	}
	// The request's context, not Gin's, which is used again after the handler.
	if err := pages.Revalidate(r.c.Request.Context(), path, options...); err != nil {
		return r.fail(err)
	}
	return r
}

// SetDraftMode begins or ends draft mode in the browser that sent the request:
// res.setDraftMode({ enable }). Check first that it may. See [revalidate.Draft.Enable].
func (r *Response) SetDraftMode(enable bool) *Response {
	return r.withDraft(func(draft *revalidate.Draft) error {
		if enable {
			draft.Enable(r.c)
		} else {
			draft.Disable(r.c)
		}
		return nil
	})
}

// SetPreviewData begins draft mode with data that goes along in an encrypted cookie:
// res.setPreviewData(data, options). See [revalidate.Draft.SetPreviewData].
func (r *Response) SetPreviewData(data any, options ...revalidate.PreviewOption) *Response {
	return r.withDraft(func(draft *revalidate.Draft) error { return draft.SetPreviewData(r.c, data, options...) })
}

// ClearPreviewData ends draft mode and drops its data: res.clearPreviewData(options).
func (r *Response) ClearPreviewData(options ...revalidate.PreviewOption) *Response {
	return r.withDraft(func(draft *revalidate.Draft) error { return draft.ClearPreviewData(r.c, options...) })
}

// withDraft changes the cookies of draft mode.
func (r *Response) withDraft(change func(*revalidate.Draft) error) *Response {
	if !r.mayChange("Set-Cookie", nil) {
		return r
	}
	draft := providedTo(r.c).draft
	if draft == nil {
		return r.fail(ErrNoDraft)
	}
	if err := change(draft); err != nil {
		return r.fail(err)
	}
	return r
}
