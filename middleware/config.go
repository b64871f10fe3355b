package middleware

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/responselimit"
)

// Config is what [New] takes. Its zero value is the default of Next.js: bodies
// are parsed and may have 1 MiB, responses of 4 MiB and more are warned of,
// there is no deadline and no CORS header.
//
// It can be read from JSON or YAML in the form that a Next.js route exports;
// null and missing keys leave a setting as it is, unknown keys are errors:
//
//	{
//	  "api": {
//	    "bodyParser": {"sizeLimit": "500kb"},
//	    "responseLimit": false,
//	    "externalResolver": true
//	  },
//	  "maxDuration": 5
//	}
type Config struct {
	_ struct{}

	// BodyParser switches the parsing of bodies. The zero value leaves it on.
	BodyParser Switch
	// SizeLimit is the largest request body, such as "500kb"; "" is "1mb".
	SizeLimit string
	// Body has the other settings of the body parser: strict JSON, inflating,
	// validation. Its SizeLimit counts where the one above is empty. Nil leaves
	// them as they are.
	Body *bodyparser.Config

	// ResponseLimit is the size of a response from which on a warning is
	// logged, such as "8mb"; "" is "4mb".
	ResponseLimit string
	// ResponseWarning switches that warning. The zero value leaves it on.
	ResponseWarning Switch
	// Response has its other settings: an interval, a hook for metrics. Its
	// Limit counts where the one above is empty. Nil leaves them as they are.
	Response *responselimit.Config

	// ExternalResolver silences the warning about requests without an answer
	// when it is On. The zero value leaves that to outer layers.
	ExternalResolver Switch

	// MaxDuration is the deadline of a request; 0 is none, negative values are
	// errors. See [MaxDuration].
	MaxDuration time.Duration

	// CORS is the policy for scripts of other origins; nil is none.
	CORS *Policy

	// ErrorHandler answers refused requests; nil is [bodyparser.PlainText].
	ErrorHandler func(c *gin.Context, err error)
	// Logger receives warnings; nil is [slog.Default].
	Logger *slog.Logger
}

// Switch turns something on or off. Its zero value leaves it as it is.
type Switch uint8

// The values of a Switch.
const (
	Unchanged Switch = iota
	On
	Off
)

// Use makes one option of a whole Config, such as one that was read from a
// route's JSON. What it leaves empty stays as the outer layers have it.
func Use(config Config) Option {
	options := config.options()
	return func(s *settings) error {
		faults := make([]error, 0, len(options))
		for _, option := range options {
			faults = append(faults, option(s))
		}
		return errors.Join(faults...)
	}
}

// options lists what config says. Settings whose zero value means "default"
// or "as it is" are left out.
func (config Config) options() []Option {
	var list []Option
	if config.Body != nil {
		list = append(list, BodyParser(*config.Body))
	}
	if config.SizeLimit != "" {
		list = append(list, SizeLimit(config.SizeLimit))
	}
	if config.Response != nil {
		list = append(list, ResponseWarning(*config.Response))
	}
	if config.ResponseLimit != "" {
		list = append(list, ResponseLimit(config.ResponseLimit))
	}
	list = append(list, config.switches)
	if config.MaxDuration != 0 {
		list = append(list, MaxDuration(config.MaxDuration))
	}
	if config.CORS != nil {
		list = append(list, CORS(*config.CORS))
	}
	if config.ErrorHandler != nil {
		list = append(list, ErrorHandler(config.ErrorHandler))
	}
	if config.Logger != nil {
		list = append(list, Logger(config.Logger))
	}
	return list
}

// switches is the option that stands for the three switches. They are applied
// after the settings of what they switch, which would switch it on.
func (config Config) switches(s *settings) error {
	return errors.Join(
		config.BodyParser.apply("BodyParser", func(on bool) { s.bodyOff = !on }),
		config.ResponseWarning.apply("ResponseWarning", func(on bool) { s.limitOff = !on }),
		config.ExternalResolver.apply("ExternalResolver", func(on bool) { s.externalResolver = on }),
		contradiction("BodyParser", config.BodyParser, config.SizeLimit != "" || config.Body != nil),
		contradiction("ResponseWarning", config.ResponseWarning, config.ResponseLimit != "" || config.Response != nil),
	)
}

func (value Switch) apply(name string, set func(on bool)) error {
	switch value {
	case Unchanged:
	case On, Off:
		set(value == On)
	default:
		return fmt.Errorf("middleware: %s is %d; write middleware.On or middleware.Off", name, value)
	}
	return nil
}

func contradiction(name string, value Switch, detailed bool) error {
	if value == Off && detailed {
		return fmt.Errorf("middleware: %s is Off and yet has settings; leave out the one or the other", name)
	}
	return nil
}
