package main

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// tolerance is how far the time of a signature may be away, as in the libraries
// of Stripe.
const tolerance = 5 * time.Minute

// stripeHook checks Stripe-Signature, which holds a time and signatures of that
// time and the body: https://docs.stripe.com/webhooks/signature
type stripeHook struct {
	secret []byte
	now    func() time.Time

	mu   sync.Mutex
	seen map[string]time.Time // events within the tolerance, by id
}

type stripeEvent struct {
	ID   string `json:"id" binding:"required"`
	Type string `json:"type" binding:"required"`
}

func (h *stripeHook) handle(c *gin.Context) {
	if fault := h.check(c.GetHeader("Stripe-Signature"), bodyparser.Raw(c)); fault != "" {
		c.String(http.StatusBadRequest, fault)
		return
	}
	event, err := bodyparser.Bind[stripeEvent](c) // the same body, decoded
	if err != nil {
		bodyparser.PlainText(c, err)
		return
	}
	if h.known(event.ID) { // Stripe sends again what was not answered in time
		c.JSON(http.StatusOK, gin.H{"event": event.Type, "again": true})
		return
	}
	c.JSON(http.StatusOK, gin.H{"event": event.Type})
}

// check returns what is wrong with a signature, "" for nothing.
func (h *stripeHook) check(header string, payload []byte) string {
	stamp, signatures := parseStripe(header)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return "no time in the signature"
	}
	matches := false
	for _, digits := range signatures { // two while a secret is replaced
		matches = signed(h.secret, digits, []byte(stamp), []byte("."), payload) || matches
	}
	if !matches {
		return "signature does not match"
	}
	if h.now().Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return "signature is too old, or the clocks differ"
	}
	return ""
}

// parseStripe reads "t=1492774577,v1=5257a8…,v0=6ffbb5…". Only v1 counts; v0 is
// for tests of Stripe itself.
func parseStripe(header string) (stamp string, signatures []string) {
	for item := range strings.SplitSeq(header, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(item), "="); name {
		case "t":
			stamp = value
		case "v1":
			signatures = append(signatures, value)
		}
	}
	return stamp, signatures
}

// known reports whether the event came before, and remembers it for as long as
// a copy of it would pass the check of its time. Several processes need to share
// this memory, in the database that the event changes for instance.
func (h *stripeHook) known(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	for old, at := range h.seen {
		if now.Sub(at) > 2*tolerance {
			delete(h.seen, old)
		}
	}
	_, found := h.seen[id]
	if !found {
		h.seen[id] = now
	}
	return found
}
