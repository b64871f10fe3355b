package revalidate

import (
	"math"
	"time"
)

// Page is a finished answer as stores keep it. It is never changed once made.
type Page struct {
	// Key is the key it is stored under. A page that is found under another
	// key is not served.
	Key string `json:"key"`
	// URI is what a render of it requests: an escaped path, with the query
	// that belongs to the key.
	URI string `json:"uri"`
	// Vary has the request headers that belong to the key, in the order of the
	// page's Vary header, and what a render of it sends in them.
	Vary []Field `json:"vary,omitempty"`
	// Status is the status of the answer; 0 marks a path without one that can
	// be shared: with Splits, requests find theirs under a longer key, and
	// without, they go to the handler one by one.
	Status int `json:"status"`
	// Splits are the names of all request headers that the answers under this
	// key turned out to vary by. The key of a request that finds them is the
	// path's with its values of these headers.
	Splits []string `json:"splits,omitempty"`
	// Header is the answer's header.
	Header []Field `json:"header,omitempty"`
	// Body is the answer's body.
	Body []byte `json:"body,omitempty"`
	// ETag is its entity tag with quotes, or empty for none.
	ETag string `json:"etag,omitempty"`
	// Tags are the names it can be revalidated by.
	Tags []string `json:"tags,omitempty"`
	// Stored is when the render ended. Lifetimes count from it.
	Stored time.Time `json:"stored"`
	// Window is how long it is fresh; negative is for ever.
	Window time.Duration `json:"window"`
	// Expire is how long it may be served at all, while it is regenerated;
	// negative is for ever. It plays no part if Window is negative.
	Expire time.Duration `json:"expire"`
	// Order is that of the ticket it was rendered under.
	Order uint64 `json:"order"`

	answer preparedAnswer // built when the page is made or read by a cache
}

// Field is a header field with all its values.
type Field struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// freshness of a page at an age; see "States" in the package comment.
type freshness uint8

const (
	fresh freshness = iota
	stale
	expired
)

// skew is how far the clock of the process that stored a page may be ahead.
const skew = time.Minute

// at returns the state of the page at an age. The limits themselves still
// belong to the better state, as in Next.js. A page from the future, which a
// clock that was put back makes of all, is regenerated rather than trusted
// until then.
func (p *Page) at(age time.Duration) freshness {
	switch {
	case p.Window >= 0 && age < -skew:
		return stale
	case p.Window < 0 || age <= p.Window:
		return fresh
	case p.Expire < 0 || age <= p.Expire:
		return stale
	}
	return expired
}

// Kept returns the page with the lifetime that a failed regeneration leaves
// it: served as fresh for its own window, but for no less than 3 seconds and
// no more than 30, and tried again after that. A page that was on demand only
// is tried again after 3 seconds.
//
// Next.js does the same when getStaticProps throws.
func (p *Page) Kept(now time.Time) *Page {
	const least, most = 3 * time.Second, 30 * time.Second
	kept := *p
	kept.Stored = now
	if p.Window < 0 {
		kept.Window = least
	} else {
		kept.Window = min(max(p.Window, least), most)
	}
	switch {
	case p.Window < 0:
		kept.Expire = -1
	case p.Expire >= 0:
		kept.Expire = max(p.Expire, kept.Window+least)
	}
	kept.prepare()
	return &kept
}

// cacheControl is the value of that header for the page's lifetime, in whole
// seconds: s-maxage is the window, stale-while-revalidate what is left until
// the page expires.
func (p *Page) cacheControl() string {
	const year = 31536000
	if p.Window < 0 && p.Expire < 0 {
		return maxAge(year)
	}
	window := wholeSeconds(p.Window)
	if p.Expire < 0 {
		return maxAge(window)
	}
	if expire := wholeSeconds(p.Expire); expire > window {
		return maxAge(window) + ", stale-while-revalidate=" + itoa(expire-window)
	}
	return maxAge(window)
}

func maxAge(seconds int64) string { return "s-maxage=" + itoa(seconds) }

func wholeSeconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
