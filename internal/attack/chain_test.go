package attack_test

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

const (
	// unlimited is the limit where no parser reads the body.
	unlimited = -1
	// patience is the deadline of the routes that have one, or of twice that. Slow handlers take slowness.
	patience = 60 * time.Millisecond
	slowness = 4 * patience
	// cutAt is where the middleware that shorten bodies do it.
	cutAt = 30 << 10
)

// origins of the two policies in use.
const (
	originA = "https://a.example"
	originB = "https://b.example"
)

// chain is a list of middleware with what is promised of them. A chain of a group begins with that of its parent.
type chain struct {
	handlers []gin.HandlerFunc
	text     []string // for the report of a failure
	promise
}

// promise is what follows from a chain for the requests that pass it.
type promise struct {
	layers   int
	parser   bool
	limit    int64 // of the nearest layer
	deadline bool
	origin   string // the only origin allowed; "" where there is no policy
	problem  bool   // refusals are RFC 9457 documents
	recovery bool
	spoke    bool     // a layer has a policy, or none on purpose
	said     bool     // the last layer has a policy
	asked    string   // the only origin allowed by the first policy, which answers preflights: only Routes knows nearer ones
	first    []string // stamps before that policy
	outer    []string // stamps that every answer carries
	inner    []string // stamps behind the last layer: on answers of handlers only
	shortens bool     // a middleware before the last layer may shorten the body
	replaces bool     // a middleware has put a reader around the body
	buffers  bool     // a middleware keeps answers until they are complete
}

// clone lets a group or route go on without changing its parent.
func (c chain) clone() chain {
	c.handlers = append([]gin.HandlerFunc(nil), c.handlers...)
	c.text = append([]string(nil), c.text...)
	c.outer = append([]string(nil), c.outer...)
	c.inner = append([]string(nil), c.inner...)
	return c
}

func (c *chain) add(text string, h gin.HandlerFunc) {
	c.handlers = append(c.handlers, h)
	c.text = append(c.text, text)
}

// extend adds up to most random middleware. first is the level of the engine, where New belongs.
func (c *chain) extend(rnd *rand.Rand, most int, first bool) {
	for range rnd.IntN(most + 1) {
		switch rnd.IntN(12) {
		case 0:
			c.add("logger", gin.LoggerWithWriter(io.Discard))
		case 1, 2:
			c.add("recovery", gin.RecoveryWithWriter(io.Discard))
			c.recovery = true
		case 3, 4:
			c.stamp(rnd)
		case 5:
			c.wrapWriter(rnd)
		case 6:
			c.wrapBody(rnd)
		default:
			c.layer(rnd, first && rnd.IntN(2) == 0)
		}
	}
}

// stamp adds a middleware that sets a header of its own and adds to Vary. No answer behind it may lose them.
func (c *chain) stamp(rnd *rand.Rand) {
	name := "X-Stamp-" + strconv.Itoa(rnd.IntN(1e9))
	c.inner = append(c.inner, name)
	c.add("stamp", func(c *gin.Context) {
		c.Header(name, "set")
		c.Writer.Header().Add("Vary", name)
		c.Next()
	})
}

// layer adds New or With with random options.
func (c *chain) layer(rnd *rand.Rand, global bool) {
	if c.layers == 0 {
		c.parser, c.limit = true, 1<<20
	}
	c.said = false
	var options []middleware.Option
	var words []string
	for range rnd.IntN(4) {
		o, word := c.option(rnd)
		options = append(options, o)
		words = append(words, word)
	}
	if c.asked == "" && c.said {
		c.asked = c.origin
		c.first = slices.Concat(c.outer, c.inner)
	}
	c.layers++
	c.outer, c.inner = append(c.outer, c.inner...), nil
	if global {
		// New takes a Config; its own settings are the defaults, which say nothing.
		c.add("New", middleware.Must(middleware.Config{Logger: slog.New(slog.DiscardHandler)}))
		c.layers++
	}
	c.add("With("+strings.Join(words, ", ")+")", middleware.With(options...))
}

// option chooses one setting and notes what it means.
func (c *chain) option(rnd *rand.Rand) (middleware.Option, string) {
	switch rnd.IntN(9) {
	case 0, 1, 2:
		limits := []int64{64, 1 << 10, 40 << 10, 100 << 10}
		c.limit = limits[rnd.IntN(len(limits))]
		c.parser = true
		return middleware.SizeLimit(c.limit), fmt.Sprintf("limit %d", c.limit)
	case 3:
		// Only a SizeLimit switches it on again here.
		c.parser, c.limit = false, unlimited
		return middleware.NoBodyParser(), "no parser"
	case 4:
		c.deadline = true
		after := patience * time.Duration(1+rnd.IntN(2))
		return middleware.MaxDuration(after), "deadline " + after.String()
	case 5:
		c.deadline = false
		return middleware.NoMaxDuration(), "no deadline"
	case 6:
		c.origin, c.said, c.spoke = []string{originA, originB}[rnd.IntN(2)], true, true
		return middleware.CORS(middleware.Policy{Origins: []string{c.origin}, Credentials: true}), "CORS " + c.origin
	case 7:
		c.origin, c.said, c.spoke = "", false, true
		return middleware.NoCORS(), "no CORS"
	default:
		c.problem = true
		return middleware.ErrorHandler(bodyparser.ProblemJSON), "problem"
	}
}

// wrapBody adds a middleware that replaces the body, as those that log or limit bodies do.
func (c *chain) wrapBody(rnd *rand.Rand) {
	kinds := []string{"copy", "read ahead", "MaxBytesReader", "LimitReader"}
	kind := kinds[rnd.IntN(len(kinds))]
	c.replaces = true
	c.shortens = c.shortens || kind != "copy"
	c.add(kind, func(c *gin.Context) {
		switch body := c.Request.Body; kind {
		case "copy":
			c.Request.Body = io.NopCloser(io.TeeReader(body, io.Discard))
		case "read ahead":
			all, err := io.ReadAll(body)
			if err != nil && c.Request.ProtoMajor == 1 {
				// net/http does not see that this body is damaged once another has taken its place, and would read on behind it.
				c.Header("Connection", "close")
			}
			c.Request.Body = io.NopCloser(bytesReader(all))
		case "MaxBytesReader":
			c.Request.Body = http.MaxBytesReader(c.Writer, body, cutAt)
		case "LimitReader":
			c.Request.Body = io.NopCloser(io.LimitReader(body, cutAt))
		}
		c.Next()
	})
}

// wrapWriter adds a middleware that replaces the writer.
func (c *chain) wrapWriter(rnd *rand.Rand) {
	kinds := []string{"record", "record and unwrap", "zip", "zip and unwrap", "buffer"}
	kind := kinds[rnd.IntN(len(kinds))]
	c.buffers = c.buffers || kind == "buffer"
	c.add(kind, wrappers[kind])
}
