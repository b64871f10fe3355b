package bodyparser

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// answer calls the hook once. The status is set before, so that a hook that writes nothing answers with it all the same.
func (p *Parser) answer(c *gin.Context, err error) {
	if c.Writer.Written() {
		return
	}
	c.Status(statusOf(err))
	if p.onError != nil {
		p.onError(c, err)
	} else {
		PlainText(c, err)
	}
	c.Writer.WriteHeaderNow()
}

// Answer answers err with the ErrorHandler that the route's parser was given, so that errors of a handler look like those
// of its parser. It sends nothing and is false where the parser has none of its own, or where no parser ran.
func Answer(c *gin.Context, err error) bool {
	p := parserOf(c)
	if p == nil || p.onError == nil {
		return false
	}
	p.answer(c, err)
	return true
}

// PlainText is the default ErrorHandler: the texts of Next.js, such as "Invalid JSON" and "Body exceeded 1mb limit".
// An error that is unknown to this package is answered with the name of its status; its text stays on the server.
func PlainText(c *gin.Context, err error) {
	write(c, statusOf(err), "text/plain; charset=utf-8", messageOf(err))
}

func write(c *gin.Context, status int, contentType, body string) {
	h := c.Writer.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	c.Writer.WriteHeader(status)
	_, _ = c.Writer.WriteString(body) // a client that has left needs no answer
}

// visible escapes control characters and bytes that are not UTF-8, so that what a client sent cannot forge lines of a log or
// reach a terminal.
func visible(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i]), 16))
		case hidden(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden tells the characters that text for logs and clients must not contain: controls, line and paragraph
// separators, and those that change the direction of text.
func hidden(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}
