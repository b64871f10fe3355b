package main

import (
	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes"
)

// kind names a type as JavaScript does.
func kind(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case []any, []string:
		return "array"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	default:
		return "object"
	}
}

// answer prints JSON; the keys of a Go map are sorted.
func answer(res *apiroutes.Response, value any) {
	res.JSON(value)
}

// size shows how much the parser let through, for bodies too large to echo.
func size(req *apiroutes.Request, res *apiroutes.Response) {
	answer(res, gin.H{"kind": kind(req.Body()), "size": len(req.Raw())})
}

// route shows which file answered and with which parameters.
func route(file string) []gin.HandlerFunc {
	return []gin.HandlerFunc{apiroutes.Handler(func(req *apiroutes.Request, res *apiroutes.Response) {
		answer(res, gin.H{"query": req.Query(), "route": file})
	})}
}
