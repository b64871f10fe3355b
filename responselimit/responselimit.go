package responselimit

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// warnedKey marks a request whose response has been reported, so that two
// layers with a limit make one warning. A key of its own type meets no other.
type warnedKey struct{}

func (w *Warner) handle(c *gin.Context) {
	c.Next()
	w.Check(c)
}

// Check warns if the response has reached the limit, once per response. Call it
// when the handlers have returned.
//
// It reads the count that Gin's writer keeps and wraps nothing. A hijacked
// connection is not counted: what a WebSocket sends is not a response. Under the
// limit it allocates nothing.
func (w *Warner) Check(c *gin.Context) {
	if int64(c.Writer.Size()) >= int64(w.limit) {
		w.exceeded(c)
	}
}

func (w *Warner) exceeded(c *gin.Context) {
	if _, warned := c.Get(warnedKey{}); warned {
		return
	}
	c.Set(warnedKey{}, true)
	event := Event{
		Method: c.Request.Method,
		Route:  c.FullPath(),
		URL:    printable(target(c.Request)),
		Size:   int64(c.Writer.Size()),
		Limit:  w.limit,
	}
	if w.onExceed != nil {
		w.onExceed(event)
	}
	if w.recent != nil && !w.recent.due(event.Method+" "+event.Route) {
		return
	}
	logger := w.logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.LogAttrs(c.Request.Context(), slog.LevelWarn, event.message(),
		slog.String("method", event.Method), slog.String("route", event.Route),
		slog.Int64("size", event.Size), slog.Int64("limit", int64(event.Limit)))
}

// message is the text of Next.js.
func (e Event) message() string {
	return "API response for " + e.URL + " exceeds " + e.Limit.String() +
		". API Routes are meant to respond quickly. https://nextjs.org/docs/messages/api-routes-response-size-limit"
}

// target is the URL as the client sent it, req.url in Node.
func target(r *http.Request) string {
	if r.RequestURI != "" {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// printable percent-encodes what must not reach a log raw: the URL is the
// client's, and a line break in it would forge a line.
func printable(url string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(url) {
		if c := url[i]; c <= ' ' || c >= 0x7f {
			b.Write([]byte{'%', hex[c>>4], hex[c&0xf]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
