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
	// was taken: then it returns [ErrLeaseLost]. A nil page says that the render
	// failed: then a page that is stored under an earlier ticket stays, with the
	// lifetime that [Page.Kept] gives it. Any other error says that requests may
	// not see the page.
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

// Waiter is what a store that is shared between processes may implement as
// well, so that a process that waits for a render of another hears of its end.
// Without it, the cache looks every 20 milliseconds.
type Waiter interface {
	// Wait begins to watch key for the ends of renders, and returns a channel
	// that is closed when one has ended: when a ticket of this key, taken
	// before or after Wait, has been committed in any process, with a page or
	// without. By then, Get and Begin know of it in this process. An end whose
	// Commit begins after Wait has returned is not missed while the store
	// works; one that came before need not be reported, so the cache asks Begin
	// again after Wait and before it trusts the channel.
	//
	// The channel may be closed for no reason, which costs a look at the store.
	// It may stay open although a render has ended, since a process may die or a
	// message may be lost: the cache looks every 500 milliseconds in any case. An
	// error says that the key can't be watched now; it is not logged, and the
	// cache looks as if the store were no Waiter. When ctx ends, what the store
	// holds for the call is released, and nobody reads from the channel any more.
	Wait(ctx context.Context, key string) (ended <-chan struct{}, err error)
}

// Sharer is what a store that is shared between processes may implement as
// well, so that calls on demand for one page that are made in several of them
// at once share renders: the one that runs, if it began after the call, or else
// the one after it.
type Sharer interface {
	// Moment returns a place among the tickets of key: an order that is not less
	// than that of any ticket which had been taken when Moment was called, and
	// less than that of any which is taken after it has returned. So a page with
	// a greater order was begun after the call of Moment. Nor may Get return a
	// page with a greater order that was begun before: a store whose orders come
	// from several clocks, as after a time without a connection, returns an
	// error until that is over. Then the cache renders.
	Moment(ctx context.Context, key string) (order uint64, err error)

	// BeginShared is [Store.Begin] for a render on demand, with fresh set. But
	// while another render of the key runs, it may return [ErrBusy] and, with it,
	// a ticket that only has the Key and, as its Order, what Moment would have
	// returned. The cache waits until that render has ended. Then it takes a page
	// that was begun after the call, or calls BeginShared again.
	//
	// If after is not 0, a page with a greater order will do. Where such a page is
	// stored, BeginShared should return ErrBusy as well, once for each page: the
	// cache may have looked for it too early.
	//
	// If that takes longer than half of [Config.RenderTimeout], the cache calls
	// Begin, which does not refuse.
	BeginShared(ctx context.Context, key string, after uint64) (Ticket, error)

	// Shares reports whether a page under key that Get has returned since Moment
	// or BeginShared may do for a call. It may not while this process keeps pages
	// to itself, as without a connection: such a page may have been begun after
	// the call, but other processes do not get it.
	Shares(key string) bool
}

// FreshGetter is what a store may implement that finds out at less cost than Get
// that a page is there and fresh. A cache asks it first, unless it has a clock of
// its own, or tells the age of its pages.
type FreshGetter interface {
	// GetFresh returns the page under key if Get would return it now and it is
	// fresh by [time.Now]; nil says nothing, and the cache calls Get. The page is
	// shared: neither side changes it. It has been prepared: see [Page.Prepare].
	GetFresh(key string) *Page
}

// Outdater is what a store may implement that programs of another kind use as
// well, such as a Next.js front end. What is revalidated in a cache with such a
// store, by path or by tag, is then revalidated there too.
type Outdater interface {
	// Outdate says that what others keep, and what they render at this moment,
	// is out of date: all that has the tag or, if that is empty, their page at
	// path, which is written as in a key. It reports whether anybody keeps
	// something like that. An error says that others may not know.
	Outdate(ctx context.Context, tag, path string) (known bool, err error)
}

// ErrBusy is what [Store.Begin] returns while another process renders the key,
// or just has. The cache then waits for that render's page.
var ErrBusy = errors.New("revalidate: another process renders this page; wait for its result")

// ErrLeaseLost is what [Store.Commit] returns for a page that it refused, since
// a later render was faster, or may have been: a store may have forgotten what
// came after the ticket. Requests get the page of that one, or none, but no older
// one; so the cache counts it, and all is well.
var ErrLeaseLost = errors.New("revalidate: the page was not stored: a later render of it was faster")
