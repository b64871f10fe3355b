package responselimit

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

// DefaultLimit is the limit of Next.js, 4 MB.
const DefaultLimit = "4mb"

// Config says when to warn and whom. The zero value is Next.js' behaviour: a
// warning through slog for each response of 4 MB or more.
type Config struct {
	_ struct{} // keyed literals only

	// Limit is the size of a response, in bytes on their way to the client,
	// from which on a warning is due: "500kb", "8mb", "1000" as in package
	// bytesize. Empty means DefaultLimit. Zero is an error: leave the
	// middleware out to switch warnings off.
	Limit string

	// Interval, if positive, is the least time between two warnings for one
	// route and method. Zero warns for each response; negative is an error.
	Interval time.Duration

	// Logger takes the warnings. Nil means slog.Default(), asked at each
	// warning.
	Logger *slog.Logger

	// OnExceed, if set, is called for each response that reaches the limit,
	// whatever Interval says, before the warning is written: the place for a
	// metric. It runs on the goroutine of the request.
	OnExceed func(Event)

	// Now is the clock of Interval. Nil means time.Now.
	Now func() time.Time
}

// Event is a response that reached the limit.
type Event struct {
	// Method is the method of the request.
	Method string
	// Route is the pattern of the route, c.FullPath(): one name for all its
	// URLs. It is empty for a handler of engine.NoRoute.
	Route string
	// URL is the path and the query of the request, control characters and
	// bytes beyond ASCII percent-encoded.
	URL string
	// Size is the number of bytes written, headers not counted.
	Size int64
	// Limit is the limit that was reached.
	Limit bytesize.Size
}

// Warner holds settings that were parsed once. It is safe for concurrent use.
type Warner struct {
	limit    bytesize.Size
	logger   *slog.Logger
	onExceed func(Event)
	recent   *recent // nil without an interval
}

// NewWarner checks the settings and returns what Check needs. It is for code that
// decides itself when a response is complete; a handler chain wants New.
func NewWarner(config Config) (*Warner, error) {
	text := config.Limit
	if text == "" {
		text = DefaultLimit
	}
	limit, err := bytesize.Parse(text)
	switch {
	case err != nil:
		err = fmt.Errorf("responselimit: Limit: %w", err)
	case limit == 0:
		err = errors.New("responselimit: Limit is 0, which every response reaches; leave the middleware out to switch warnings off")
	}
	if config.Interval < 0 {
		err = errors.Join(err, fmt.Errorf("responselimit: Interval is %v; write 0 to warn for each response", config.Interval))
	}
	if err != nil {
		return nil, err
	}
	w := &Warner{limit: limit, logger: config.Logger, onExceed: config.OnExceed}
	if config.Interval > 0 {
		w.recent = newRecent(config.Interval, config.Now)
	}
	return w, nil
}

// New returns a middleware that checks each response after its handler. Every
// fault of the settings is reported at once.
func New(config Config) (gin.HandlerFunc, error) {
	w, err := NewWarner(config)
	if err != nil {
		return nil, err
	}
	return w.handle, nil
}

// Must is New for settings known to be good; it panics otherwise.
func Must(config Config) gin.HandlerFunc {
	handler, err := New(config)
	if err != nil {
		panic(err)
	}
	return handler
}
