package revalidate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
)

// Draft is the draft mode of Next.js: a browser with its cookie sees pages as
// they will be, rendered for each request, while all others see the cached ones.
// Preview data is the same with a small value that goes along in a second,
// encrypted cookie.
//
//	draft := revalidate.MustDraft(revalidate.DraftConfig{Manifest: ".next/prerender-manifest.json"})
//
//	r.GET("/api/draft", func(c *gin.Context) {
//		// … check the secret of the CMS …
//		draft.Enable(c)
//		_ = revalidate.RedirectLocal(c, http.StatusTemporaryRedirect, c.Query("slug"))
//	})
//
// With the keys of a Next.js front end the cookies are good on both sides.
//
// Three things differ from Next.js on purpose. An answer in draft mode, and one
// that writes these cookies, is always private: Next.js sends a redirect or a
// notFound in draft mode with the Cache-Control of the cached page, so that a
// CDN may keep a draft for a year. A token that is signed with our key but
// cannot be decrypted, which means that keys of two builds were mixed, is
// cleared like any other bad token; Next.js answers 500 until somebody deletes
// the cookie. And [Draft.Disable] tells the id to nobody who has not got it.
//
// Whoever has the cookie can, by the same id, also revalidate pages of a
// Next.js front end.
//
// A Draft is safe for concurrent use.
type Draft struct {
	file   *manifest // nil: the keys do not change
	codec  atomic.Pointer[preview.Codec]
	signed bool
	path   string
	domain string // "; Domain=…"
	tail   string // what all cookies end in
	maxAge time.Duration
	now    func() time.Time
}

// DraftState is what the cookies of a request say.
type DraftState struct {
	// Enabled says whether the request is in draft mode.
	Enabled bool
	// Data is the preview data: an empty map[string]any in draft mode without
	// any, nil out of it. Each call decodes a value of its own.
	Data any
	// Err says why cookies that came do not count, nil if none came or they do.
	// It is a [*DraftCookieError].
	Err error
}

// DraftCookieError says why the cookies of a request do not count.
type DraftCookieError struct {
	Reason string
}

// Error implements error.
func (e *DraftCookieError) Error() string { return "revalidate: draft mode: " + e.Reason }

// PreviewTooLargeError is the error for preview data whose token would be too
// long for a cookie.
type PreviewTooLargeError struct {
	// Length is that of the token in characters, or the least it could have;
	// Limit is what it may have: 2048.
	Length, Limit int
}

// Error implements error, in the words of Next.js.
func (e *PreviewTooLargeError) Error() string {
	return fmt.Sprintf("revalidate: preview data is limited to 2KB currently, reduce how much data you are storing as preview data to continue (%d characters, encrypted; %d fit)", e.Length, e.Limit)
}

// draftMemo is what is known about one request.
type draftMemo struct {
	outcome preview.Outcome
	text    []byte
	err     error
	on      bool
	read    bool
	cleared []string // paths
}

// draftKey finds the memo of one Draft in a gin.Context.
type draftKey struct{ draft *Draft }

func (d *Draft) memo(c *gin.Context) *draftMemo {
	if value, ok := c.Get(draftKey{d}); ok {
		if m, ok := value.(*draftMemo); ok {
			return m
		}
	}
	m := &draftMemo{}
	c.Set(draftKey{d}, m)
	return m
}

// keys returns the codec of the keys in force.
func (d *Draft) keys() *preview.Codec {
	codec := d.codec.Load()
	if d.file == nil {
		return codec
	}
	_ = d.file.refresh() // in the middle of a deploy the old keys stay
	if keys := d.file.keys(); keys != codec.Keys() {
		codec = preview.NewCodec(keys)
		d.codec.Store(codec)
	}
	return codec
}

// Enabled says whether the request is in draft mode. For a request without the
// cookies it does nothing and allocates nothing. Otherwise it makes the answer
// private, if the cookies are good, or tells the browser to drop them.
//
// Next.js: req.draftMode, and context.draftMode in getStaticProps.
func (d *Draft) Enabled(c *gin.Context) bool {
	m := d.read(c)
	return m != nil && m.on
}

// PreviewData returns the preview data of the request, and whether it is in
// draft mode. Without data in draft mode it is an empty map[string]any.
//
// Next.js: req.previewData.
func (d *Draft) PreviewData(c *gin.Context) (any, bool) {
	s := d.State(c)
	return s.Data, s.Enabled
}

// State returns all that the cookies of the request say.
func (d *Draft) State(c *gin.Context) DraftState {
	m := d.read(c)
	switch {
	case m == nil:
		return DraftState{}
	case !m.on:
		return DraftState{Err: m.err}
	case m.text == nil:
		return DraftState{Enabled: true, Data: map[string]any{}}
	}
	state := DraftState{Enabled: true}
	_ = json.Unmarshal(m.text, &state.Data) // the codec has done it before
	return state
}

// read judges the cookies, once for a request. It returns nil if there are
// none.
func (d *Draft) read(c *gin.Context) *draftMemo {
	cookies := preview.Find(c.Request.Header["Cookie"])
	if cookies == (preview.Cookies{}) {
		return nil
	}
	m := d.memo(c)
	if m.read {
		return m
	}
	m.read = true
	codec := d.keys()
	if id := c.Request.Header[revalidateHeader]; len(id) == 1 && codec.IsID(id[0]) {
		return m // a page that is revalidated is made for everybody
	}
	m.outcome, m.text = codec.Read(cookies, d.now())
	clears := m.outcome.Clears()
	if d.signed && m.outcome == preview.Draft {
		m.outcome, clears = preview.BadToken, true
	}
	m.on = m.outcome.On()
	switch {
	case m.on:
		makePrivate(c.Writer.Header())
	case clears:
		d.drop(c, m, d.path)
		fallthrough
	default:
		m.err = &DraftCookieError{Reason: m.outcome.String()}
	}
	return m
}

// Enable begins a draft session in the browser that sent the request. Check
// first that it may: by the secret that the CMS sends, or by its user.
//
// Next.js: res.setDraftMode({ enable: true }).
func (d *Draft) Enable(c *gin.Context) {
	codec := d.keys()
	o := d.options(nil)
	d.set(c, d.cookie(preview.BypassCookie, codec.Keys().ID, o, false))
	if !d.signed {
		return
	}
	// It cannot fail: NewDraft has made one, and {} is never too large.
	token, _ := codec.Encode([]byte("{}"), d.now(), o.maxAge)
	d.set(c, d.cookie(preview.DataCookie, token, o, false))
}

// Disable ends the draft session of the browser that sent the request.
//
// Next.js: res.setDraftMode({ enable: false }). It writes the id into the
// cookie that it deletes, for anybody who asks; here the cookie holds it only
// if the request did.
func (d *Draft) Disable(c *gin.Context) {
	o := d.options(nil)
	o.maxAge = preview.Forever
	if d.signed {
		d.drop(c, d.memo(c), o.path)
		makePrivate(c.Writer.Header())
		return
	}
	value := preview.Find(c.Request.Header["Cookie"]).Bypass
	if !d.keys().IsID(value) {
		value = ""
	}
	d.set(c, d.cookie(preview.BypassCookie, value, o, true))
}

// SetPreviewData begins a draft session with data, which is turned into JSON
// and encrypted into a cookie. It fails with a [*PreviewTooLargeError] for data
// of more than about 600 bytes, and for what has no JSON form, and writes nothing
// then.
//
// Next.js: res.setPreviewData.
func (d *Draft) SetPreviewData(c *gin.Context, data any, options ...PreviewOption) error {
	o := d.options(options)
	if o.fault != nil {
		return o.fault
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // as JSON.stringify, which makes it shorter
	if err := encoder.Encode(data); err != nil {
		return fmt.Errorf("revalidate: the preview data: %w", err)
	}
	codec := d.keys()
	token, err := codec.Encode(bytes.TrimSuffix(text.Bytes(), []byte("\n")), d.now(), o.maxAge)
	if tooLarge, ok := errors.AsType[*preview.TooLargeError](err); ok {
		return &PreviewTooLargeError{Length: tooLarge.Length, Limit: preview.MaxWritten}
	} else if err != nil {
		return fmt.Errorf("revalidate: the preview data: %w", err)
	}
	d.set(c, d.cookie(preview.BypassCookie, codec.Keys().ID, o, false))
	d.set(c, d.cookie(preview.DataCookie, token, o, false))
	return nil
}

// ClearPreviewData ends a draft session and drops its data. A second call for
// the same path has no effect.
//
// Next.js: res.clearPreviewData.
func (d *Draft) ClearPreviewData(c *gin.Context, options ...PreviewOption) error {
	o := d.options(options)
	if o.fault != nil {
		return o.fault
	}
	d.drop(c, d.memo(c), o.path)
	makePrivate(c.Writer.Header())
	return nil
}

func (d *Draft) options(options []PreviewOption) previewOptions {
	o := previewOptions{maxAge: d.maxAge, path: d.path}
	for _, option := range options {
		option(&o)
	}
	return o
}

// drop tells the browser to forget both cookies of a path.
func (d *Draft) drop(c *gin.Context, m *draftMemo, path string) {
	if slices.Contains(m.cleared, path) {
		return
	}
	m.cleared = append(m.cleared, path)
	o := previewOptions{maxAge: preview.Forever, path: path}
	c.Writer.Header().Add("Set-Cookie", d.cookie(preview.BypassCookie, "", o, true))
	c.Writer.Header().Add("Set-Cookie", d.cookie(preview.DataCookie, "", o, true))
}

// set writes a cookie that is for one browser alone.
func (d *Draft) set(c *gin.Context, line string) {
	header := c.Writer.Header()
	header.Add("Set-Cookie", line)
	makePrivate(header)
}

// draftCacheControl is what Next.js sends with a page in draft mode.
const draftCacheControl = "private, no-cache, no-store, max-age=0, must-revalidate"

// makePrivate takes every permission to keep an answer off its header.
func makePrivate(header http.Header) {
	for name := range header {
		if strings.HasSuffix(name, "Cdn-Cache-Control") || name == "Surrogate-Control" || name == "Expires" {
			delete(header, name)
		}
	}
	header["Cache-Control"] = []string{draftCacheControl}
}
