package middleware

import "github.com/gin-gonic/gin"

// policyIn returns what a handler in a chain says of CORS: a policy, or nil for none from there on. It says nothing
// if it is neither a layer with [CORS] or [NoCORS] nor made by [WithCORS].
func policyIn(h gin.HandlerFunc) (policy *corsPolicy, says bool) {
	if l := layerOf(h); l != nil {
		return l.policy.policy, l.policy.policy != nil || l.policy.off
	}
	policy = receiverOf[*corsPolicy](h, corsHandlerName)
	return policy, policy != nil
}

// receiverOf returns what a handler with a name of ours tells of itself, as layerOf does for layers: function values
// alone tell nothing. Handlers of others are never called.
func receiverOf[T any](h gin.HandlerFunc, name string) (found T) {
	if h == nil || functionName(h) != name {
		return found
	}
	c := &gin.Context{}
	c.Set(probeKey{}, &found)
	h(c)
	return found
}

// tell answers receiverOf. A handler calls it if the context has no request.
func tell[T any](c *gin.Context, self T) {
	if v, ok := c.Get(probeKey{}); ok {
		if found, ok := v.(*T); ok {
			*found = self
		}
	}
}

// corsHandlerName is the name that the runtime gives to what WithCORS returns.
var corsHandlerName = functionName(new(corsHandler).handle)
