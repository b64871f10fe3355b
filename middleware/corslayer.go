package middleware

import "github.com/gin-gonic/gin"

// policyIn returns what a handler in a chain says of CORS: a policy, or nil for none from there on. It says nothing
// if it is neither a layer with [CORS] or [NoCORS] nor made by [WithCORS].
func policyIn(h gin.HandlerFunc) (policy *corsPolicy, says bool) {
	if h == nil {
		return nil, false
	}
	if l := layerOf(h); l != nil {
		return l.policy.policy, l.policy.policy != nil || l.policy.off
	}
	if functionName(h) != corsHandlerName {
		return nil, false
	}
	c := &gin.Context{}
	c.Set(probeKey{}, &policy)
	h(c)
	return policy, policy != nil
}

// corsHandlerName is the name that the runtime gives to what WithCORS returns.
var corsHandlerName = functionName(new(corsHandler).handle)

// answerCORSProbe tells policyIn the policy of a handler, which function values alone do not.
func answerCORSProbe(c *gin.Context, policy *corsPolicy) {
	if v, ok := c.Get(probeKey{}); ok {
		if found, ok := v.(**corsPolicy); ok {
			*found = policy
		}
	}
}
