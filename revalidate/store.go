package revalidate

import (
	"context"
	"errors"
)

// Store keeps pages for a [Cache]. The built-in one keeps them in memory; one
// that is shared between processes makes a revalidation in one of them visible
// in all. Implementations are safe for concurrent use, and pass the suite in
// package [github.com/gin-apiroutes/apiroutes/revalidate/storetest].
//
// Renders are ordered by tickets. A render takes one before it reads any data,
// so a page with a later ticket never lacks what one with an earlier ticket
// has; the store keeps the page with the latest.
type Store interface {
	// Get returns the page under key, or nil if there is none. The page is
	// shared: neither side changes it. An error is treated as an absent page.
	Get(ctx context.Context, key string) (*Page, error)

	// Begin is called before a render of key. It returns the ticket for it,
	// which is later than all tickets of this key before it. A store that is
	// shared between processes may let only one of them render at a time and
	// return [ErrBusy] to the others, unless fresh is set: then the render was
	// asked for on demand and may not be replaced by one that runs already. It
	// may do so once after that render has ended as well, while its page is
	// fresh: who calls Begin then may have looked for the page before that.
	Begin(ctx context.Context, key string, fresh bool) (Ticket, error)

	// Commit ends a ticket; it is called once for each. It stores page unless
	// the page of a later ticket is stored already, or was since the ticket
	// was taken. A nil page says that the render failed: then a page that is
	// stored under an earlier ticket stays, with the lifetime that [Page.Kept]
	// gives it. An error says that requests may not see the page.
	Commit(ctx context.Context, ticket Ticket, page *Page) error

	// Keys lists the keys of stored pages that have an answer, each once, in no
	// order: those that have the tag, or, if tag is empty, those that begin
	// with prefix. It lists the keys of all tickets that have not ended as
	// well, with a tag whatever their page will have and without one if they
	// begin with prefix: what they render may be older than the call.
	Keys(ctx context.Context, tag, prefix string) ([]string, error)

	// Close ends background work. It may be called more than once.
	Close() error
}

// Ticket gives a render its place in the order of the renders of a key.
type Ticket struct {
	// Key is the page's.
	Key string
	// Order is greater for later tickets of the same key.
	Order uint64
	// Lease is for the store's own use, such as a fencing token.
	Lease string
}

// ErrBusy is what [Store.Begin] returns while another process renders the key,
// or just has. The cache then waits for that render's page.
var ErrBusy = errors.New("revalidate: another process renders this page; wait for its result")
