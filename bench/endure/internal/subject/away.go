package subject

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// HeaderAway of an answer says how many milliseconds ago this process took Redis
// for away: 0 if it still does. It is absent if it never did.
const HeaderAway = "X-Away"

// away knows from the log whether the store takes Redis for away: it does so
// too where the machine is so busy that Redis does not answer in time.
type away struct {
	slog.Handler

	mu    sync.Mutex
	now   bool
	last  time.Time
	times int
}

// Handle implements [slog.Handler].
func (a *away) Handle(ctx context.Context, record slog.Record) error {
	a.mu.Lock()
	switch {
	case strings.HasPrefix(record.Message, "redisstore: Redis is away"):
		a.now = true
		a.times++
	case strings.HasPrefix(record.Message, "redisstore: Redis is back"):
		a.now, a.last = false, time.Now()
	}
	a.mu.Unlock()
	return a.Handler.Handle(ctx, record)
}

// count is how often it was away so far.
func (a *away) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.times
}

// tell is middleware that adds the header to answers to visitors.
func (a *away) tell(c *gin.Context) {
	if revalidate.IsRender(c) {
		return
	}
	if text := a.ago(); text != "" {
		c.Header(HeaderAway, text)
	}
}

// ago is how many milliseconds ago it was away, "" for never.
func (a *away) ago() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.now:
		return "0"
	case a.last.IsZero():
		return ""
	}
	return strconv.FormatInt(time.Since(a.last).Milliseconds(), 10)
}
