package middleware

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/bytesize"
	"github.com/gin-apiroutes/apiroutes/responselimit"
)

// Option is one setting of [With]. What no option mentions stays as the outer
// layers have it.
type Option func(*settings) error

// Bytes is a number of bytes: a string as the config of Next.js takes it
// ("500kb", "1.5mb", "1000"), or a number.
type Bytes interface {
	~string | ~int | ~int64
}

// asWritten returns the text of limit that Next.js would print in
// "Body exceeded 1mb limit": what was written in the config.
func asWritten[T Bytes](limit T) string {
	switch v := any(limit).(type) {
	case string:
		return v
	case bytesize.Size:
		if text, err := v.MarshalText(); err == nil {
			return string(text)
		}
		return strconv.FormatInt(int64(v), 10)
	}
	return fmt.Sprint(limit)
}

// SizeLimit is the largest request body that is accepted, counted in bytes on
// the wire; one byte more is answered with 413. It replaces the limit of outer
// layers, upward too, and switches the body parser on. The default is "1mb".
//
// Next.js: api.bodyParser.sizeLimit.
func SizeLimit[T Bytes](limit T) Option {
	text := asWritten(limit)
	return func(s *settings) error {
		if _, err := bytesize.Parse(text); err != nil {
			return fmt.Errorf("middleware: SizeLimit(%q): %w", text, err)
		}
		s.body.SizeLimit, s.bodyOff = text, false
		return nil
	}
}

// BodyParser switches the body parser on, with settings of its own that
// replace all those of the outer layers. A zero Config is the default.
//
// Next.js: api.bodyParser.
func BodyParser(config bodyparser.Config) Option {
	return func(s *settings) error {
		s.body, s.bodyOff = config, false
		return nil
	}
}

// NoBodyParser leaves the body an untouched stream, without a limit: for
// webhooks whose signature is over a stream, for proxies and for large uploads
// that are stored as they come. [bodyparser.Body] is nil then.
//
// Next.js: api.bodyParser: false.
func NoBodyParser() Option {
	return func(s *settings) error {
		s.bodyOff = true
		return nil
	}
}

// ParseType declares the type of the body. It is decoded once, straight into a
// T, and validated before the handler runs, which gets it by
// [bodyparser.Bind] at no further cost.
func ParseType[T any]() Option {
	return func(s *settings) error {
		s.body.Type, s.bodyOff = bodyparser.TypeOf[T](), false
		return nil
	}
}

// ResponseLimit is the size of a response body from which on a warning is
// logged; nothing is cut off. The default is "4mb".
//
// Next.js: api.responseLimit.
func ResponseLimit[T Bytes](limit T) Option {
	text := asWritten(limit)
	return func(s *settings) error {
		switch size, err := bytesize.Parse(text); {
		case err != nil:
			return fmt.Errorf("middleware: ResponseLimit(%q): %w", text, err)
		case size == 0:
			return fmt.Errorf("middleware: ResponseLimit(%q) would warn of every response; to warn of none use NoResponseLimit()", text)
		}
		s.limit.Limit, s.limitOff = text, false
		return nil
	}
}

// ResponseWarning switches the warning about large responses on, with settings
// of its own that replace all those of the outer layers: an interval, a hook
// for metrics, a logger.
func ResponseWarning(config responselimit.Config) Option {
	return func(s *settings) error {
		s.limit, s.limitOff = config, false
		return nil
	}
}

// NoResponseLimit silences the warning about large responses.
//
// Next.js: api.responseLimit: false.
func NoResponseLimit() Option {
	return func(s *settings) error {
		s.limitOff = true
		return nil
	}
}

// ExternalResolver says that something else than this handler answers, such as
// a GraphQL server or a proxy, and silences the warning about requests that
// were not answered. [External] implies it.
//
// Next.js: api.externalResolver: true.
func ExternalResolver() Option {
	return func(s *settings) error {
		s.externalResolver = true
		return nil
	}
}

// MaxDuration is how long body, handler and the middleware behind this layer
// may take together. At the deadline the client gets 504, whether or not the
// handler heeds its request context, which ends then too. A response that has
// begun is left to the handler, and one that was flushed or hijacked (a
// stream) is exempt from then on. It must be positive; see [NoMaxDuration].
//
// What the handler has put into the header by then is not in the 504. That
// holds for a session, too, that a middleware before this layer has begun and
// the handler saves: its cookie is in the handler's answer or nowhere, at
// whatever moment it is set. Only a middleware that hides Gin's writer behind
// a type of its own, in a field that is not the embedded one, must not set
// headers there while the handler runs.
//
// On HTTP/2 the status and the whole body are there at the deadline too, with
// their Content-Length, but net/http marks the end of a stream only when the
// handler returns: a client that waits for that mark waits for the handler.
//
// Next.js: maxDuration, which there is enforced by the hosting platform.
func MaxDuration(d time.Duration) Option {
	return func(s *settings) error {
		if d <= 0 {
			return fmt.Errorf("middleware: MaxDuration(%v) is not positive; to have no deadline use NoMaxDuration()", d)
		}
		s.maxDuration = d
		return nil
	}
}

// NoMaxDuration lifts the deadline that an outer layer has set.
func NoMaxDuration() Option {
	return func(s *settings) error {
		s.maxDuration = 0
		return nil
	}
}

// CORS lets scripts of other origins read the answers, by the rules of policy,
// which replaces that of outer layers. It is in effect from this layer on:
// what a middleware before it answers carries the outer policy's headers. For
// preflights of routes that have a policy of their own see [Routes].
func CORS(policy Policy) Option {
	compiled, err := newCORSPolicy(policy)
	return func(s *settings) error {
		if err != nil {
			return err
		}
		s.cors = corsChoice{policy: compiled}
		return nil
	}
}

// NoCORS takes back the policy of outer layers: without CORS headers a
// browser lets only its own origin read the answers, as in Next.js.
func NoCORS() Option {
	return func(s *settings) error {
		s.cors = corsChoice{off: true}
		return nil
	}
}

// ErrorHandler answers requests that were refused: a body that is too large or
// malformed, a declared type that does not validate, a deadline that passed.
// The default is [bodyparser.PlainText], the answers of Next.js;
// [bodyparser.ProblemJSON] answers as RFC 9457 says. The answer to a deadline
// is prepared once, when the layer is made: handler then sees a synthetic
// GET / and a *[TimeoutError], because the real request still belongs to the
// route's handler.
func ErrorHandler(handler func(c *gin.Context, err error)) Option {
	return func(s *settings) error {
		if handler == nil {
			return errors.New("middleware: ErrorHandler(nil); leave the option out or use bodyparser.PlainText")
		}
		s.onError = handler
		return nil
	}
}

// Logger receives the warnings about large responses and about requests
// without an answer. The default is [slog.Default].
func Logger(logger *slog.Logger) Option {
	return func(s *settings) error {
		if logger == nil {
			return errors.New("middleware: Logger(nil); leave the option out to use slog.Default()")
		}
		s.logger = logger
		return nil
	}
}
