package main

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// githubHook checks X-Hub-Signature-256:
// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
//
// GitHub signs no time, so an old delivery is as good as a new one. Let the
// handler be harmless when it runs twice.
type githubHook struct{ secret []byte }

func (h *githubHook) handle(c *gin.Context) {
	// The bytes as they came. Never sign a body that was decoded and encoded again.
	payload := bodyparser.Raw(c)
	digits, found := strings.CutPrefix(c.GetHeader("X-Hub-Signature-256"), "sha256=")
	if !found || !signed(h.secret, digits, payload) {
		c.String(http.StatusUnauthorized, "signature does not match")
		return
	}
	c.JSON(http.StatusOK, gin.H{"event": c.GetHeader("X-GitHub-Event"), "bytes": len(payload)})
}
