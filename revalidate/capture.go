package revalidate

import (
	"bufio"
	"errors"
	"net"
	"net/http"

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
	body      []byte
	status    int
	written   bool
	most      int64 // bytes of body
	overflown bool
}

var _ gin.ResponseWriter = (*capture)(nil)

func newCapture(most int64) *capture {
	return &capture{header: make(http.Header), status: http.StatusOK, most: most}
}

func (w *capture) Header() http.Header { return w.header }

func (w *capture) WriteHeader(status int) {
	if status > 0 && !w.written {
		w.status = status
	}
}

func (w *capture) WriteHeaderNow() { w.written = true }

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
	w.written = true
	if w.overflown || int64(len(w.body))+int64(n) > w.most {
		w.overflown, w.body = true, nil
		return errPageTooLarge
	}
	return nil
}

func (w *capture) Status() int   { return w.status }
func (w *capture) Written() bool { return w.written }

func (w *capture) Size() int {
	if !w.written {
		return -1
	}
	return len(w.body)
}

// Flush has no effect: the page is sent when it is whole.
func (w *capture) Flush() { w.written = true }

func (w *capture) Hijack() (net.Conn, *bufio.ReadWriter, error) { return nil, nil, errNoConnection }

func (w *capture) CloseNotify() <-chan bool { return make(chan bool) }

func (w *capture) Pusher() http.Pusher { return nil }

// outside is the writer that the middleware around a render writes to. Nobody
// reads it, except for its status.
type outside struct {
	header http.Header
	status int
}

func newOutside() *outside { return &outside{header: make(http.Header), status: http.StatusOK} }

func (w *outside) Header() http.Header         { return w.header }
func (w *outside) Write(b []byte) (int, error) { return len(b), nil }
func (w *outside) WriteHeader(status int)      { w.status = status }
