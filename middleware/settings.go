package middleware

import (
	"errors"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/responselimit"
)

// settings is what the options of one or more layers add up to. Its zero
// value is the default of Next.js.
type settings struct {
	body             bodyparser.Config
	bodyOff          bool
	limit            responselimit.Config
	limitOff         bool
	externalResolver bool
	maxDuration      time.Duration // 0: no deadline
	onError          func(*gin.Context, error)
	logger           *slog.Logger
	cors             corsChoice
}

// corsChoice is what a layer says of CORS: a policy, none from here on (off),
// or nothing, so that an outer policy stays.
type corsChoice struct {
	policy *corsPolicy
	off    bool
}

// pass puts the choice into effect for a request that passes the layer, and
// says whether it has been answered.
func (s corsChoice) pass(c *gin.Context) (answered bool) {
	switch {
	case s.policy != nil:
		return s.policy.apply(c)
	case s.off:
		clearCORS(c)
	}
	return false
}

// pipeline is settings made ready: everything parsed, nothing left to fail.
type pipeline struct {
	parser           *bodyparser.Parser    // nil: the body is left alone
	warner           *responselimit.Warner // nil: no warning about size
	deadline         *deadline             // nil: none
	externalResolver bool
	logger           *slog.Logger // never nil
	cors             corsChoice
}

// build applies options in order, so that the nearest wins, and reports every
// fault in one error.
func build(options []Option) (*pipeline, error) {
	var (
		s      settings
		faults []error
	)
	for _, option := range options {
		if option == nil {
			faults = append(faults, errors.New("middleware: an option is nil; leave it out"))
			continue
		}
		faults = append(faults, option(&s))
	}
	p := &pipeline{externalResolver: s.externalResolver, logger: s.logger, cors: s.cors}
	if p.logger == nil {
		p.logger = slog.Default()
	}
	if s.onError != nil {
		s.body.ErrorHandler = s.onError
	}
	var err error
	if !s.bodyOff {
		p.parser, err = bodyparser.NewParser(s.body)
		faults = append(faults, err)
	}
	if !s.limitOff {
		if s.limit.Logger == nil {
			s.limit.Logger = s.logger
		}
		p.warner, err = responselimit.NewWarner(s.limit)
		faults = append(faults, err)
	}
	if s.maxDuration > 0 {
		p.deadline, err = newDeadline(s.maxDuration, s.body.ErrorHandler)
		faults = append(faults, err)
	}
	return p, errors.Join(faults...)
}

// run is what the last layer of a chain does around the handlers behind it.
func (p *pipeline) run(c *gin.Context) {
	if p.deadline != nil {
		p.deadline.run(c, p.serve)
		return
	}
	p.serve(c)
}

func (p *pipeline) serve(c *gin.Context) {
	if p.parser != nil {
		if err := p.parser.Parse(c); err != nil {
			p.parser.Refuse(c, err)
			return
		}
		defer p.parser.Release(c)
	} else if p.deadline != nil {
		defer removeFiles(c)
	}
	c.Next()
	if p.warner != nil {
		p.warner.Check(c)
	}
	if gin.IsDebugging() && !p.externalResolver {
		p.warnUnresolved(c)
	}
}

// removeFiles removes the temporary files of a multipart form that a handler has parsed itself. The server does so for the
// request that it made; a deadline puts a copy into its place.
func removeFiles(c *gin.Context) {
	if form := c.Request.MultipartForm; form != nil {
		_ = form.RemoveAll() // as the server, which reports no error either
	}
}
