package revalidate

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/gin-gonic/gin"
)

var (
	errPageTooLarge = errors.New("revalidate: the page is larger than Config.MaxPageSize; raise it or answer without the cache")
	errNoConnection = errors.New("revalidate: a page that is cached has no connection of its own; answer such requests without the cache")
)

// capture takes the place of the writer while a page is rendered. It begins
// with an empty header, so that it holds what the page's handlers set and
// nothing of the middleware around them, which runs for each visitor anyway.
type capture struct {
	header    http.Header
	sent      http.Header // what header was when the body began; nil before
	body      []byte
	status    int
	most      int64 // bytes of body
	overflown bool
	hijacked  bool // a handler asked for the connection
}

var _ gin.ResponseWriter = (*capture)(nil)

func newCapture(most int64) *capture {
	return &capture{header: make(http.Header), status: http.StatusOK, most: most}
}

// first returns the header as a client would get it: what is set after the
// body has begun comes too late.
func (w *capture) first() http.Header {
	if w.sent != nil {
		return w.sent
	}
	return w.header
}

func (w *capture) Header() http.Header { return w.header }

func (w *capture) WriteHeader(status int) {
	if status > 0 && !w.Written() {
		w.status = status
	}
}

func (w *capture) WriteHeaderNow() {
	if w.sent == nil {
		w.sent = w.header.Clone()
	}
}

func (w *capture) Write(b []byte) (int, error) {
	if err := w.room(len(b)); err != nil {
		return 0, err
	}
	w.body = append(w.body, b...)
	return len(b), nil
}

func (w *capture) WriteString(s string) (int, error) {
	if err := w.room(len(s)); err != nil {
		return 0, err
	}
	w.body = append(w.body, s...)
	return len(s), nil
}

func (w *capture) room(n int) error {
	w.WriteHeaderNow()
	if w.overflown || int64(len(w.body))+int64(n) > w.most {
		w.overflown, w.body = true, nil
		return errPageTooLarge
	}
	return nil
}

func (w *capture) Status() int   { return w.status }
func (w *capture) Written() bool { return w.sent != nil }

func (w *capture) Size() int {
	if !w.Written() {
		return -1
	}
	return len(w.body)
}

// Flush only begins the body: the page is sent when it is whole.
func (w *capture) Flush() { w.WriteHeaderNow() }

func (w *capture) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.hijacked = true
	return nil, nil, errNoConnection
}

func (w *capture) CloseNotify() <-chan bool { return make(chan bool) }

func (w *capture) Pusher() http.Pusher { return nil }

// outside is the writer that the middleware around a render writes to. Nobody
// reads it, except for its status.
type outside struct {
	header http.Header
	status atomic.Int32 // 0: nothing was written
}

func newOutside() *outside { return &outside{header: make(http.Header)} }

func (w *outside) Header() http.Header { return w.header }

func (w *outside) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return len(b), nil
}

// WriteHeader keeps the first status; those before it are information only.
func (w *outside) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.status.CompareAndSwap(0, int32(min(status, 999)))
	}
}

// answered returns the status, which is 200 if there was none.
func (w *outside) answered() int {
	if status := int(w.status.Load()); status != 0 {
		return status
	}
	return http.StatusOK
}
