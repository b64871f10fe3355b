package middleware

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
)

// CORSConfig is [CORS] for a configuration of [github.com/gin-contrib/cors], so that a program can move without
// rewriting it. See [PolicyFrom] for what is refused.
func CORSConfig(config cors.Config) Option {
	policy, err := PolicyFrom(config)
	if err != nil {
		return func(*settings) error { return err }
	}
	return CORS(policy)
}

// PolicyFrom translates a configuration of [github.com/gin-contrib/cors]. The meaning is that of [Policy]: wildcards
// stand for whole labels of a host, an origin that is not allowed gets no headers instead of 403 (its preflights
// still get 403), and OPTIONS requests that are not preflights reach the handlers. The error names every fault that
// the translation finds; regular expressions and wildcards in other places are found when the policy is used.
func PolicyFrom(config cors.Config) (Policy, error) {
	var faults []error
	if err := config.Validate(); err != nil {
		faults = append(faults, fmt.Errorf("middleware: CORS: %w", err))
	}
	for i, text := range config.AllowOrigins {
		if text != "*" && strings.Contains(text, "*") && !strings.HasPrefix(text, "/") && !config.AllowWildcard {
			faults = append(faults, fmt.Errorf("middleware: CORS: AllowOrigins[%d] %q matches nothing without AllowWildcard; set it, or leave the entry out", i, text))
		}
	}
	if len(faults) > 0 {
		return Policy{}, errors.Join(faults...)
	}
	policy := Policy{
		Origins:         config.AllowOrigins,
		OriginFunc:      originFuncOf(config),
		Methods:         listed(config.AllowMethods),
		Headers:         listed(config.AllowHeaders),
		ExposedHeaders:  config.ExposeHeaders,
		Credentials:     config.AllowCredentials,
		MaxAge:          config.MaxAge,
		PrivateNetwork:  config.AllowPrivateNetwork,
		PreflightStatus: config.OptionsResponseStatusCode,
	}
	if config.AllowAllOrigins {
		policy.Origins = []string{"*"}
	}
	return policy, nil
}

// listed keeps an absent list absent: there nil means none, and not the default.
func listed(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

// originFuncOf joins the two functions of a configuration.
func originFuncOf(config cors.Config) func(*gin.Context, string) bool {
	plain, withContext := config.AllowOriginFunc, config.AllowOriginWithContextFunc
	if plain == nil {
		return withContext
	}
	return func(c *gin.Context, origin string) bool {
		return plain(origin) || withContext != nil && withContext(c, origin)
	}
}
