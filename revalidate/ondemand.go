package revalidate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// InvalidPathError is the error for a path that can't be one of a page.
type InvalidPathError struct {
	// Path is what was passed.
	Path string
}

// Error implements error, in the words of Next.js.
func (e *InvalidPathError) Error() string {
	return fmt.Sprintf("revalidate: invalid path, it must begin with a slash, e.g. /blog/post-1, received %q", e.Path)
}

// FailedError is the error for a page that could not be regenerated. The page
// that was kept before, if any, stays.
type FailedError struct {
	// Path is the path that was asked for.
	Path string
	// Status is what the engine answered, 0 if it did not.
	Status int
	// Err is the reason, where there is more to say than the status.
	Err error
}

// Error implements error.
func (e *FailedError) Error() string {
	text := fmt.Sprintf("revalidate: failed to revalidate %q", e.Path)
	if e.Status != 0 {
		text += fmt.Sprintf(": invalid response %d", e.Status)
	}
	if e.Err != nil {
		text += ": " + strings.TrimPrefix(e.Err.Error(), "revalidate: ")
	}
	return text
}

// Unwrap returns Err.
func (e *FailedError) Unwrap() error { return e.Err }

// Reasons that [FailedError] wraps.
var (
	// ErrNotAPage says that the path was answered, but not by a page of this
	// cache, so nothing was regenerated.
	ErrNotAPage = errors.New("revalidate: the path has no page of this cache; put pages.Page in front of its handler")
	// ErrNotShared says that the page's answer was made for one visitor and is
	// not kept.
	ErrNotShared = errors.New("revalidate: the answer can't be kept: it has Set-Cookie, is private or no-store, or is no 200, 203, 3xx, 404 or 410")
	// ErrNotStored says that the store failed: it did not take a page, or did not
	// list what there is, be it the variants of a page or the pages with a tag or
	// a prefix. Requests may still get what was there before. The store's own
	// error is wrapped beside it, also where no FailedError is.
	ErrNotStored = errors.New("revalidate: the store failed, so requests may still get what was there before; try again when it answers")
	// ErrOwnPage says that a page's handler asked for its own page, whose
	// render would have to wait for itself.
	ErrOwnPage = errors.New("revalidate: a page can't be revalidated by its own handler; its answer will be stored anyway")
	// ErrClosed says that the cache was closed.
	ErrClosed = errors.New("revalidate: the cache is closed")
)

// Option is a setting of one revalidation.
type Option func(*demand)

type demand struct{ onlyGenerated, many bool }

func (d demand) errand() errand {
	if d.many {
		return manyOf
	}
	return thisOne
}

// OnlyGenerated leaves pages alone that have not been generated yet, which is
// no error (unstable_onlyGenerated in Next.js).
func OnlyGenerated() Option {
	return func(d *demand) { d.onlyGenerated = true }
}

// Revalidate regenerates the page at path and returns when it is stored, so
// that the next request gets the new one. The render starts after the call,
// even if another of the page is running. It works for pages that were never
// generated, and for those that answer 404 or redirect. A fragment, and a query
// that is no part of the page, are ignored, as is a slash at the end that the
// routes don't know. A page with several variants gets all of them regenerated.
//
// The error is an [*InvalidPathError], or a [*FailedError] that says why.
//
// Next.js: res.revalidate.
func (cache *Cache) Revalidate(ctx context.Context, path string, options ...Option) error {
	var d demand
	for _, option := range options {
		option(&d)
	}
	target, err := parseTarget(path)
	if err != nil {
		return err
	}
	shared, unshared := cache.outdate(ctx, "", target)
	switch err := cache.revalidate(ctx, path, target, d); {
	case unshared != nil:
		return errors.Join(err, notStored(path, unshared))
	case shared && isElsewhere(err):
		return nil
	default:
		return err
	}
}

// revalidate is Revalidate for the pages of this cache alone.
func (cache *Cache) revalidate(ctx context.Context, path string, target *url.URL, d demand) error {
	found, err := cache.resolve(ctx, path, target)
	if err != nil {
		return err
	}
	if r := callerOf(ctx); r != nil && r.cache == cache {
		if own, _, _ := splitKey(r.key); own == found.key {
			return &FailedError{Path: path, Err: ErrOwnPage}
		}
	}
	ids, unlisted := cache.variants(ctx, found)
	if d.onlyGenerated {
		ids = slices.DeleteFunc(ids, func(id string) bool {
			page := cache.load(ctx, id)
			return page == nil || page.Status == 0
		})
	}
	err = cache.regenerateAll(ctx, path, ids, d.errand())
	if unlisted == nil || errors.Is(err, ErrNotStored) {
		return err
	}
	return errors.Join(err, notStored(path, unlisted))
}

// outdate tells those that share the store that all with a tag, or the page at
// target, is out of date. It says whether they keep any.
func (cache *Cache) outdate(ctx context.Context, tag string, target *url.URL) (bool, error) {
	others, ok := cache.config.Store.(Outdater)
	if !ok {
		return false, nil
	}
	var path string
	if tag == "" {
		if path, ok = pathKey(target); !ok {
			return false, nil
		}
		if len(path) > 1 {
			path = strings.TrimSuffix(path, "/")
		}
	}
	return others.Outdate(ctx, tag, path)
}

// isElsewhere says whether an error is only that this engine has no such page.
func isElsewhere(err error) bool {
	failed, ok := errors.AsType[*FailedError](err)
	return ok && !errors.Is(err, ErrNotStored) && (failed.Status == http.StatusNotFound || errors.Is(failed.Err, ErrNotAPage))
}

// callerOf is the render whose handler makes a call, if it passes on its context.
func callerOf(ctx context.Context) *render {
	if c, ok := ctx.(*gin.Context); ok && c.Request != nil {
		ctx = c.Request.Context()
	}
	return renderIn(ctx)
}

// parseTarget checks a path as Next.js does, and takes the fragment off.
func parseTarget(path string) (*url.URL, error) {
	if !strings.HasPrefix(path, "/") {
		return nil, &InvalidPathError{Path: path}
	}
	path, _, _ = strings.Cut(path, "#")
	raw, query, _ := strings.Cut(path, "?")
	unescaped, err := url.PathUnescape(raw)
	if err != nil {
		return nil, &InvalidPathError{Path: path}
	}
	target := &url.URL{Path: unescaped, RawPath: raw, RawQuery: query}
	if target.EscapedPath() != raw { // has blanks or other characters that must be escaped
		target.RawPath = ""
	}
	if target.RawPath == (&url.URL{Path: unescaped}).EscapedPath() {
		target.RawPath = "" // as a request's URL is
	}
	return target, nil
}

// found is what a path resolves to: a key, and the headers that its page was
// declared to vary by; and where it is registered.
type found struct {
	key    string
	names  []string
	route  string
	params gin.Params
}

// resolve asks the engine which page has a path, without running its handlers.
// The request has nothing of the caller's but when it ends.
func (cache *Cache) resolve(ctx context.Context, path string, target *url.URL) (found, error) {
	uri := target.EscapedPath()
	if target.RawQuery != "" {
		uri += "?" + target.RawQuery
	}
	own, cancel := context.WithCancel(cache.ctx)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	r := &render{cache: cache, uri: uri, resolve: true}
	if err := r.through(own); err != nil {
		return found{}, &FailedError{Path: path, Err: err}
	}
	status := r.outside.answered()
	switch {
	case r.stage.Load() == finished && r.err == nil:
		return r.found, nil
	case r.stage.Load() == finished:
		return found{}, &FailedError{Path: path, Status: http.StatusBadRequest, Err: r.err}
	case isRedirect(status) && len(target.Path) > 1 && strings.HasSuffix(target.Path, "/"):
		return cache.resolve(ctx, path, &url.URL{
			Path: strings.TrimSuffix(target.Path, "/"), RawPath: strings.TrimSuffix(target.RawPath, "/"), RawQuery: target.RawQuery,
		})
	case status < http.StatusMultipleChoices:
		return found{}, &FailedError{Path: path, Status: status, Err: ErrNotAPage}
	}
	return found{}, &FailedError{Path: path, Status: status}
}

// variants lists the keys under which answers of a page are kept or rendered,
// and that which is looked up first. All of them are regenerated, so that none
// can come back that is older than the call. Where the store does not list any,
// there is an error, but what is looked up first may be regenerated all the
// same: this process then has it.
func (cache *Cache) variants(ctx context.Context, page found) ([]string, error) {
	keys, err := cache.config.Store.Keys(ctx, "", page.key+endOfPath)
	keys = slices.DeleteFunc(keys, func(id string) bool {
		key, _, ok := splitKey(id)
		return !ok || key != page.key
	})
	if len(page.names) == 0 || len(keys) == 0 {
		keys = append(keys, variantKey(page.key, page.names, nil))
	}
	return keys, err
}

// regenerateAll renders keys afresh, a few at a time, and waits.
func (cache *Cache) regenerateAll(ctx context.Context, path string, ids []string, want errand) error {
	errs := make([]error, len(ids))
	each(len(ids), func(i int) {
		errs[i] = cache.regenerate(ctx, path, ids[i], len(ids) == 1, want)
	})
	return errors.Join(errs...)
}

// regenerate renders a key afresh and waits. If its answer turns out to be
// kept under a longer key, it goes on to that where it is the only one.
func (cache *Cache) regenerate(ctx context.Context, path, id string, only bool, want errand) error {
	f := cache.join(id, want)
	if f == nil {
		return &FailedError{Path: path, Err: ErrClosed}
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return &FailedError{Path: path, Err: context.Cause(ctx)}
	}
	switch {
	case f.outcome == failed:
		return failure(path, f.err)
	case f.unstored != nil:
		return notStored(path, f.unstored)
	case f.outcome == unsharable && f.err != nil:
		return failure(path, f.err)
	case f.outcome == unsharable:
		return &FailedError{Path: path, Err: ErrNotShared}
	case f.outcome == varied && only:
		sent := make(http.Header)
		for _, field := range f.vary {
			sent[field.Name] = field.Values
		}
		return cache.regenerate(ctx, path, variantKey(f.base, f.page.Splits, sent), true, want)
	}
	return nil
}

// notStored says of a path that the store failed.
func notStored(path string, err error) error {
	return &FailedError{Path: path, Err: fmt.Errorf("%w: %w", ErrNotStored, err)}
}

// failure says of a path why its render failed.
func failure(path string, err error) error {
	if status, ok := errors.AsType[*FailedError](err); ok {
		return &FailedError{Path: path, Status: status.Status, Err: status.Err}
	}
	return &FailedError{Path: path, Err: err}
}

// each calls do for 0 to n-1, a few at a time.
func each(n int, do func(i int)) {
	slots := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	running.Wait()
}

// Result is what became of one path of many.
type Result struct {
	Path string
	// Err is nil for a page that was regenerated.
	Err error
}

// atOnce is how many pages one call regenerates at a time.
const atOnce = 8

// RevalidateAll is [Cache.Revalidate] for many paths, a few at a time. The
// results are in the order of the paths; the error joins theirs.
//
// Like the other calls for many pages, it waits for no calls to come that could
// share a render, unless a page takes ten milliseconds or more: page by page,
// that would take about as long as the renders that it may save.
func (cache *Cache) RevalidateAll(ctx context.Context, paths []string, options ...Option) ([]Result, error) {
	options = append(slices.Clone(options), func(d *demand) { d.many = len(paths) > 1 })
	return resultsOf(paths, func(path string) error { return cache.Revalidate(ctx, path, options...) })
}

// resultsOf calls revalidate for each path, a few at a time.
func resultsOf(paths []string, revalidate func(path string) error) ([]Result, error) {
	results := make([]Result, len(paths))
	errs := make([]error, len(paths))
	each(len(paths), func(i int) {
		errs[i] = revalidate(paths[i])
		results[i] = Result{paths[i], errs[i]}
	})
	return results, errors.Join(errs...)
}

// RevalidateTag regenerates all pages that are kept and carry the tag, by
// [Tag]. It is no error if there is none.
func (cache *Cache) RevalidateTag(ctx context.Context, tag string) ([]Result, error) {
	if tag == "" {
		return nil, errors.New("revalidate: the tag is empty; name one that a handler gave with revalidate.Tag")
	}
	_, unshared := cache.outdate(ctx, tag, nil)
	results, err := cache.revalidateSelected(ctx, tag, "")
	if unshared != nil {
		err = errors.Join(err, fmt.Errorf("%w: %w", ErrNotStored, unshared))
	}
	return results, err
}

// RevalidatePrefix regenerates all pages that are kept and whose path, decoded,
// begins with prefix, such as "/posts/". It is compared as it is: "/a" selects
// "/ab" too. It is no error if there is none.
func (cache *Cache) RevalidatePrefix(ctx context.Context, prefix string) ([]Result, error) {
	if !strings.HasPrefix(prefix, "/") {
		return nil, &InvalidPathError{Path: prefix}
	}
	return cache.revalidateSelected(ctx, "", prefix)
}

func (cache *Cache) revalidateSelected(ctx context.Context, tag, prefix string) ([]Result, error) {
	pages, err := cache.listed(ctx, tag, prefix)
	if err != nil {
		return nil, err
	}
	order := slices.Sorted(maps.Keys(pages))
	meant := make([]bool, len(order))
	for i, key := range order {
		meant[i] = cache.keptAny(ctx, pages[key], tag)
	}
	paths := make([]string, len(order))
	for i, key := range order {
		paths[i] = pageURI(key)
	}
	results, _ := resultsOf(paths, func(path string) error {
		target, err := parseTarget(path)
		if err != nil {
			return err
		}
		return cache.revalidate(ctx, path, target, demand{many: true})
	})
	undecided := false
	for i, key := range order {
		// A page that was only being rendered is known to be meant by now.
		meant[i] = meant[i] || cache.keptAny(ctx, pages[key], tag)
		undecided = undecided || !meant[i] && results[i].Err != nil
	}
	if undecided {
		// Where the call failed, another process may still be rendering from what
		// was there before it, and then nothing newer keeps that page out.
		still, err := cache.listed(ctx, tag, prefix)
		for i, key := range order {
			meant[i] = meant[i] || results[i].Err != nil && (err != nil || still[key] != nil)
		}
	}
	var kept []Result
	var errs []error
	for i, result := range results {
		if meant[i] {
			kept, errs = append(kept, result), append(errs, result.Err)
		}
	}
	return kept, errors.Join(errs...)
}

// listed returns the keys that the store lists, by page.
func (cache *Cache) listed(ctx context.Context, tag, prefix string) (map[string][]string, error) {
	keys, err := cache.config.Store.Keys(ctx, tag, prefix)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	pages := make(map[string][]string)
	for _, id := range keys {
		if key, _, ok := splitKey(id); ok {
			pages[key] = append(pages[key], id)
		}
	}
	return pages, nil
}

// keptAny says whether one of the keys has an answer in the store, with the
// tag unless that is empty.
func (cache *Cache) keptAny(ctx context.Context, ids []string, tag string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		page := cache.load(ctx, id)
		return page != nil && page.Status != 0 && (tag == "" || slices.Contains(page.Tags, tag))
	})
}

// Close waits for renders that are running and ends the cache: pages that are
// kept are still served, others go to their handlers uncached. It gives up
// when ctx ends, and abandons what still runs without harm to what is stored.
func (cache *Cache) Close(ctx context.Context) error {
	cache.mu.Lock()
	cache.closed = true
	cache.mu.Unlock()
	done := make(chan struct{})
	go func() {
		cache.running.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("revalidate: renders were still running: %w", context.Cause(ctx))
	}
	cache.cancel()
	if cache.owned != nil {
		err = errors.Join(err, cache.owned.Close())
	}
	return err
}

// Window sets, from within a page's handler, how long this answer is fresh: a
// positive duration or [Never]. It overrides that of [Cache.Page]. An answer
// with any other is not kept, as one that is never fresh: durations that are
// computed may come to that. Outside of a render it has no effect.
//
// Next.js: the revalidate value that getStaticProps returns.
func Window(c *gin.Context, d time.Duration) {
	if r := renderOf(c); r != nil {
		r.window = d
	}
}

// Tag gives the answer names by which [Cache.RevalidateTag] finds it.
func Tag(c *gin.Context, names ...string) {
	if r := renderOf(c); r != nil {
		r.tags = append(r.tags, names...)
	}
}

// NoStore keeps this answer from being kept; Cache-Control: no-store does too.
func NoStore(c *gin.Context) {
	if r := renderOf(c); r != nil {
		r.noStore = true
	}
}

// NotFound answers 404 with a short text, which is kept like a page; a handler
// that has a page of its own for it writes that with status 404 instead.
//
// Next.js: notFound: true.
func NotFound(c *gin.Context) {
	c.String(http.StatusNotFound, "This page could not be found")
	c.Abort()
}

// IsRender says whether this request is the cache's own, made to render a
// page. Middleware that asks visitors who they are may let it pass.
func IsRender(c *gin.Context) bool { return renderOf(c) != nil }
