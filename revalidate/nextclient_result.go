package revalidate

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// NextOutcome is what became of one page of a front end. The first five are
// successes.
type NextOutcome uint8

// The outcomes.
const (
	// NextRefreshed: the page was rendered anew and is in the cache.
	NextRefreshed NextOutcome = iota + 1
	// NextRefreshedRedirect: so it was, and getStaticProps returned a redirect.
	NextRefreshedRedirect
	// NextRefreshedNotFound: so it was, and getStaticProps returned notFound.
	NextRefreshedNotFound
	// NextNotGenerated: the front end keeps no such page yet, so none is out of
	// date: with [OnlyGenerated], or for a path of `fallback: true` that nobody
	// has visited. To generate the latter, ask for its /_next/data/… address.
	NextNotGenerated
	// NextAccepted: res.revalidate of the API route raised no objection. It has
	// none against pages that are not cached at all, either.
	NextAccepted

	// NextNotCached: the answer is 200, but the page is not a cached one: it
	// has no getStaticProps. Nothing was refreshed. A wrong id looks the same
	// where a proxy hides x-nextjs-cache.
	NextNotCached
	// NextWrongID: the answer came from the cache, so the id is not that of the
	// running build.
	NextWrongID
	// NextWrongPath: the front end redirects to another spelling of the path.
	NextWrongPath
	// NextDiverted: something redirects elsewhere, a login for instance.
	NextDiverted
	// NextNoPage: there is no such page.
	NextNoPage
	// NextGuarded: 401 or 403, from a guard before the front end or from the
	// API route.
	NextGuarded
	// NextMethod: 405; what answers there is no page, or no Next.js.
	NextMethod
	// NextFailed: 5xx. The page could not be rendered; Next.js keeps the old one.
	NextFailed
	// NextTimedOut: no answer within the time of one request.
	NextTimedOut
	// NextUnreachable: no answer at all.
	NextUnreachable
	// NextCanceled: the call ended, by its context or TotalTimeout, before this
	// page was done.
	NextCanceled
	// NextBadPath: no page can have this path; nothing was sent.
	NextBadPath
	// NextUnexpected: anything else.
	NextUnexpected
)

// OK says whether the next visitor gets a page that is up to date.
func (o NextOutcome) OK() bool { return o >= NextRefreshed && o <= NextAccepted }

// again says whether another attempt may end differently.
func (o NextOutcome) again() bool { return o == NextFailed || o == NextTimedOut }

// NextResult is what became of one path of a call, for one locale.
type NextResult struct {
	// Path is what was asked for, as it was written.
	Path string
	// Locale is "" if the client has no locales.
	Locale string
	// URL is the address of the page, "" for a path that is none.
	URL string

	Outcome NextOutcome
	// Status of the answer, 0 if there was none.
	Status int
	// Cache is the header x-nextjs-cache (or x-vercel-cache) of the answer.
	Cache string
	// Location is where a redirect leads.
	Location string
	// Requests is how many were sent, retries included. Equal paths of one call
	// share theirs.
	Requests int
	// Duration is from the first of them to the last answer, pauses included.
	Duration time.Duration
	// Err is nil for a success, a [*NextError] otherwise.
	Err error
}

// Why says in a few words what happened and, where it helps, what to do.
func (r NextResult) Why() string {
	status := strconv.Itoa(r.Status)
	switch r.Outcome {
	case NextRefreshed:
		return status + ": refreshed"
	case NextRefreshedRedirect:
		return status + ": refreshed, it redirects to " + shown(r.Location)
	case NextRefreshedNotFound:
		return status + ": refreshed, it is not found"
	case NextNotGenerated:
		return status + ": nothing generated yet"
	case NextAccepted:
		return "accepted by res.revalidate"
	case NextNotCached:
		return status + " but not a cached page: it has no getStaticProps, or the id is wrong and a proxy hides x-nextjs-cache"
	case NextWrongID:
		return "wrong id: answered " + status + " from the cache (" + shown(r.Cache) + "); take previewModeId from the prerender-manifest.json of the build that runs"
	case NextWrongPath:
		return status + ": send " + shown(r.Location)
	case NextDiverted:
		return status + ": redirected to " + shown(r.Location) + "; is there a guard before the front end? See NextConfig.Header"
	case NextNoPage:
		return status + ": no such page"
	case NextGuarded:
		return status + ": not allowed; see NextConfig.Header for a guard, NextConfig.Secret for an API route"
	case NextMethod:
		return status + ": the method is not allowed; is this a page of Next.js?"
	case NextFailed:
		return status + ": the page could not be rendered, the old one is kept"
	case NextTimedOut:
		return "no answer in time"
	case NextUnreachable:
		return "no answer"
	case NextCanceled:
		return "the call ended before"
	case NextBadPath:
		return "not a path of a page"
	case NextUnexpected:
	}
	return status + ": not an answer that Next.js gives"
}

// shown makes a text from outside fit for a message.
func shown(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}

// NextError is the error of one path. It never contains the secret.
type NextError struct {
	// Result says what happened; its Err is this error.
	Result NextResult
	// Err is the reason, where there is more to say.
	Err error
}

// Error implements error.
func (e *NextError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "revalidate: %q", e.Result.Path)
	if e.Result.Locale != "" {
		fmt.Fprintf(&b, " (%s)", e.Result.Locale)
	}
	b.WriteString(": " + e.Result.Why())
	if e.Err != nil {
		b.WriteString(": " + strings.TrimPrefix(e.Err.Error(), "revalidate: "))
	}
	return b.String()
}

// Unwrap returns Err.
func (e *NextError) Unwrap() error { return e.Err }

// NextResults are the results of one call: in the order of its paths, and for
// each path in the order of the locales.
type NextResults []NextResult

// Err joins the errors of the results. It is nil if all are successes.
func (rs NextResults) Err() error {
	errs := make([]error, len(rs))
	for i := range rs {
		errs[i] = rs[i].Err
	}
	return errors.Join(errs...)
}

// Failed returns the results that are not successes.
func (rs NextResults) Failed() NextResults {
	var failed NextResults
	for i := range rs {
		if rs[i].Err != nil {
			failed = append(failed, rs[i])
		}
	}
	return failed
}

// nextVerdict reads an answer to a request with an id. Success is told by the
// cache header alone: a wrong id is no error to Next.js, it answers 200 as ever.
func nextVerdict(status int, header http.Header, path string, onlyGenerated bool) NextOutcome {
	cache := nextCacheHeader(header)
	if strings.EqualFold(cache, "REVALIDATED") {
		return nextRevalidated(status, header, onlyGenerated)
	}
	fromCache := cache != ""
	switch {
	case status >= 500:
		return NextFailed
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return NextGuarded
	case status == http.StatusMethodNotAllowed:
		return NextMethod
	case status < 200, status >= 400 && status != http.StatusNotFound:
		return NextUnexpected
	case fromCache:
		return NextWrongID
	case status == http.StatusNotFound:
		return NextNoPage
	case status < 300:
		return NextNotCached
	case sameButForSlashes(header.Get("Location"), path):
		return NextWrongPath
	}
	return NextDiverted
}

// nextUnkept is what Next.js sets on an answer that it does not keep.
const nextUnkept = "private, no-cache, no-store, max-age=0, must-revalidate"

func nextRevalidated(status int, header http.Header, onlyGenerated bool) NextOutcome {
	// What is not kept has this Cache-Control. Others that are private come from
	// the headers of next.config, which replace it and say nothing about the page.
	control := header.Get("Cache-Control")
	kept := control != "" && control != nextUnkept
	if onlyGenerated && status == http.StatusNotFound && header.Get("Content-Type") == "" {
		kept = false // they are on an answer without a page too, but that has no content
	}
	switch {
	case status >= 500:
		return NextFailed
	case status == http.StatusNotFound && kept:
		return NextRefreshedNotFound
	case status == http.StatusNotFound && !onlyGenerated:
		return NextNoPage // with an App Router its own 404 page is what was refreshed
	case status == http.StatusNotFound, status < 300 && control != "" && !kept:
		return NextNotGenerated
	case status < 300, status == http.StatusNotModified:
		return NextRefreshed
	case status < 400:
		return NextRefreshedRedirect
	}
	return NextUnexpected
}

// nextCacheHeader is what res.revalidate of Next.js looks at.
func nextCacheHeader(header http.Header) string {
	if cache := header.Get("X-Vercel-Cache"); cache != "" {
		return cache
	}
	return header.Get("X-Nextjs-Cache")
}

// sameButForSlashes says whether a redirect leads to the same path written in
// another way.
func sameButForSlashes(location, path string) bool {
	location, _, _ = strings.Cut(location, "?")
	return location != "" && strings.HasPrefix(location, "/") && strings.TrimSuffix(location, "/") == strings.TrimSuffix(path, "/")
}
