package bodyparser

import (
	"errors"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/validator/v10"

	"github.com/gin-apiroutes/apiroutes/bytesize"
	"github.com/gin-apiroutes/apiroutes/internal/jsonscan"
	"github.com/gin-apiroutes/apiroutes/querystring"
)

// Defaults of Config.
const (
	// DefaultSizeLimit is the limit of Next.js.
	DefaultSizeLimit = "1mb"
	// DefaultMaxParams is the number of form pairs that Next.js reads.
	DefaultMaxParams = querystring.DefaultMaxPairs
	// DefaultMaxDepth is the nesting of JSON that is accepted.
	DefaultMaxDepth = jsonscan.DefaultMaxDepth
	// DefaultMaxRatio is how many times larger than on the wire an inflated body may be.
	DefaultMaxRatio = 100
	// DefaultDrainBytes is how much of a refused body is read and thrown away: enough for an upload of 200 MB.
	DefaultDrainBytes = "256mb"
	// DefaultDrainTimeout is how long that may take.
	DefaultDrainTimeout = 10 * time.Second
)

// maxMaxDepth is the nesting at which encoding/json gives up.
const maxMaxDepth = 10000

// Config holds the settings of a parser. The zero value does what Next.js does without a config.
type Config struct {
	_ struct{}

	// SizeLimit is the largest body on the wire, as package bytesize reads it: "500kb", "1.5mb", "1000" for bytes.
	// Empty is DefaultSizeLimit; "0" allows empty bodies only. It appears in the message as it is written.
	SizeLimit string

	// JSON holds the checks of JSON bodies beyond the grammar.
	JSON JSONConfig

	// MaxParams is the largest number of name=value pairs in a form, and in a query that BindQuery reads.
	// Zero is DefaultMaxParams. More is a *TooManyParamsError.
	MaxParams int

	// Inflate switches on the decoding of compressed bodies. It is off by default, as in Next.js.
	Inflate InflateConfig

	// Drain bounds what is read of a body after it was refused.
	Drain DrainConfig

	// Validator checks the values of Bind in place of the package's own instances. It must know the rules and names by itself:
	// its tag name and its RegisterTagNameFunc are left as they are. The default reads the tag "binding" as Gin does,
	// or "validate" for types without any "binding" tag.
	Validator *validator.Validate

	// Translator words the messages of failed rules. Nil is short English.
	Translator Translator

	// ErrorHandler answers refused requests; nil is PlainText. It is called once, after c.Abort. The status is set before, so
	// that a handler that writes nothing still answers with it.
	ErrorHandler func(*gin.Context, error)

	// Type, from TypeOf, makes the parser decode and validate every body into that type before the handler runs.
	// The zero value leaves it to the handler.
	Type Type
}

// JSONConfig holds further checks of JSON bodies. Trailing text is always refused.
type JSONConfig struct {
	_ struct{}

	// DisallowUnknownFields makes Bind report keys for which the struct has no field.
	DisallowUnknownFields bool

	// DisallowDuplicateKeys refuses a key that occurs twice in one object. By default the last one counts, as in JavaScript.
	DisallowDuplicateKeys bool

	// MaxDepth is the largest nesting of arrays and objects. Zero is DefaultMaxDepth; more than 10000 is an error.
	MaxDepth int
}

// InflateConfig says what to do with a body that has a Content-Encoding header.
type InflateConfig struct {
	_ struct{}

	// Encodings are the ones to accept: "gzip", "br", "zstd". Empty switches inflating off: the header is ignored, as in Next.js.
	// Others are answered 415 with the accepted ones in Accept-Encoding.
	Encodings []string

	// MaxRatio is how many times larger than on the wire the inflated body may be, once it is larger than 64 KiB.
	// Zero is DefaultMaxRatio. The SizeLimit holds for both.
	MaxRatio int
}

// DrainConfig bounds the reading of a refused body. See Parser.Refuse.
type DrainConfig struct {
	_ struct{}

	// MaxBytes is the most that is read, as package bytesize reads it. Empty is DefaultDrainBytes; "0" switches draining off.
	// A body that declares more is not drained, and the answer says "Connection: close".
	MaxBytes string

	// Timeout is the longest that it may take, in place of what is left of the server's ReadTimeout. Zero is DefaultDrainTimeout.
	Timeout time.Duration
}

// settings are a Config that was checked.
type settings struct {
	limit      int64
	limitText  string
	json       jsonscan.Options
	strict     bool // unknown fields are faults
	maxParams  int
	encodings  []string
	maxRatio   int64
	drainBytes int64
	drainTime  time.Duration
	validator  *validator.Validate
	translator Translator
	onError    func(*gin.Context, error)
	declared   Type
}

// check copies the settings and reports every fault.
func (config *Config) check() (settings, error) {
	var f configFaults
	s := settings{
		limitText:  or(config.SizeLimit, DefaultSizeLimit),
		maxParams:  f.number("MaxParams", config.MaxParams, DefaultMaxParams),
		maxRatio:   int64(f.number("Inflate.MaxRatio", config.Inflate.MaxRatio, DefaultMaxRatio)),
		drainTime:  or(config.Drain.Timeout, DefaultDrainTimeout),
		strict:     config.JSON.DisallowUnknownFields,
		validator:  config.Validator,
		translator: config.Translator,
		onError:    config.ErrorHandler,
		declared:   config.Type,
		json: jsonscan.Options{
			MaxDepth:              f.number("JSON.MaxDepth", config.JSON.MaxDepth, DefaultMaxDepth),
			DisallowDuplicateKeys: config.JSON.DisallowDuplicateKeys,
		},
	}
	s.limit = f.size("SizeLimit", s.limitText)
	s.drainBytes = f.size("Drain.MaxBytes", or(config.Drain.MaxBytes, DefaultDrainBytes))
	if s.drainTime < 0 {
		f.addf("Drain.Timeout is %v; write a positive duration, or 0 for %v", s.drainTime, DefaultDrainTimeout)
	}
	if s.json.MaxDepth > maxMaxDepth {
		f.addf("JSON.MaxDepth is %d; write at most %d, where encoding/json gives up", s.json.MaxDepth, maxMaxDepth)
	}
	if config.Type.check != nil && len(f) == 0 {
		if err := config.Type.check(&s); err != nil {
			f = append(f, err)
		}
	}
	s.encodings = f.encodings(config.Inflate.Encodings)
	return s, errors.Join(f...)
}

// configFaults collects what is wrong with a Config.
type configFaults []error

func (f *configFaults) addf(format string, args ...any) {
	*f = append(*f, fmt.Errorf("bodyparser: "+format, args...))
}

func (f *configFaults) size(name, text string) int64 {
	size, err := bytesize.Parse(text)
	if err != nil {
		f.addf("%s: %w", name, err)
	}
	return int64(size)
}

func (f *configFaults) number(name string, n, def int) int {
	if n < 0 {
		f.addf("%s is %d; write a positive number, or 0 for %d", name, n, def)
	}
	return or(n, def)
}

func or[T comparable](value, def T) T {
	var zero T
	if value == zero {
		return def
	}
	return value
}
